package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.engine.ViewerRowsPurge;
import java.math.BigDecimal;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Keeps only the sums of entries that are old enough. What goes are a viewer's earliest entries, up
 * to the first that is younger and without the newest, so that what is left begins where the sums
 * end. Thread-safe.
 */
public final class LedgerArchiveDao extends ViewerRowsPurge {
  @Inject
  LedgerArchiveDao(PointsConfig config) {
    super("sum up ledger entries", "ledger_entry", config.keepEntriesFor());
  }

  /**
   * What a viewer's entries come to that go.
   *
   * @param lastNumber the number of the latest
   * @param latestMillis the latest time of their actions
   */
  private record Sums(
      ViewerKey viewer,
      long lastNumber,
      long latestMillis,
      BigDecimal issuance,
      long balance,
      long pending,
      BigDecimal spent,
      BigDecimal expired,
      long held,
      long debt) {}

  @Override
  protected void forget(
      Handle handle,
      String merchantId,
      String afterViewerId,
      String toViewerId,
      long beforeMillis) {
    List<Sums> sums = sums(handle, merchantId, afterViewerId, toViewerId, beforeMillis);
    if (sums.isEmpty()) {
      return;
    }
    Script script = new Script(handle);
    add(script, sums);
    script.run();
    handle
        .createUpdate(
            """
            DELETE entry
            FROM ledger_entry entry
            JOIN ledger_opening opening FORCE INDEX (PRIMARY)
              ON opening.merchant_id = entry.merchant_id AND opening.viewer_id = entry.viewer_id
                AND entry.entry_number <= opening.entry_number
            WHERE entry.merchant_id = :merchantId
              AND entry.viewer_id > :after AND entry.viewer_id <= :to\
            """)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .execute();
  }

  /** Locks the entries, so that none is added up twice. */
  private static List<Sums> sums(
      Handle handle,
      String merchantId,
      String afterViewerId,
      String toViewerId,
      long beforeMillis) {
    return handle
        .createQuery(
            """
            SELECT entry.viewer_id, MAX(entry.entry_number) AS last_number,
              MAX(entry.occurred_ms) AS latest_ms,
              SUM(CASE WHEN credit_account = :issuance THEN amount ELSE 0 END
                - CASE WHEN debit_account = :issuance THEN amount ELSE 0 END) AS issuance,
              SUM(CASE WHEN credit_account = :viewer THEN amount ELSE 0 END
                - CASE WHEN debit_account = :viewer THEN amount ELSE 0 END) AS balance,
              SUM(CASE WHEN credit_account = :pending THEN amount ELSE 0 END
                - CASE WHEN debit_account = :pending THEN amount ELSE 0 END) AS pending,
              SUM(CASE WHEN credit_account = :spent THEN amount ELSE 0 END
                - CASE WHEN debit_account = :spent THEN amount ELSE 0 END) AS spent,
              SUM(CASE WHEN credit_account = :expired THEN amount ELSE 0 END
                - CASE WHEN debit_account = :expired THEN amount ELSE 0 END) AS expired,
              SUM(CASE WHEN credit_account = :held THEN amount ELSE 0 END
                - CASE WHEN debit_account = :held THEN amount ELSE 0 END) AS held,
              SUM(CASE WHEN debit_account = :debt THEN amount ELSE 0 END
                - CASE WHEN credit_account = :debt THEN amount ELSE 0 END) AS debt
            FROM ledger_entry entry
            JOIN (
              SELECT viewer_id,
                COALESCE(
                  MIN(CASE WHEN occurred_ms >= :before THEN entry_number END),
                  MAX(entry_number)) AS first_kept
              FROM ledger_entry
              WHERE merchant_id = :merchantId AND viewer_id > :after AND viewer_id <= :to
              GROUP BY viewer_id
            ) kept ON kept.viewer_id = entry.viewer_id
            WHERE entry.merchant_id = :merchantId
              AND entry.viewer_id > :after AND entry.viewer_id <= :to
              AND entry.entry_number < kept.first_kept
            GROUP BY entry.viewer_id
            FOR UPDATE\
            """)
        .bind("issuance", LedgerAccount.ISSUANCE.code())
        .bind("viewer", LedgerAccount.VIEWER.code())
        .bind("pending", LedgerAccount.PENDING.code())
        .bind("spent", LedgerAccount.SPENT.code())
        .bind("expired", LedgerAccount.EXPIRED.code())
        .bind("held", LedgerAccount.HELD.code())
        .bind("debt", LedgerAccount.DEBT.code())
        .bind("before", beforeMillis)
        .bind("merchantId", merchantId)
        .bind("after", afterViewerId)
        .bind("to", toViewerId)
        .map((row, context) ->
            new Sums(
                new ViewerKey(merchantId, row.getString("viewer_id")),
                row.getLong("last_number"),
                row.getLong("latest_ms"),
                row.getBigDecimal("issuance"),
                row.getLong("balance"),
                row.getLong("pending"),
                row.getBigDecimal("spent"),
                row.getBigDecimal("expired"),
                row.getLong("held"),
                row.getLong("debt")))
        .list();
  }

  private static void add(Script script, List<Sums> sums) {
    script.write(
        """
        INSERT INTO ledger_opening
          (merchant_id, viewer_id, entry_number, latest_ms, issuance, balance, pending, spent,
           expired, held, debt)
        VALUES\
        """,
        11,
        """
        ON DUPLICATE KEY UPDATE
          entry_number = VALUES(entry_number),
          latest_ms = GREATEST(latest_ms, VALUES(latest_ms)),
          issuance = issuance + VALUES(issuance),
          balance = balance + VALUES(balance),
          pending = pending + VALUES(pending),
          spent = spent + VALUES(spent),
          expired = expired + VALUES(expired),
          held = held + VALUES(held),
          debt = debt + VALUES(debt)\
        """,
        sums,
        (values, row) -> {
          ViewerRows.bindKey(values, row.viewer);
          values.number(row.lastNumber);
          values.number(row.latestMillis);
          values.text(row.issuance.toPlainString());
          values.number(row.balance);
          values.number(row.pending);
          values.text(row.spent.toPlainString());
          values.text(row.expired.toPlainString());
          values.number(row.held);
          values.number(row.debt);
        });
  }
}
