package io.flywheel.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.v1.Program;
import io.flywheel.v1.Task;
import io.flywheel.v1.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * Tells stored tiers by their thresholds, which earlier versions told by their places. A place
 * means what it meant in the program in force, so this must be done before another program is
 * applied: a tier that it adds below would be taken for the one that was paid. Reads each viewer's
 * progress once, a page and a transaction at a time; run again after a crash, it goes on.
 * Thread-safe.
 */
final class ThresholdMigration implements JavaMigration {
  private static final int PAGE = 500;

  @Inject
  ThresholdMigration() {}

  /** The thresholds of a program's tasks, by the tasks' ids. */
  private record Thresholds(ImmutableMap<String, ImmutableList<Long>> byTask) {
    static Thresholds of(Program program) {
      ImmutableMap.Builder<String, ImmutableList<Long>> found = ImmutableMap.builder();
      for (Task task : program.getTasksList()) {
        found.put(
            task.getId(),
            task.getTiersList().stream()
                .map(Tier::getThreshold)
                .collect(ImmutableList.toImmutableList()));
      }
      return new Thresholds(found.buildKeepingLast());
    }

    /** Those of a task; none, if the program has it no more. */
    ImmutableList<Long> of(String taskId) {
      return byTask.getOrDefault(taskId, ImmutableList.of());
    }
  }

  @Override
  public MigrationVersion getVersion() {
    return MigrationVersion.fromVersion("21.1"); // whole numbers are those of SQL
  }

  @Override
  public String getDescription() {
    return "thresholds of tiers";
  }

  @Override
  public Integer getChecksum() {
    return 1;
  }

  @Override
  public boolean canExecuteInTransaction() {
    return false; // it has many of its own
  }

  @Override
  public void migrate(Context context) throws SQLException, InvalidProtocolBufferException {
    Connection connection = context.getConnection();
    boolean commits = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try {
      for (String merchantId : merchants(connection)) {
        Thresholds inForce = Thresholds.of(programInForce(connection, merchantId));
        convertViewers(connection, merchantId, inForce);
        convertGoals(connection, merchantId, inForce);
      }
    } finally {
      connection.rollback(); // after a failure; else everything is committed
      connection.setAutoCommit(commits);
    }
  }

  private static List<String> merchants(Connection connection) throws SQLException {
    List<String> merchants = new ArrayList<>();
    try (PreparedStatement query =
            connection.prepareStatement("SELECT merchant_id FROM program_head WHERE version > 0");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        merchants.add(rows.getString("merchant_id"));
      }
    }
    return merchants;
  }

  private static Program programInForce(Connection connection, String merchantId)
      throws SQLException, InvalidProtocolBufferException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT applied.program
            FROM program_head head
            JOIN program_version applied
              ON applied.merchant_id = head.merchant_id AND applied.version = head.version
            WHERE head.merchant_id = ?\
            """)) {
      query.setString(1, merchantId);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next()
            ? Program.parseFrom(rows.getBytes("program"))
            : Program.getDefaultInstance();
      }
    }
  }

  private static void convertViewers(Connection connection, String merchantId, Thresholds inForce)
      throws SQLException, InvalidProtocolBufferException {
    try (PreparedStatement page =
            connection.prepareStatement(
                """
                SELECT viewer_id, state FROM task_state
                WHERE merchant_id = ? AND viewer_id > ?
                ORDER BY viewer_id
                LIMIT ?
                FOR UPDATE\
                """);
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE task_state SET state = ? WHERE merchant_id = ? AND viewer_id = ?")) {
      String after = "";
      int read = PAGE;
      while (read == PAGE) {
        read = 0;
        page.setString(1, merchantId);
        page.setString(2, after);
        page.setInt(3, PAGE);
        try (ResultSet rows = page.executeQuery()) {
          while (rows.next()) {
            read++;
            after = rows.getString("viewer_id");
            TaskStates before = TaskStates.parseFrom(rows.getBytes("state"));
            TaskStates converted = convert(before, inForce);
            if (!converted.equals(before)) {
              update.setBytes(1, converted.toByteArray());
              update.setString(2, merchantId);
              update.setString(3, after);
              update.executeUpdate();
            }
          }
        }
        connection.commit();
      }
    }
  }

  private static void convertGoals(Connection connection, String merchantId, Thresholds inForce)
      throws SQLException, InvalidProtocolBufferException {
    try (PreparedStatement page =
            connection.prepareStatement(
                """
                SELECT room_id, task_id, task_window, state FROM task_room_goal
                WHERE merchant_id = ? AND (room_id > ?
                  OR (room_id = ? AND (task_id > ? OR (task_id = ? AND task_window > ?))))
                ORDER BY room_id, task_id, task_window
                LIMIT ?
                FOR UPDATE\
                """);
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE task_room_goal SET state = ?
                WHERE merchant_id = ? AND room_id = ? AND task_id = ? AND task_window = ?\
                """)) {
      RoomGoalKey after = new RoomGoalKey(merchantId, "", "", "");
      int read = PAGE;
      while (read == PAGE) {
        read = 0;
        page.setString(1, merchantId);
        page.setString(2, after.roomId());
        page.setString(3, after.roomId());
        page.setString(4, after.taskId());
        page.setString(5, after.taskId());
        page.setString(6, after.window());
        page.setInt(7, PAGE);
        try (ResultSet rows = page.executeQuery()) {
          while (rows.next()) {
            read++;
            after =
                new RoomGoalKey(
                    merchantId,
                    rows.getString("room_id"),
                    rows.getString("task_id"),
                    rows.getString("task_window"));
            RoomGoalState before = RoomGoalState.parseFrom(rows.getBytes("state"));
            RoomGoalState converted = convert(before, inForce.of(after.taskId()));
            if (!converted.equals(before)) {
              update.setBytes(1, converted.toByteArray());
              update.setString(2, after.merchantId());
              update.setString(3, after.roomId());
              update.setString(4, after.taskId());
              update.setString(5, after.window());
              update.executeUpdate();
            }
          }
        }
        connection.commit();
      }
    }
  }

  private static TaskStates convert(TaskStates states, Thresholds inForce) {
    TaskStates.Builder converted = states.toBuilder();
    for (TaskRecord.Builder record : converted.getTasksBuilderList()) {
      ImmutableList<Long> thresholds = inForce.of(record.getTaskId());
      for (WindowRecord.Builder window : record.getWindowsBuilderList()) {
        for (Long reached : reached(thresholds, window.getReached())) {
          window.addReachedThresholds(reached);
        }
        if (!thresholds.isEmpty()) {
          window.clearReached();
        }
        for (OwedRecord.Builder owed : window.getOwedBuilderList()) {
          if (owed.getThreshold() == 0 && owed.getTier() < thresholds.size()) {
            owed.setThreshold(thresholds.get(owed.getTier()));
          }
        }
      }
    }
    return converted.build();
  }

  private static RoomGoalState convert(RoomGoalState goal, ImmutableList<Long> thresholds) {
    return thresholds.isEmpty()
        ? goal
        : goal.toBuilder()
            .addAllReachedThresholds(reached(thresholds, goal.getReached()))
            .clearReached()
            .build();
  }

  /** The first thresholds. */
  private static List<Long> reached(ImmutableList<Long> thresholds, int places) {
    return thresholds.subList(0, Math.min(places, thresholds.size()));
  }
}
