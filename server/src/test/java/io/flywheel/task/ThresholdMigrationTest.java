package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.flywheel.testing.FormerSchema;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Reward;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was reached before thresholds were kept. */
class ThresholdMigrationTest {
  private static final String INSERT_STATE =
      "INSERT INTO task_state (merchant_id, viewer_id, state) VALUES ('shop', ?, ?)";
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final FormerSchema schema = new FormerSchema("21", new ThresholdMigration());

  @AfterEach
  void drop() {
    schema.close();
  }

  @Test
  void whatWasPaidByItsPlaceIsNotPaidAgainByTheNextProgram() throws Exception {
    apply(likes("{threshold: 10, rewards: [points: 100]}"));
    execute(INSERT_STATE, Map.of("anna", states(1, 10)));

    schema.migrate();

    TaskWorld world = new TaskWorld(likes("{threshold: 10, rewards: [points: 100]}"));
    world.restore("anna", stateOf("anna"));
    world.apply(
        likes("{threshold: 5, rewards: [points: 50]}, {threshold: 10, rewards: [points: 100]}"));
    world.like("anna", "b1", START, 1);
    assertThat(world.points("anna")).as("of the tier that is new alone").isEqualTo(50);
  }

  @Test
  void whatIsReachedForTheFirstTimeIsPaidThoughItsPlaceWasTaken() throws Exception {
    apply(likes("{threshold: 5, rewards: [points: 50]}, {threshold: 10, rewards: [points: 100]}"));
    execute(INSERT_STATE, Map.of("anna", states(1, 7)));

    schema.migrate();

    TaskWorld world = new TaskWorld(likes("{threshold: 10, rewards: [points: 100]}"));
    world.restore("anna", stateOf("anna"));
    world.like("anna", "b1", START, 20);
    assertThat(world.points("anna")).isEqualTo(100);
  }

  @Test
  void everyViewerAndGoalIsConvertedByTheProgramInForce() throws Exception {
    apply(likes("{threshold: 3, rewards: [points: 1]}, {threshold: 8, rewards: [points: 2]}"));
    Map<String, MessageLite> viewers = new HashMap<>();
    for (int i = 0; i < 1_001; i++) {
      viewers.put("viewer-" + i, states(1 + i % 3, 4)); // of three tiers there are two
    }
    execute(INSERT_STATE, viewers);
    Map<String, MessageLite> goals = new HashMap<>();
    for (int i = 0; i < 501; i++) {
      goals.put("room-" + i, RoomGoalState.newBuilder().setCount(9).setReached(2).build());
    }
    execute(
        """
        INSERT INTO task_room_goal (merchant_id, room_id, task_id, task_window, state)
        VALUES ('shop', ?, 'like', 'once', ?)\
        """,
        goals);

    schema.migrate();

    Map<String, byte[]> converted = read("SELECT viewer_id, task_state FROM viewer");
    assertThat(converted).hasSize(1_001);
    for (int i = 0; i < 1_001; i++) {
      WindowRecord window =
          TaskStates.parseFrom(Objects.requireNonNull(converted.get("viewer-" + i)))
              .getTasks(0)
              .getWindows(0);
      assertThat(window.getReached()).isZero();
      if (i % 3 == 0) {
        assertThat(window.getReachedThresholdsList()).as("viewer-" + i).containsExactly(3L);
      } else {
        assertThat(window.getReachedThresholdsList()).as("viewer-" + i).containsExactly(3L, 8L);
      }
      assertThat(window.getOwed(0).getThreshold()).isEqualTo(3);
    }
    Map<String, byte[]> settled = read("SELECT room_id, state FROM task_room_goal");
    assertThat(settled).hasSize(501);
    for (byte[] state : settled.values()) {
      assertThat(RoomGoalState.parseFrom(state).getReached()).isZero();
      assertThat(RoomGoalState.parseFrom(state).getReachedThresholdsList()).containsExactly(3L, 8L);
    }
  }

  @Test
  void whatTheProgramHasNoMoreStaysAsItIs() throws Exception {
    apply("tasks:\n- {id: other, title: Other, trigger: like, tiers: [{threshold: 1}]}\n");
    execute(INSERT_STATE, Map.of("anna", states(1, 10)));

    schema.migrate();

    assertThat(stateOf("anna")).isEqualTo(states(1, 10));
  }

  private static TaskStates states(int reached, long count) {
    return TaskStates.newBuilder()
        .setNewestMs(START.toEpochMilli())
        .addTasks(
            TaskRecord.newBuilder()
                .setTaskId("like")
                .addWindows(
                    WindowRecord.newBuilder()
                        .setWindow("once")
                        .setCount(count)
                        .setReached(reached)
                        .addOwed(
                            OwedRecord.newBuilder()
                                .setTimes(1)
                                .addRewards(
                                    Reward.newBuilder()
                                        .setPoints(PointsReward.newBuilder().setAmount(1))))))
        .build();
  }

  private static String likes(String tiers) {
    return "tasks:\n- {id: like, title: Like, trigger: like, tiers: [" + tiers + "]}\n";
  }

  private void apply(String document) throws SQLException {
    execute(
        """
        INSERT INTO program_version
          (merchant_id, version, document, program, name, note, applied_by, applied_at_ms)
        VALUES ('shop', 3, ?, ?, '', '', 'me', 1)\
        """,
        Map.of(document, TestPrograms.check(document).program()));
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO program_head (merchant_id, version) VALUES ('shop', 3)");
    }
  }

  private void execute(String sql, Map<String, MessageLite> rows) throws SQLException {
    try (Connection connection = schema.connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      connection.setAutoCommit(false);
      for (Map.Entry<String, MessageLite> row : rows.entrySet()) {
        statement.setString(1, row.getKey());
        statement.setBytes(2, row.getValue().toByteArray());
        statement.addBatch();
      }
      statement.executeBatch();
      connection.commit();
    }
  }

  private TaskStates stateOf(String viewerId) throws Exception {
    return TaskStates.parseFrom(
        Objects.requireNonNull(
            read("SELECT viewer_id, task_state FROM viewer").get(viewerId), viewerId));
  }

  private Map<String, byte[]> read(String sql) throws SQLException {
    Map<String, byte[]> states = new HashMap<>();
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        states.put(rows.getString(1), rows.getBytes(2));
      }
    }
    return states;
  }
}
