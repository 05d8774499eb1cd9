package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.PointsEntry;
import java.util.List;

/** Adds entries to the ledger, and what they move to the accounts' totals. Thread-safe. */
final class LedgerAppender implements Appender<LedgerEntry> {
  @Inject
  LedgerAppender() {}

  @Override
  public void append(Script script, List<LedgerEntry> rows) {
    script.write(
        """
        INSERT INTO ledger_entry
          (merchant_id, viewer_id, entry_number, kind, debit_account, credit_account, amount,
           balance, pending, held, debt, cause, occurred_ms)
        VALUES\
        """,
        13,
        "",
        rows,
        (statement, index, row) -> {
          PointsEntry entry = row.entry();
          int next = ViewerRows.bindKey(statement, index, row.viewer());
          statement.setLong(next, entry.getEntryNumber());
          statement.setInt(next + 1, entry.getKindValue());
          statement.setInt(next + 2, LedgerAccount.debitedBy(entry.getKind()).code());
          statement.setInt(next + 3, LedgerAccount.creditedBy(entry.getKind()).code());
          statement.setLong(next + 4, entry.getAmount());
          statement.setLong(next + 5, entry.getBalance());
          statement.setLong(next + 6, entry.getPending());
          statement.setLong(next + 7, entry.getHeld());
          statement.setLong(next + 8, entry.getDebt());
          statement.setBytes(next + 9, entry.getCause().toByteArray());
          statement.setLong(next + 10, Timestamps.toMillis(entry.getOccurredAt()));
          return next + 11;
        });
    AccountTotalsDao.add(script, rows);
  }
}
