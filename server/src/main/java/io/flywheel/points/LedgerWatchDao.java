package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Reads what the ledger's watch compares. Thread-safe. */
final class LedgerWatchDao {
  static final String VIEWERS =
      """
      SELECT known.merchant_id, known.viewer_id, known.points_state,
        COALESCE(entry.entry_number, 0) AS entries, COALESCE(entry.balance, 0) AS balance,
        COALESCE(entry.pending, 0) AS pending, COALESCE(entry.held, 0) AS held,
        COALESCE(entry.debt, 0) AS debt
      FROM (
        SELECT merchant_id, viewer_id, points_state
        FROM viewer
        WHERE merchant_id > :merchantId OR (merchant_id = :merchantId AND viewer_id > :viewerId)
        ORDER BY merchant_id, viewer_id
        LIMIT :limit
      ) known
      LEFT JOIN ledger_entry entry
        ON entry.merchant_id = known.merchant_id AND entry.viewer_id = known.viewer_id
          AND entry.entry_number = (
            SELECT MAX(newest.entry_number)
            FROM ledger_entry newest
            WHERE newest.merchant_id = known.merchant_id AND newest.viewer_id = known.viewer_id)
      ORDER BY known.merchant_id, known.viewer_id\
      """;

  @Inject
  LedgerWatchDao() {}

  /**
   * Some viewers' ledgers.
   *
   * @param last the last of the viewers
   * @param merchants whose viewers they are
   * @param viewers how many viewers they are
   * @param findings what is wrong with them, in words for people
   */
  record Step(ViewerKey last, Set<String> merchants, int viewers, List<String> findings) {}

  /** Compares the next viewers in the order of their keys. */
  Step step(Handle handle, ViewerKey after, int limit) {
    List<String> findings = new ArrayList<>();
    List<ViewerKey> viewers =
        handle
            .createQuery(VIEWERS)
            .bind("merchantId", after.merchantId())
            .bind("viewerId", after.viewerId())
            .bind("limit", limit)
            .map((row, context) -> {
              ViewerKey viewer =
                  new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id"));
              for (String finding : LedgerAuditDao.compare(row)) {
                findings.add("merchant " + viewer.merchantId() + ", " + finding);
              }
              return viewer;
            })
            .list();
    return new Step(
        viewers.isEmpty() ? after : viewers.get(viewers.size() - 1),
        viewers.stream().map(ViewerKey::merchantId).collect(Collectors.toCollection(TreeSet::new)),
        viewers.size(),
        findings);
  }

  /** What is wrong with the sums over all accounts of merchants, which must be zero. */
  List<String> accountsOffZero(Handle handle, Collection<String> merchantIds) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, SUM(balance) AS total
            FROM ledger_account
            WHERE merchant_id IN (<merchantIds>)
            GROUP BY merchant_id
            HAVING SUM(balance) <> 0\
            """)
        .bindList("merchantIds", List.copyOf(merchantIds))
        .map((row, context) ->
            "merchant %s: the sum over all accounts is %s"
                .formatted(row.getString("merchant_id"), row.getBigDecimal("total")))
        .list();
  }
}
