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
        (values, row) -> {
          PointsEntry entry = row.entry();
          ViewerRows.bindKey(values, row.viewer());
          values.number(entry.getEntryNumber());
          values.number(entry.getKindValue());
          values.number(LedgerAccount.debitedBy(entry.getKind()).code());
          values.number(LedgerAccount.creditedBy(entry.getKind()).code());
          values.number(entry.getAmount());
          values.number(entry.getBalance());
          values.number(entry.getPending());
          values.number(entry.getHeld());
          values.number(entry.getDebt());
          values.bytes(entry.getCause().toByteArray());
          values.number(Timestamps.toMillis(entry.getOccurredAt()));
        });
    AccountTotalsDao.add(script, rows);
  }
}
