package io.flywheel.points;

import io.flywheel.engine.Script;
import io.flywheel.v1.PointsEntryKind;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What each account comes to over all viewers. Every batch adds to it, so each lane of each node
 * has rows of its own. Not to be instantiated.
 */
final class AccountTotalsDao {
  private AccountTotalsDao() {}

  private record Key(String merchantId, LedgerAccount account, int shard)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId)
            .thenComparing(Key::account)
            .thenComparingInt(Key::shard);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** Adds what a batch of entries moved, in one multi-row write and in the order of the key. */
  static void add(Script script, List<LedgerEntry> entries) {
    SortedMap<Key, Long> changes = new TreeMap<>();
    for (LedgerEntry row : entries) {
      String merchantId = row.viewer().merchantId();
      int shard = script.shard();
      PointsEntryKind kind = row.entry().getKind();
      long amount = row.entry().getAmount();
      Key debited = new Key(merchantId, LedgerAccount.debitedBy(kind), shard);
      Key credited = new Key(merchantId, LedgerAccount.creditedBy(kind), shard);
      changes.merge(debited, -amount, Math::addExact);
      changes.merge(credited, amount, Math::addExact);
    }
    script.write(
        "INSERT INTO ledger_account (merchant_id, account, shard, balance) VALUES",
        4,
        "ON DUPLICATE KEY UPDATE balance = balance + VALUES(balance)",
        changes.entrySet(),
        (values, change) -> {
          values.text(change.getKey().merchantId());
          values.number(change.getKey().account().code());
          values.number(change.getKey().shard());
          values.number(change.getValue());
        });
  }
}
