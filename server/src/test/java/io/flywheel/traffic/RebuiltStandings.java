package io.flywheel.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.checkin.CheckInState;
import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalReader;
import io.flywheel.platform.db.Database;
import io.flywheel.task.TaskRecord;
import io.flywheel.task.TaskStates;
import io.flywheel.task.WindowRecord;
import io.flywheel.v1.Fact;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.TaskProgressed;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What viewers have, by the facts in the journal alone. Used by one thread. */
final class RebuiltStandings {
  private final Map<String, Map<String, Long>> points = new TreeMap<>();
  private final Map<String, Long> balances = new TreeMap<>();
  private final Map<String, Integer> daysCheckedIn = new TreeMap<>();
  private final Map<String, TaskProgressed> progress = new HashMap<>();

  /** Reads a merchant's whole journal. */
  static RebuiltStandings of(JournalReader journal, String merchantId) {
    RebuiltStandings rebuilt = new RebuiltStandings();
    JournalChunk chunk = journal.next(journal.first(merchantId), 2_000);
    chunk.entries().forEach(rebuilt::add);
    while (chunk.more()) {
      chunk = journal.next(chunk.next(), 2_000);
      chunk.entries().forEach(rebuilt::add);
    }
    return rebuilt;
  }

  /** Fails unless balances, points by cause, check-ins and progress are those of the tables. */
  void assertSameAsTables(Database database, Map<String, Map<String, Long>> pointsByCause) {
    LedgerTotals.assertSame(points, pointsByCause);
    database
        .jdbi()
        .useHandle(handle -> {
          assertThat(balances)
              .isEqualTo(
                  handle
                      .createQuery(
                          """
                          SELECT viewer_id, balance FROM ledger_entry e
                          WHERE entry_number = (
                            SELECT MAX(entry_number) FROM ledger_entry
                            WHERE merchant_id = e.merchant_id AND viewer_id = e.viewer_id)\
                          """)
                      .reduceRows(
                          new TreeMap<String, Long>(),
                          (all, row) -> {
                            all.put(
                                row.getColumn("viewer_id", String.class),
                                row.getColumn("balance", Long.class));
                            return all;
                          }));
          Map<String, Integer> days = new TreeMap<>();
          handle
              .createQuery("SELECT viewer_id, check_in FROM viewer WHERE check_in IS NOT NULL")
              .map((row, context) ->
                  days.put(row.getString("viewer_id"), daysIn(row.getBytes("check_in"))))
              .list();
          assertThat(daysCheckedIn).isEqualTo(days);
          int[] windows = {0};
          handle
              .createQuery("SELECT viewer_id, task_state FROM viewer WHERE task_state IS NOT NULL")
              .map((row, context) ->
                  windows[0] += compare(row.getString("viewer_id"), row.getBytes("task_state")))
              .list();
          assertThat(windows[0]).as("windows of tasks compared").isGreaterThan(1_000);
        });
  }

  private void add(JournalEntry entry) {
    String viewer = entry.viewer().viewerId();
    for (Fact fact : entry.facts()) {
      switch (fact.getWhatCase()) {
        case POINTS_BOOKED -> book(viewer, fact.getPointsBooked());
        case CHECKED_IN ->
            daysCheckedIn.merge(viewer, fact.getCheckedIn().getCumulative(), Math::max);
        case TASK_PROGRESSED -> {
          TaskProgressed told = fact.getTaskProgressed();
          progress.put(key(viewer, told.getTaskId(), told.getWindow()), told);
        }
        default -> {}
      }
    }
  }

  private void book(String viewer, PointsBooked booked) {
    balances.put(viewer, booked.getBalance());
    points
        .computeIfAbsent(viewer, unused -> new TreeMap<>())
        .merge(
            booked.getCause().hasTask() ? booked.getCause().getTask().getTaskId() : "check-in",
            booked.getAmount(),
            Long::sum);
  }

  /** How many windows of a viewer's tasks the journal knows the same count of. */
  private int compare(String viewer, byte[] state) {
    int compared = 0;
    try {
      for (TaskRecord task : TaskStates.parseFrom(state).getTasksList()) {
        for (WindowRecord window : task.getWindowsList()) {
          TaskProgressed told = progress.get(key(viewer, task.getTaskId(), window.getWindow()));
          if (told != null) {
            boolean watched = task.getTaskId().equals("watch"); // counted in milliseconds
            long kept = watched ? window.getCount() / 1_000 : window.getCount();
            boolean newRound =
                window.getRound() > 0; // what is told is the count of the round before
            assertThat(newRound ? told.getCount() % told.getThreshold() : told.getCount())
                .as("%s, %s, %s", viewer, task.getTaskId(), window)
                .isEqualTo(kept);
            compared++;
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return compared;
  }

  private static int daysIn(byte[] state) {
    try {
      return CheckInState.parseFrom(state).getDays().getCumulative();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String key(String viewer, String taskId, String window) {
    return viewer + " " + taskId + " " + window;
  }
}
