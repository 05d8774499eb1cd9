package io.flywheel.reward;

import com.google.inject.Inject;
import io.flywheel.platform.chores.Chore;
import io.flywheel.program.ProgramCalendar;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Forgets what was given of budgets in days and weeks of long ago, budget by budget. What was given
 * of one that counts for all time stays. Thread-safe.
 */
final class BudgetPurgeDao implements Chore {
  /** Nothing that is told is so late. */
  static final Duration KEEP_FOR = Duration.ofDays(60);

  private static final int STEP_ROWS = 5_000;

  @Inject
  BudgetPurgeDao() {}

  private record Budget(String merchantId, String budgetId) {
    static Budget of(byte[] progress) {
      String[] parts = new String(progress, StandardCharsets.US_ASCII).split(" ", -1);
      return parts.length == 2 ? new Budget(parts[0], parts[1]) : new Budget("", "");
    }

    byte[] toBytes() {
      return (merchantId + " " + budgetId).getBytes(StandardCharsets.US_ASCII);
    }
  }

  @Override
  public String name() {
    return "forget what was given of budgets";
  }

  @Override
  public Duration rest() {
    return Duration.ofDays(1);
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    Budget last = Budget.of(progress);
    Optional<Budget> next = after(handle, last);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    Instant before = now.minus(KEEP_FOR);
    boolean mayHaveMore =
        forgetShares(handle, next.get(), before) == STEP_ROWS
            || forget(handle, next.get(), before) == STEP_ROWS;
    return Optional.of((mayHaveMore ? last : next.get()).toBytes());
  }

  private static Optional<Budget> after(Handle handle, Budget last) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, budget_id FROM budget_spent
            WHERE merchant_id > :merchantId
              OR (merchant_id = :merchantId AND budget_id > :budgetId)
            ORDER BY merchant_id, budget_id
            LIMIT 1\
            """)
        .bind("merchantId", last.merchantId)
        .bind("budgetId", last.budgetId)
        .map((row, context) -> new Budget(row.getString("merchant_id"), row.getString("budget_id")))
        .findOne();
  }

  /** Days and weeks by their names, which are in the order of time. */
  private static int forget(Handle handle, Budget budget, Instant before) {
    LocalDate day = LocalDate.ofInstant(before, ZoneOffset.UTC);
    return handle
        .createUpdate(
            """
            DELETE FROM budget_spent
            WHERE merchant_id = :merchantId AND budget_id = :budgetId
              AND ((budget_window LIKE '____-__-__' AND budget_window < :day)
                OR (budget_window LIKE '____-W__' AND budget_window < :week))
            ORDER BY budget_window, viewer_id
            LIMIT :limit\
            """)
        .bind("merchantId", budget.merchantId)
        .bind("budgetId", budget.budgetId)
        .bind("day", day.toString())
        .bind("week", ProgramCalendar.weekOf(day))
        .bind("limit", STEP_ROWS)
        .execute();
  }

  /** Before what they are shares of, by which they are found. */
  private static int forgetShares(Handle handle, Budget budget, Instant before) {
    LocalDate day = LocalDate.ofInstant(before, ZoneOffset.UTC);
    return handle
        .createUpdate(
            """
            DELETE FROM budget_share
            WHERE merchant_id = :merchantId AND budget_id = :budgetId
              AND ((budget_window LIKE '____-__-__' AND budget_window < :day)
                OR (budget_window LIKE '____-W__' AND budget_window < :week))
            ORDER BY budget_window, share
            LIMIT :limit\
            """)
        .bind("merchantId", budget.merchantId)
        .bind("budgetId", budget.budgetId)
        .bind("day", day.toString())
        .bind("week", ProgramCalendar.weekOf(day))
        .bind("limit", STEP_ROWS)
        .execute();
  }
}
