package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.PointsEntryKind;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterable;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a merchant's ledger holds what it promises, from the entries alone and against
 * everything that is derived from them. It reads all entries, so it is slow; it sees one state of
 * the database, so it can run beside the traffic. Thread-safe.
 */
public final class LedgerAuditDao {
  /** How much of what one check found is told. */
  private static final int MAX_FINDINGS = 100;

  private final Database database;

  @Inject
  LedgerAuditDao(Database database) {
    this.database = database;
  }

  /**
   * What is wrong, in words for people; empty: the ledger balances.
   *
   * @return at most some hundred findings
   */
  public List<String> findings(String merchantId) {
    return database.inSnapshot(handle -> findings(handle, merchantId));
  }

  static List<String> findings(Handle handle, String merchantId) {
    List<String> findings = new ArrayList<>();
    findings.addAll(brokenEntries(handle, merchantId));
    findings.addAll(entriesOfWrongKind(handle, merchantId));
    findings.addAll(accountsThatDiffer(handle, merchantId));
    findings.addAll(viewersThatDiffer(handle, merchantId));
    findings.addAll(statesWithoutEntries(handle, merchantId));
    return findings;
  }

  /**
   * Each entry follows the one before it, or the sums of those that are kept no more, adds up with
   * it, and leaves nothing below zero.
   */
  private static List<String> brokenEntries(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT entry.viewer_id, entry.entry_number
            FROM ledger_entry entry
            LEFT JOIN ledger_entry earlier
              ON earlier.merchant_id = entry.merchant_id AND earlier.viewer_id = entry.viewer_id
                AND earlier.entry_number = entry.entry_number - 1
            LEFT JOIN ledger_opening opening
              ON opening.merchant_id = entry.merchant_id AND opening.viewer_id = entry.viewer_id
                AND opening.entry_number = entry.entry_number - 1
            WHERE entry.merchant_id = :merchantId
              AND (entry.amount < 1 OR entry.balance < 0 OR entry.pending < 0
                OR entry.held < 0 OR entry.debt < 0
                OR (earlier.entry_number IS NULL AND opening.entry_number IS NULL
                  AND entry.entry_number <> 1)
                OR entry.balance <> COALESCE(earlier.balance, opening.balance, 0)
                  + CASE WHEN entry.credit_account = :viewer THEN entry.amount ELSE 0 END
                  - CASE WHEN entry.debit_account = :viewer THEN entry.amount ELSE 0 END
                OR entry.pending <> COALESCE(earlier.pending, opening.pending, 0)
                  + CASE WHEN entry.credit_account = :pending THEN entry.amount ELSE 0 END
                  - CASE WHEN entry.debit_account = :pending THEN entry.amount ELSE 0 END
                OR entry.held <> COALESCE(earlier.held, opening.held, 0)
                  + CASE WHEN entry.credit_account = :held THEN entry.amount ELSE 0 END
                  - CASE WHEN entry.debit_account = :held THEN entry.amount ELSE 0 END
                OR entry.debt <> COALESCE(earlier.debt, opening.debt, 0)
                  - CASE WHEN entry.credit_account = :debt THEN entry.amount ELSE 0 END
                  + CASE WHEN entry.debit_account = :debt THEN entry.amount ELSE 0 END)
            LIMIT :limit\
            """)
        .bind("merchantId", merchantId)
        .bind("viewer", LedgerAccount.VIEWER.code())
        .bind("pending", LedgerAccount.PENDING.code())
        .bind("held", LedgerAccount.HELD.code())
        .bind("debt", LedgerAccount.DEBT.code())
        .bind("limit", MAX_FINDINGS)
        .map((row, context) ->
            "viewer %s: entry %d does not follow from the one before it"
                .formatted(row.getString("viewer_id"), row.getLong("entry_number")))
        .list();
  }

  /** Each kind of entry moves points between the two accounts that it says. */
  private static List<String> entriesOfWrongKind(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT kind, debit_account, credit_account, COUNT(*) AS entries
            FROM ledger_entry
            WHERE merchant_id = :merchantId
            GROUP BY kind, debit_account, credit_account\
            """)
        .bind("merchantId", merchantId)
        .map((row, context) ->
            accountsFitKind(row)
                ? ""
                : "%d entries of the kind %d go from account %d to account %d"
                    .formatted(
                        row.getLong("entries"),
                        row.getInt("kind"),
                        row.getInt("debit_account"),
                        row.getInt("credit_account")))
        .filter(finding -> !finding.isEmpty())
        .list();
  }

  private static boolean accountsFitKind(ResultSet row) throws SQLException {
    PointsEntryKind kind = PointsEntryKind.forNumber(row.getInt("kind"));
    return kind != null
        && kind != PointsEntryKind.POINTS_ENTRY_KIND_UNSPECIFIED
        && row.getInt("debit_account") == LedgerAccount.debitedBy(kind).code()
        && row.getInt("credit_account") == LedgerAccount.creditedBy(kind).code();
  }

  /** The totals add up to zero, and each is what its account's entries come to. */
  private static List<String> accountsThatDiffer(Handle handle, String merchantId) {
    Map<LedgerAccount, BigDecimal> totals = new EnumMap<>(LedgerAccount.class);
    Map<LedgerAccount, BigDecimal> booked = new EnumMap<>(LedgerAccount.class);
    for (LedgerAccount account : LedgerAccount.values()) {
      totals.put(account, total(handle, merchantId, account));
      booked.put(
          account, booked(handle, merchantId, account).add(opening(handle, merchantId, account)));
    }
    List<String> findings = new ArrayList<>();
    totals.forEach((account, total) -> {
      if (total.compareTo(booked.get(account)) != 0) {
        findings.add(
            "account %s: its total is %s, its entries come to %s"
                .formatted(account, total, booked.get(account)));
      }
      boolean isSource = account == LedgerAccount.ISSUANCE || account == LedgerAccount.DEBT;
      if (isSource ? total.signum() > 0 : total.signum() < 0) {
        findings.add("account %s: its total is %s".formatted(account, total));
      }
    });
    BigDecimal sum = totals.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    if (sum.signum() != 0) {
      findings.add("the sum over all accounts is %s".formatted(sum));
    }
    return findings;
  }

  private static BigDecimal total(Handle handle, String merchantId, LedgerAccount account) {
    return handle
        .createQuery(
            """
            SELECT COALESCE(SUM(balance), 0)
            FROM ledger_account
            WHERE merchant_id = :merchantId AND account = :account\
            """)
        .bind("merchantId", merchantId)
        .bind("account", account.code())
        .mapTo(BigDecimal.class)
        .one();
  }

  private static BigDecimal booked(Handle handle, String merchantId, LedgerAccount account) {
    return handle
        .createQuery(
            """
            SELECT COALESCE(SUM(
              CASE WHEN credit_account = :account THEN amount ELSE 0 END
              - CASE WHEN debit_account = :account THEN amount ELSE 0 END), 0)
            FROM ledger_entry
            WHERE merchant_id = :merchantId\
            """)
        .bind("merchantId", merchantId)
        .bind("account", account.code())
        .mapTo(BigDecimal.class)
        .one();
  }

  /** What the entries came to that are kept no more. */
  private static BigDecimal opening(Handle handle, String merchantId, LedgerAccount account) {
    return handle
        .createQuery(
            """
            SELECT COALESCE(SUM(issuance), 0) AS issuance, COALESCE(SUM(balance), 0) AS viewer,
              COALESCE(SUM(pending), 0) AS pending, COALESCE(SUM(spent), 0) AS spent,
              COALESCE(SUM(expired), 0) AS expired, COALESCE(SUM(held), 0) AS held,
              -COALESCE(SUM(debt), 0) AS debt
            FROM ledger_opening
            WHERE merchant_id = :merchantId\
            """)
        .bind("merchantId", merchantId)
        .map((row, context) -> row.getBigDecimal(account.name()))
        .one();
  }

  /** What rules know of a viewer is what the viewer's entries come to. */
  private static List<String> viewersThatDiffer(Handle handle, String merchantId) {
    ResultIterable<List<String>> viewers =
        handle
            .createQuery(
                """
                SELECT booked.viewer_id, known.points_state,
                  booked.entries + COALESCE(opening.entry_number, 0) AS entries,
                  booked.balance + COALESCE(opening.balance, 0) AS balance,
                  booked.pending + COALESCE(opening.pending, 0) AS pending,
                  booked.held + COALESCE(opening.held, 0) AS held,
                  booked.debt + COALESCE(opening.debt, 0) AS debt
                FROM (
                  SELECT merchant_id, viewer_id, COUNT(*) AS entries,
                    SUM(CASE WHEN credit_account = :viewer THEN amount ELSE 0 END
                      - CASE WHEN debit_account = :viewer THEN amount ELSE 0 END) AS balance,
                    SUM(CASE WHEN credit_account = :pending THEN amount ELSE 0 END
                      - CASE WHEN debit_account = :pending THEN amount ELSE 0 END) AS pending,
                    SUM(CASE WHEN credit_account = :held THEN amount ELSE 0 END
                      - CASE WHEN debit_account = :held THEN amount ELSE 0 END) AS held,
                    SUM(CASE WHEN debit_account = :debt THEN amount ELSE 0 END
                      - CASE WHEN credit_account = :debt THEN amount ELSE 0 END) AS debt
                  FROM ledger_entry
                  WHERE merchant_id = :merchantId
                  GROUP BY merchant_id, viewer_id
                ) booked
                LEFT JOIN viewer known
                  ON known.merchant_id = booked.merchant_id AND known.viewer_id = booked.viewer_id
                LEFT JOIN ledger_opening opening
                  ON opening.merchant_id = booked.merchant_id
                    AND opening.viewer_id = booked.viewer_id\
                """)
            .bind("merchantId", merchantId)
            .bind("viewer", LedgerAccount.VIEWER.code())
            .bind("pending", LedgerAccount.PENDING.code())
            .bind("held", LedgerAccount.HELD.code())
            .bind("debt", LedgerAccount.DEBT.code())
            .setFetchSize(Integer.MIN_VALUE) // one row at a time, for there may be millions
            .map((row, context) -> compare(row));
    try (Stream<List<String>> findings = viewers.stream()) {
      return findings.flatMap(List::stream).limit(MAX_FINDINGS).toList();
    }
  }

  private static PointsState parse(byte @Nullable [] stored) throws SQLException {
    try {
      return stored == null ? PointsState.getDefaultInstance() : PointsState.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("viewer.points_state can't be read", e);
    }
  }

  /** Whether what rules know of a viewer is what was booked, in itself and with it. */
  static List<String> compare(ResultSet row) throws SQLException {
    List<String> findings = new ArrayList<>();
    PointsState state = parse(row.getBytes("points_state"));
    String known = text(state);
    String booked =
        text(
            PointsState.newBuilder()
                .setEntries(row.getLong("entries"))
                .setBalance(row.getLong("balance"))
                .setPending(row.getLong("pending"))
                .setHeld(row.getLong("held"))
                .setDebt(row.getLong("debt")));
    if (!known.equals(booked)) {
      findings.add(
          "viewer %s: rules know of %s, entries come to %s"
              .formatted(row.getString("viewer_id"), known, booked));
    }
    long lapsing = 0;
    for (Lot lot : state.getLotsList()) {
      lapsing += lot.getLeft();
      if (lot.getLeft() < 1) {
        findings.add("viewer %s: a lot of %d".formatted(row.getString("viewer_id"), lot.getLeft()));
      }
    }
    if (state.hasEndless()
        ? lapsing + state.getEndless() != state.getBalance()
        : lapsing > state.getBalance()) {
      findings.add(
          "viewer %s: %d points lapse and %d never do, of a balance of %d"
              .formatted(
                  row.getString("viewer_id"), lapsing, state.getEndless(), state.getBalance()));
    }
    long held = 0;
    for (Hold hold : state.getHoldsList()) {
      held += Lots.sum(hold.getPiecesList());
    }
    if (held != state.getHeld()) {
      findings.add(
          "viewer %s: holds of %d, where %d are held"
              .formatted(row.getString("viewer_id"), held, state.getHeld()));
    }
    if (state.getDebt() > 0 && state.getBalance() > 0) {
      findings.add(
          "viewer %s: can spend %d, and owes %d"
              .formatted(row.getString("viewer_id"), state.getBalance(), state.getDebt()));
    }
    return findings;
  }

  private static String text(PointsStateOrBuilder state) {
    return "%d entries, %d points, %d pending, %d held and %d owed"
        .formatted(
            state.getEntries(),
            state.getBalance(),
            state.getPending(),
            state.getHeld(),
            state.getDebt());
  }

  private static List<String> statesWithoutEntries(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT known.viewer_id
            FROM viewer known
            LEFT JOIN ledger_entry earliest
              ON earliest.merchant_id = known.merchant_id AND earliest.viewer_id = known.viewer_id
                AND earliest.entry_number = 1
            LEFT JOIN ledger_opening opening
              ON opening.merchant_id = known.merchant_id AND opening.viewer_id = known.viewer_id
            WHERE known.merchant_id = :merchantId AND known.points_state IS NOT NULL
              AND earliest.entry_number IS NULL AND opening.entry_number IS NULL
            LIMIT :limit\
            """)
        .bind("merchantId", merchantId)
        .bind("limit", MAX_FINDINGS)
        .map((row, context) ->
            "viewer %s: rules know of points that no entry made"
                .formatted(row.getString("viewer_id")))
        .list();
  }
}
