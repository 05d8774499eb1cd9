package io.flywheel.task;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.counting.CountingWindow;
import io.flywheel.platform.chores.Chore;
import io.flywheel.program.ProgramCalendar;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Forgets what is over of tasks' windows: goals of rooms by the day, the week or the broadcast that
 * have not moved for long, with those who contributed, and what old days and weeks took of budgets.
 * Windows that come only once stay, for there are few. Thread-safe.
 */
public final class WindowPurgeDao implements Chore {
  private static final int STEP_GOALS = 100;
  private static final int STEP_CONTRIBUTORS = 5_000;

  private final TaskConfig config;

  @Inject
  WindowPurgeDao(TaskConfig config) {
    this.config = config;
  }

  /** A goal as it is stored. */
  private record StoredGoal(RoomGoalKey key, RoomGoalState state) {
    /** Whether it has a window that is followed by others, in which nothing moved since a time. */
    boolean isOver(long beforeSecond) {
      boolean recurs =
          Character.isDigit(key.window().charAt(0))
              || CountingWindow.broadcastOf(key.window()) != null;
      // Of goals of earlier versions it is not known when they moved.
      return recurs && state.getSecondsCount() > 0 && latestSecond() < beforeSecond;
    }

    private long latestSecond() {
      return state.getSecondsList().stream().mapToLong(Long::longValue).sum();
    }
  }

  @Override
  public String name() {
    return "forget windows of tasks";
  }

  @Override
  public Duration rest() {
    return Duration.ofDays(1);
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    Instant before = now.minus(config.keepWindowsFor());
    RoomGoalKey after = position(progress);
    if (after.roomId().isEmpty()) {
      Optional<String> merchant = merchantAfter(handle, after.merchantId());
      merchant.ifPresent(merchantId -> forgetBudgets(handle, merchantId, before));
      return merchant.map(merchantId -> bytes(new RoomGoalKey(merchantId, "!", "", "")));
    }
    List<StoredGoal> goals = goalsAfter(handle, after);
    RoomGoalKey last = after;
    for (StoredGoal goal : goals) {
      if (goal.isOver(before.getEpochSecond())) {
        if (forgetContributors(handle, goal.key) == STEP_CONTRIBUTORS) {
          return Optional.of(bytes(last)); // there may be more of them
        }
        forget(handle, goal.key);
      }
      last = goal.key;
    }
    return Optional.of(
        bytes(
            goals.size() < STEP_GOALS
                ? new RoomGoalKey(after.merchantId(), "", "", "") // the merchant is done
                : last));
  }

  private static RoomGoalKey position(byte[] progress) {
    String[] parts = new String(progress, StandardCharsets.US_ASCII).split(" ", -1);
    return parts.length == 4
        ? new RoomGoalKey(parts[0], parts[1], parts[2], parts[3])
        : new RoomGoalKey("", "", "", "");
  }

  private static byte[] bytes(RoomGoalKey key) {
    return String.join(" ", key.merchantId(), key.roomId(), key.taskId(), key.window())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The first merchant with goals or budgets whose id is greater. */
  private static Optional<String> merchantAfter(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT MIN(merchant_id) FROM (
              (SELECT merchant_id FROM task_room_goal
                WHERE merchant_id > :merchantId ORDER BY merchant_id LIMIT 1)
              UNION ALL
              (SELECT merchant_id FROM task_budget
                WHERE merchant_id > :merchantId ORDER BY merchant_id LIMIT 1)
            ) merchants\
            """)
        .bind("merchantId", merchantId)
        .mapTo(String.class)
        .findOne();
  }

  private static List<StoredGoal> goalsAfter(Handle handle, RoomGoalKey after) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, room_id, task_id, task_window, state FROM task_room_goal
            WHERE merchant_id = :merchantId
              AND (room_id > :roomId
                OR (room_id = :roomId AND task_id > :taskId)
                OR (room_id = :roomId AND task_id = :taskId AND task_window > :window))
            ORDER BY room_id, task_id, task_window
            LIMIT :limit\
            """)
        .bind("merchantId", after.merchantId())
        .bind("roomId", after.roomId())
        .bind("taskId", after.taskId())
        .bind("window", after.window())
        .bind("limit", STEP_GOALS)
        .map((row, context) -> goal(row))
        .list();
  }

  private static StoredGoal goal(ResultSet row) throws SQLException {
    try {
      return new StoredGoal(
          new RoomGoalKey(
              row.getString("merchant_id"),
              row.getString("room_id"),
              row.getString("task_id"),
              row.getString("task_window")),
          RoomGoalState.parseFrom(row.getBytes("state")));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("task_room_goal.state can't be read", e);
    }
  }

  private static int forgetContributors(Handle handle, RoomGoalKey goal) {
    return handle
        .createUpdate(
            """
            DELETE FROM task_contributor
            WHERE merchant_id = :merchantId AND room_id = :roomId AND task_id = :taskId
              AND task_window = :window
            ORDER BY viewer_id
            LIMIT :limit\
            """)
        .bind("merchantId", goal.merchantId())
        .bind("roomId", goal.roomId())
        .bind("taskId", goal.taskId())
        .bind("window", goal.window())
        .bind("limit", STEP_CONTRIBUTORS)
        .execute();
  }

  private static void forget(Handle handle, RoomGoalKey goal) {
    handle
        .createUpdate(
            """
            DELETE FROM task_room_goal
            WHERE merchant_id = :merchantId AND room_id = :roomId AND task_id = :taskId
              AND task_window = :window\
            """)
        .bind("merchantId", goal.merchantId())
        .bind("roomId", goal.roomId())
        .bind("taskId", goal.taskId())
        .bind("window", goal.window())
        .execute();
  }

  /** Days and weeks by their names, which are in the order of time. */
  private static void forgetBudgets(Handle handle, String merchantId, Instant before) {
    LocalDate day = LocalDate.ofInstant(before, ZoneOffset.UTC);
    String week = ProgramCalendar.weekOf(day);
    handle
        .createUpdate(
            """
            DELETE FROM task_budget_share
            WHERE merchant_id = :merchantId
              AND ((budget_window LIKE '____-__-__' AND budget_window < :day)
                OR (budget_window LIKE '____-W__' AND budget_window < :week))\
            """)
        .bind("merchantId", merchantId)
        .bind("day", day.toString())
        .bind("week", week)
        .execute();
    handle
        .createUpdate(
            """
            DELETE FROM task_budget
            WHERE merchant_id = :merchantId
              AND ((task_window LIKE '____-__-__' AND task_window < :day)
                OR (task_window LIKE '____-W__' AND task_window < :week))\
            """)
        .bind("merchantId", merchantId)
        .bind("day", day.toString())
        .bind("week", week)
        .execute();
  }
}
