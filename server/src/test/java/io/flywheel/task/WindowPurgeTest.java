package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.GetTaskRequest;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.TierProgress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowPurgeTest {
  private static final String PROGRAM =
      """
      tasks:
      - {id: day, title: d, trigger: custom, custom: act, goal: room, window: {kind: day}, tiers: [{threshold: 100, rewards: [points: 1]}]}
      - {id: week, title: w, trigger: custom, custom: act, goal: room, window: {kind: week}, tiers: [{threshold: 100, rewards: [points: 1]}]}
      - {id: show, title: s, trigger: custom, custom: act, goal: room, window: {kind: broadcast}, tiers: [{threshold: 100, rewards: [points: 1]}]}
      - {id: once, title: o, trigger: custom, custom: act, goal: room, tiers: [{threshold: 5, rewards: [points: 7]}]}
      - id: paid
        title: p
        trigger: custom
        custom: act
        repeat: true
        budget: {points: 2000, per: day}
        tiers: [{threshold: 1, rewards: [points: 1]}]
      - id: weekly
        title: p
        trigger: custom
        custom: act
        repeat: true
        budget: {points: 2000, per: week}
        tiers: [{threshold: 1, rewards: [points: 1]}]
      """;

  @Test
  void windowsThatAreOverAreForgottenAndThoseThatGoOnAreNot() throws Exception {
    try (TestServer server =
        TestServer.builder()
            .clock(MutableClock.at("2026-03-02T08:00:00Z"))
            .setting("task.keep-windows-for", "30d")
            .start()) {
      TestMerchant merchant = new TestMerchant(server, "m", PROGRAM);
      for (String viewer : List.of("anna", "bert", "cleo")) {
        merchant.report(viewer, "act");
      }
      merchant.settle();
      Chores chores = server.instance(Chores.class);
      server.clock().advance(Duration.ofDays(29));
      chores.run(WindowPurgeDao.class);
      assertThat(goals(server)).hasSize(4);
      assertThat(contributors(server, "day")).isEqualTo(3);

      server.clock().advance(Duration.ofDays(2));
      merchant.report("anna", "act");
      merchant.settle();
      chores.run(WindowPurgeDao.class); // if it has not run by itself
      assertThat(goals(server))
          .containsExactlyInAnyOrder(
              "day 2026-04-02", "week 2026-W14", "show broadcast:day:2026-04-02", "once once");
      assertThat(contributors(server, "day")).as("anna, today").isEqualTo(1);
      assertThat(contributors(server, "show")).isEqualTo(1);
      assertThat(contributors(server, "once")).as("all of them").isEqualTo(3);
      assertThat(budgets(server))
          .as("the first week ended less than thirty days ago")
          .containsExactlyInAnyOrder("paid 2026-04-02", "weekly 2026-W10", "weekly 2026-W14");

      merchant.report("bert", "act");
      merchant.settle();
      assertThat(once(merchant).getReached()).isTrue();
      assertThat(once(merchant).getSettled()).isFalse();
      server.clock().advance(Duration.ofMinutes(1));
      merchant.settle();
      merchant.settle();
      merchant.settle();
      assertThat(once(merchant).getSettled())
          .as("whoever contributed a month ago to what goes on is rewarded")
          .isTrue();

      server.clock().advance(Duration.ofDays(7));
      chores.run(WindowPurgeDao.class);
      assertThat(budgets(server)).containsExactlyInAnyOrder("paid 2026-04-02", "weekly 2026-W14");
    }
  }

  /** How what goes on stands, for somebody who contributed to it long ago. */
  private static TierProgress once(TestMerchant merchant) {
    return TaskServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "cleo"))
        .getTask(GetTaskRequest.newBuilder().setTaskId("once").setRoomId("room").build())
        .getTask()
        .getTiers(0);
  }

  private static List<String> goals(TestServer server) {
    return strings(server, "SELECT CONCAT(task_id, ' ', task_window) FROM task_room_goal");
  }

  private static List<String> budgets(TestServer server) {
    List<String> budgets =
        strings(server, "SELECT CONCAT(task_id, ' ', task_window) FROM task_budget");
    assertThat(
            strings(
                server,
                "SELECT DISTINCT CONCAT(budget_id, ' ', budget_window) FROM task_budget_share"))
        .as("the budgets with shares")
        .containsExactlyInAnyOrderElementsOf(budgets);
    return budgets;
  }

  private static int contributors(TestServer server, String taskId) {
    return strings(
            server, "SELECT viewer_id FROM task_contributor WHERE task_id = '" + taskId + "'")
        .size();
  }

  private static List<String> strings(TestServer server, String sql) {
    return server
        .instance(Database.class)
        .<List<String>, RuntimeException>read(
            handle -> handle.createQuery(sql).mapTo(String.class).list());
  }
}
