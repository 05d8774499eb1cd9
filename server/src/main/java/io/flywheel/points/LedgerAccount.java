package io.flywheel.points;

import io.flywheel.v1.PointsEntryKind;

/** An account of the ledger. Its balance is what was credited to it less what was debited. */
enum LedgerAccount {
  /** Where points come from; the merchant's, and never above zero. */
  ISSUANCE(1),
  /** What a viewer can spend. */
  VIEWER(2),
  /** What a viewer can spend later. */
  PENDING(3),
  /** Where spent points go; the merchant's. */
  SPENT(4),
  /** Where lapsed points go; the merchant's. */
  EXPIRED(5),
  /** What a viewer has set aside for purchases that are not certain yet. */
  HELD(6),
  /** What a viewer owes; never above zero. */
  DEBT(7);

  private final int code;

  LedgerAccount(int code) {
    this.code = code;
  }

  /** What stands for it in tables. */
  int code() {
    return code;
  }

  /** The account that entries of a kind take from. */
  static LedgerAccount debitedBy(PointsEntryKind kind) {
    return switch (kind) {
      case POINTS_ENTRY_KIND_EARNED,
          POINTS_ENTRY_KIND_EARNED_PENDING,
          POINTS_ENTRY_KIND_ADJUSTED_UP ->
          ISSUANCE;
      case POINTS_ENTRY_KIND_MATURED, POINTS_ENTRY_KIND_REVOKED_PENDING -> PENDING;
      case POINTS_ENTRY_KIND_EXPIRED,
          POINTS_ENTRY_KIND_ADJUSTED_DOWN,
          POINTS_ENTRY_KIND_SPENT,
          POINTS_ENTRY_KIND_REVOKED,
          POINTS_ENTRY_KIND_DEBT_REPAID,
          POINTS_ENTRY_KIND_HELD ->
          VIEWER;
      case POINTS_ENTRY_KIND_REFUNDED -> SPENT;
      case POINTS_ENTRY_KIND_DEBT_INCURRED -> DEBT;
      case POINTS_ENTRY_KIND_RELEASED, POINTS_ENTRY_KIND_COMMITTED -> HELD;
      case POINTS_ENTRY_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown(kind);
    };
  }

  /** The account that entries of a kind give to. */
  static LedgerAccount creditedBy(PointsEntryKind kind) {
    return switch (kind) {
      case POINTS_ENTRY_KIND_EARNED,
          POINTS_ENTRY_KIND_MATURED,
          POINTS_ENTRY_KIND_ADJUSTED_UP,
          POINTS_ENTRY_KIND_REFUNDED,
          POINTS_ENTRY_KIND_RELEASED ->
          VIEWER;
      case POINTS_ENTRY_KIND_EARNED_PENDING -> PENDING;
      case POINTS_ENTRY_KIND_EXPIRED -> EXPIRED;
      case POINTS_ENTRY_KIND_ADJUSTED_DOWN, POINTS_ENTRY_KIND_SPENT, POINTS_ENTRY_KIND_COMMITTED ->
          SPENT;
      case POINTS_ENTRY_KIND_REVOKED,
          POINTS_ENTRY_KIND_REVOKED_PENDING,
          POINTS_ENTRY_KIND_DEBT_INCURRED ->
          ISSUANCE;
      case POINTS_ENTRY_KIND_DEBT_REPAID -> DEBT;
      case POINTS_ENTRY_KIND_HELD -> HELD;
      case POINTS_ENTRY_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown(kind);
    };
  }

  /** What an entry of a kind adds to this account. */
  long change(PointsEntryKind kind, long amount) {
    return (this == creditedBy(kind) ? amount : 0) - (this == debitedBy(kind) ? amount : 0);
  }

  private static IllegalArgumentException unknown(PointsEntryKind kind) {
    return new IllegalArgumentException("no entry is of the kind " + kind);
  }
}
