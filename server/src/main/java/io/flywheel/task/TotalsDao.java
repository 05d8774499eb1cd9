package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.v1.TaskTotals;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads what tasks gave and withheld, and forgets it once it is old. Thread-safe. */
final class TotalsDao {
  private static final int CHUNK = 5_000;

  @Inject
  TotalsDao() {}

  /** The sums of all tasks over some days, both included, by the tasks' ids. */
  List<TaskTotals> totals(Handle handle, String merchantId, long firstDay, long lastDay) {
    return handle
        .createQuery(
            """
            SELECT task_id, LEAST(SUM(reached), 9223372036854775807) AS reached,
              LEAST(SUM(given), 9223372036854775807) AS given,
              LEAST(SUM(points), 9223372036854775807) AS points,
              LEAST(SUM(withheld_by_cap), 9223372036854775807) AS withheld_by_cap,
              LEAST(SUM(withheld_by_budget), 9223372036854775807) AS withheld_by_budget
            FROM task_total
            WHERE merchant_id = :merchantId AND epoch_day BETWEEN :firstDay AND :lastDay
            GROUP BY task_id
            ORDER BY task_id\
            """)
        .bind("merchantId", merchantId)
        .bind("firstDay", firstDay)
        .bind("lastDay", lastDay)
        .map((row, context) ->
            TaskTotals.newBuilder()
                .setTaskId(row.getString("task_id"))
                .setReached(row.getLong("reached"))
                .setGiven(row.getLong("given"))
                .setPoints(row.getLong("points"))
                .setWithheldByCap(row.getLong("withheld_by_cap"))
                .setWithheldByBudget(row.getLong("withheld_by_budget"))
                .build())
        .list();
  }

  /** The first merchant at or after an id that has any; empty: there is none. */
  Optional<String> merchantFrom(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT merchant_id FROM task_total
            WHERE merchant_id >= :merchantId
            ORDER BY merchant_id
            LIMIT 1\
            """)
        .bind("merchantId", merchantId)
        .mapTo(String.class)
        .findOne();
  }

  /**
   * Forgets some of a merchant's days.
   *
   * @return whether there may be more
   */
  boolean purge(Handle handle, String merchantId, long beforeDay) {
    return handle
            .createUpdate(
                """
                DELETE FROM task_total
                WHERE merchant_id = :merchantId AND epoch_day < :beforeDay
                LIMIT :chunk\
                """)
            .bind("merchantId", merchantId)
            .bind("beforeDay", beforeDay)
            .bind("chunk", CHUNK)
            .execute()
        == CHUNK;
  }
}
