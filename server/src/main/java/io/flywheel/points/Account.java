package io.flywheel.points;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.HoldCause;
import io.flywheel.v1.PendingEnd;
import io.flywheel.v1.PointsCause;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsExpiring;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.RefundPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One viewer's points at one time: what is done to them, and the entries and notices that this
 * comes to. Nothing else is touched, so that months of a viewer's points run in memory. What is
 * refused throws and leaves the account unusable. Used by one thread, for one action.
 */
final class Account {
  /** The most points that a viewer can have, or owe; far below what a sum holds. */
  static final long MAX_POINTS = 1_000_000_000_000_000L;

  /** The most holds that a viewer has at a time. */
  static final int MAX_HOLDS = 32;

  /** The most amounts that mature at times of their own; those nearest in time mature together. */
  static final int MAX_PENDING_LOTS = 256;

  /** The most amounts that wait for orders; further ones wait for a time alone. */
  static final int MAX_WAITING_LOTS = 512;

  /** How long points can be spent that came back after their end. */
  static final long GRACE_MILLIS = Duration.ofHours(24).toMillis();

  /** How long before points lapse the viewer is told, the first notice first. */
  private static final List<Duration> NOTICES = List.of(Duration.ofDays(7), Duration.ofDays(1));

  /** What lapses within so much time of what a notice is for is told in the same one. */
  private static final List<Duration> TOLD_TOGETHER =
      List.of(Duration.ofDays(1), Duration.ofHours(1));

  /**
   * A hold that paid.
   *
   * @param cause what it was for, which its refund names
   * @param charge what a refund gives back
   */
  record Committed(Cause cause, ChargeState charge) {}

  private final PointsState.Builder state;
  private final long atMillis;
  private final List<PointsEntry> entries = new ArrayList<>(2);
  private final List<PointsExpiring> notices = new ArrayList<>(0);

  /**
   * An account.
   *
   * @param atMillis when it is acted upon
   */
  Account(PointsState state, long atMillis) {
    this.state = state.toBuilder();
    this.atMillis = atMillis;
    if (!state.hasEndless()) {
      this.state.setEndless(0); // so that it is not part of the sum
      long endless = state.getBalance() - Lots.sum(this.state);
      this.state.setEndless(endless);
    }
  }

  /** The state as it is now, which is as all accounts must be. */
  PointsState state() {
    checkSums();
    return state.build();
  }

  /** What was booked, in order. */
  List<PointsEntry> entries() {
    return entries;
  }

  /** What the viewer is to be told of lots that lapse soon. */
  List<PointsExpiring> notices() {
    return notices;
  }

  /** When something is to be settled next, in epoch milliseconds; 0: nothing is. */
  long nextDueMillis() {
    Due next = nextDue();
    return next.kind == DueKind.NOTHING ? 0 : next.millis;
  }

  /** Books what has fallen due by the account's time, each at its own time. */
  void settle() {
    for (Due due = nextDue();
        due.kind != DueKind.NOTHING && due.millis <= atMillis;
        due = nextDue()) {
      switch (due.kind) {
        case MATURES -> mature();
        case HOLD_LAPSES -> release(due.index, cause(state.getHolds(due.index)), due.millis);
        case LAPSES -> lapse();
        case NOTICE -> tell(due.index);
        case NOTHING -> {}
      }
    }
  }

  /**
   * Books points that were earned.
   *
   * @param pendingMillis how long they are pending; 0: they can be spent at once
   * @param expiresAfterMillis how long they can be spent; 0: for ever
   */
  void earn(long amount, long pendingMillis, long expiresAfterMillis, Cause cause) {
    requireRoom(amount);
    if (pendingMillis == 0) {
      book(PointsEntryKind.POINTS_ENTRY_KIND_EARNED, amount, cause, atMillis);
      put(amount, expiresAfterMillis, state.getEntries(), atMillis);
      repay(cause, atMillis);
    } else {
      book(PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING, amount, cause, atMillis);
      addPending(
          PendingLot.newBuilder()
              .setDueMs(atMillis + pendingMillis)
              .setAmount(amount)
              .setEntryNumber(state.getEntries())
              .setExpiresAfterMs(expiresAfterMillis)
              .build());
    }
  }

  /** Books points that are pending until their order is complete. */
  void earnUntilCompleted(PointsReward points, Cause cause) {
    requireRoom(points.getAmount());
    book(PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING, points.getAmount(), cause, atMillis);
    long pendingMillis = Durations.toMillis(points.getPending());
    boolean forfeits = points.getUntilCompleted().getOtherwise() == PendingEnd.PENDING_END_FORFEIT;
    boolean waits = !cause.getOrderId().isEmpty() && waiting() < MAX_WAITING_LOTS;
    long longestMillis = Durations.toMillis(points.getUntilCompleted().getAtMost());
    addPending(
        PendingLot.newBuilder()
            .setDueMs(atMillis + longestMillis + (forfeits ? 0 : pendingMillis))
            .setAmount(points.getAmount())
            .setEntryNumber(state.getEntries())
            .setExpiresAfterMs(Durations.toMillis(points.getExpiresAfter()))
            .setOrderId(waits ? cause.getOrderId() : "")
            .setPendingMs(pendingMillis)
            .setForfeits(forfeits && waits)
            .build());
  }

  /** Makes points mature that wait for an order, now or after the time that they stay pending. */
  void complete(String orderId) {
    List<PendingLot> confirmed = new ArrayList<>();
    for (int i = state.getPendingLotsCount() - 1; i >= 0; i--) {
      if (state.getPendingLots(i).getOrderId().equals(orderId)) {
        confirmed.add(0, state.getPendingLots(i));
        state.removePendingLots(i);
      }
    }
    for (PendingLot lot : confirmed) {
      PendingLot certain =
          lot.toBuilder()
              .setDueMs(atMillis + lot.getPendingMs())
              .clearOrderId()
              .clearForfeits()
              .build();
      if (lot.getPendingMs() == 0) {
        mature(certain, orderId);
      } else {
        addPending(certain);
      }
    }
  }

  /** Takes up points that an earlier version left to mature at the account's time. */
  void takeUpPending(PointsMature left) {
    addPending(
        PendingLot.newBuilder()
            .setDueMs(atMillis)
            .setAmount(left.getAmount())
            .setEntryNumber(left.getEntryNumber())
            .setExpiresAfterMs(left.getExpiresAfterMs())
            .build());
  }

  /** Books a correction, upwards or downwards. */
  void adjust(long amount, Cause cause) {
    if (amount > 0) {
      requireRoom(amount);
      book(PointsEntryKind.POINTS_ENTRY_KIND_ADJUSTED_UP, amount, cause, atMillis);
      Lots.addEndless(state, amount);
      repay(cause, atMillis);
    } else {
      if (-amount > state.getBalance()) {
        throw ServiceException.of(
            ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS,
            "amount: %d (expected: at least %d, for the viewer can spend %d)"
                .formatted(amount, -state.getBalance(), state.getBalance()));
      }
      Lots.take(state, -amount);
      book(PointsEntryKind.POINTS_ENTRY_KIND_ADJUSTED_DOWN, -amount, cause, atMillis);
    }
  }

  /** Pays with points, and returns what a refund gives back. */
  ChargeState charge(long amount, Cause cause) {
    requirePoints("price.points", amount);
    List<Piece> pieces = Lots.take(state, amount);
    book(PointsEntryKind.POINTS_ENTRY_KIND_SPENT, amount, cause, atMillis);
    return ChargeState.newBuilder().setAmount(amount).addAllPieces(pieces).build();
  }

  /**
   * Gives back a part of a charge, as if less had been charged: what was taken last comes back
   * first.
   *
   * @param charge the charge; without an amount: it is not remembered, and what comes back never
   *     lapses
   * @return what can still be refunded of it
   */
  ChargeState refund(ChargeState charge, long amount, Cause cause) {
    List<Piece> left = new ArrayList<>(charge.getPiecesList());
    if (charge.getAmount() == 0) {
      left.add(Piece.newBuilder().setAmount(amount).build());
    }
    List<Piece> back = takeLast(left, amount);
    book(PointsEntryKind.POINTS_ENTRY_KIND_REFUNDED, amount, cause, atMillis);
    giveBack(back, atMillis);
    repay(cause, atMillis);
    settle();
    return charge.toBuilder().clearPieces().addAllPieces(left).build();
  }

  /**
   * Takes back points that were earned.
   *
   * @param entryNumber the entry that earned them
   */
  void revoke(long amount, long entryNumber, RefundPolicy policy, Cause cause) {
    long missing = amount - revokePending(amount, entryNumber, cause);
    if (policy == RefundPolicy.REFUND_POLICY_ONLY_PENDING) {
      return;
    }
    long taken = Math.min(missing, state.getBalance());
    if (taken > 0) {
      long own = Lots.takeOf(state, entryNumber, taken);
      Lots.take(state, taken - own);
      book(PointsEntryKind.POINTS_ENTRY_KIND_REVOKED, taken, cause, atMillis);
    }
    long owed = Math.min(missing - taken, MAX_POINTS - state.getDebt());
    if (policy == RefundPolicy.REFUND_POLICY_DEBT && owed > 0) {
      book(PointsEntryKind.POINTS_ENTRY_KIND_DEBT_INCURRED, owed, cause, atMillis);
    }
  }

  /**
   * Sets points aside.
   *
   * @param lapsesMillis when they are released by themselves
   */
  void hold(String holdId, long amount, long lapsesMillis, String reason) {
    requirePoints("amount", amount);
    if (indexOf(holdId) >= 0) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_HOLD_EXISTS,
          "hold_id: \"%s\" (expected: a new id, for this hold is open)".formatted(holdId));
    }
    if (state.getHoldsCount() == MAX_HOLDS) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_TOO_MANY_HOLDS,
          "the viewer has %d holds (expected: fewer)".formatted(MAX_HOLDS));
    }
    Hold hold =
        Hold.newBuilder()
            .setHoldId(holdId)
            .setLapsesMs(lapsesMillis)
            .addAllPieces(Lots.take(state, amount))
            .setReason(reason)
            .build();
    state.addHolds(hold);
    book(PointsEntryKind.POINTS_ENTRY_KIND_HELD, amount, cause(hold), atMillis);
  }

  /**
   * Pays with what is set aside; what is left of it can be spent again.
   *
   * @param amount how many of the points pay; 0: all
   */
  Committed commit(String holdId, long amount) {
    int index = requireHold(holdId);
    Hold hold = state.getHolds(index);
    List<Piece> paying = new ArrayList<>(hold.getPiecesList());
    long all = Lots.sum(paying);
    long paid = amount == 0 ? all : amount;
    if (paid > all) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS,
          "amount: %d (expected: at most %d, for the hold has no more)".formatted(paid, all));
    }
    List<Piece> rest = takeLast(paying, all - paid);
    Cause cause = cause(hold);
    book(PointsEntryKind.POINTS_ENTRY_KIND_COMMITTED, paid, cause, atMillis);
    if (rest.isEmpty()) {
      state.removeHolds(index);
    } else {
      state.setHolds(index, hold.toBuilder().clearPieces().addAllPieces(rest));
      release(index, cause, atMillis);
      settle();
    }
    return new Committed(
        cause, ChargeState.newBuilder().setAmount(paid).addAllPieces(paying).build());
  }

  /** Makes what is set aside spendable again. */
  void release(String holdId) {
    int index = requireHold(holdId);
    release(index, cause(state.getHolds(index)), atMillis);
    settle();
  }

  /** What a hold's entries, and its charge, are for. */
  static Cause cause(HoldOrBuilder hold) {
    return Cause.newBuilder()
        .setHold(HoldCause.newBuilder().setHoldId(hold.getHoldId()).setReason(hold.getReason()))
        .build();
  }

  private void mature() {
    PendingLot lot = state.getPendingLots(0);
    state.removePendingLots(0);
    if (lot.getForfeits()) {
      book(
          PointsEntryKind.POINTS_ENTRY_KIND_REVOKED_PENDING,
          lot.getAmount(),
          cameDue(lot.getEntryNumber()).toBuilder().setOrderId(lot.getOrderId()).build(),
          lot.getDueMs());
    } else {
      mature(lot, lot.getOrderId());
    }
  }

  private void mature(PendingLot lot, String orderId) {
    Cause cause = cameDue(lot.getEntryNumber()).toBuilder().setOrderId(orderId).build();
    book(PointsEntryKind.POINTS_ENTRY_KIND_MATURED, lot.getAmount(), cause, lot.getDueMs());
    put(lot.getAmount(), lot.getExpiresAfterMs(), state.getEntries(), lot.getDueMs());
    repay(cause, lot.getDueMs());
  }

  private void lapse() {
    Lot lot = state.getLots(0);
    state.removeLots(0);
    book(
        PointsEntryKind.POINTS_ENTRY_KIND_EXPIRED,
        lot.getLeft(),
        cameDue(lot.getEntryNumber()),
        lot.getExpiresMs());
  }

  private void release(int index, Cause cause, long millis) {
    List<Piece> pieces = state.getHolds(index).getPiecesList();
    state.removeHolds(index);
    book(PointsEntryKind.POINTS_ENTRY_KIND_RELEASED, Lots.sum(pieces), cause, millis);
    giveBack(pieces, millis);
    repay(cause, millis);
  }

  /** Tells of a lot and of those that lapse with it or soon after, and notes that they are told. */
  private void tell(int first) {
    int stage = state.getLots(first).getNotices();
    long firstMillis = state.getLots(first).getExpiresMs();
    long lastMillis = firstMillis + TOLD_TOGETHER.get(stage).toMillis();
    long amount = 0;
    for (int i = first; i < state.getLotsCount(); i++) {
      Lot lot = state.getLots(i);
      if (lot.getExpiresMs() >= lastMillis && i > first) {
        break;
      }
      if (lot.getNotices() <= stage) {
        amount += lot.getLeft();
        state.setLots(i, lot.toBuilder().setNotices(stage + 1));
      }
    }
    if (atMillis < firstMillis) {
      notices.add(
          PointsExpiring.newBuilder()
              .setAmount(amount)
              .setExpiresAt(Timestamps.fromMillis(firstMillis))
              .setNotice(Durations.fromMillis(NOTICES.get(stage).toMillis()))
              .build());
    }
  }

  /** Makes points spendable from a time on. */
  private void put(long amount, long expiresAfterMillis, long entryNumber, long millis) {
    if (expiresAfterMillis == 0) {
      Lots.addEndless(state, amount);
    } else {
      addLot(amount, millis + expiresAfterMillis, entryNumber, false, millis);
    }
  }

  private void addLot(
      long amount, long expiresMillis, long entryNumber, boolean graced, long millis) {
    int notices = 0;
    while (notices < NOTICES.size() && expiresMillis - NOTICES.get(notices).toMillis() <= millis) {
      notices++; // there is no time left for it, and the viewer hears of the points anyway
    }
    Lots.add(
        state,
        Lot.newBuilder()
            .setExpiresMs(expiresMillis)
            .setLeft(amount)
            .setEntryNumber(entryNumber)
            .setGraced(graced)
            .setNotices(notices)
            .build());
  }

  /**
   * Points come back with the end that they had; once, those whose end has passed get more time.
   */
  private void giveBack(List<Piece> pieces, long millis) {
    for (Piece piece : pieces) {
      if (piece.getExpiresMs() == 0) {
        Lots.addEndless(state, piece.getAmount());
      } else {
        boolean graces = piece.getExpiresMs() <= millis && !piece.getGraced();
        addLot(
            piece.getAmount(),
            graces ? millis + GRACE_MILLIS : piece.getExpiresMs(),
            piece.getEntryNumber(),
            piece.getGraced() || graces,
            millis);
      }
    }
  }

  /** What has come in pays what the viewer owes, before it can be spent. */
  private void repay(Cause cause, long millis) {
    long repaid = Math.min(state.getDebt(), state.getBalance());
    if (repaid > 0) {
      Lots.take(state, repaid);
      book(PointsEntryKind.POINTS_ENTRY_KIND_DEBT_REPAID, repaid, cause, millis);
    }
  }

  /** Takes back what is still pending of an entry, and returns how many points that were. */
  private long revokePending(long amount, long entryNumber, Cause cause) {
    for (int i = 0; i < state.getPendingLotsCount(); i++) {
      PendingLot lot = state.getPendingLots(i);
      if (lot.getEntryNumber() == entryNumber) {
        long taken = Math.min(amount, lot.getAmount());
        if (taken == lot.getAmount()) {
          state.removePendingLots(i);
        } else {
          state.setPendingLots(i, lot.toBuilder().setAmount(lot.getAmount() - taken));
        }
        book(PointsEntryKind.POINTS_ENTRY_KIND_REVOKED_PENDING, taken, cause, atMillis);
        return taken;
      }
    }
    return 0;
  }

  /** Removes points from the end of some pieces, and returns them in the pieces' order. */
  private static List<Piece> takeLast(List<Piece> pieces, long amount) {
    List<Piece> taken = new ArrayList<>();
    long missing = amount;
    while (missing > 0) {
      if (pieces.isEmpty()) {
        throw new IllegalStateException(
            "%d points come back (expected: at most %d)".formatted(amount, amount - missing));
      }
      Piece last = pieces.remove(pieces.size() - 1);
      long part = Math.min(missing, last.getAmount());
      taken.add(0, last.toBuilder().setAmount(part).build());
      if (part < last.getAmount()) {
        pieces.add(last.toBuilder().setAmount(last.getAmount() - part).build());
      }
      missing -= part;
    }
    return taken;
  }

  private void addPending(PendingLot lot) {
    int index = state.getPendingLotsCount();
    while (index > 0 && state.getPendingLots(index - 1).getDueMs() > lot.getDueMs()) {
      index--;
    }
    state.addPendingLots(index, lot);
    if (state.getPendingLotsCount() - waiting() > MAX_PENDING_LOTS) {
      mergeClosestPending();
    }
  }

  /** How many pending amounts wait for an order, each for its own. */
  private int waiting() {
    int waiting = 0;
    for (PendingLot lot : state.getPendingLotsList()) {
      waiting += isWaiting(lot) ? 1 : 0;
    }
    return waiting;
  }

  private static boolean isWaiting(PendingLotOrBuilder lot) {
    return !lot.getOrderId().isEmpty() || lot.getForfeits();
  }

  /** The later takes in the earlier, unless that would let points lapse early. */
  private void mergeClosestPending() {
    int before = -1;
    int closest = 0;
    int next = 0;
    long leastGap = Long.MAX_VALUE;
    for (int i = 0; i < state.getPendingLotsCount(); i++) {
      if (isWaiting(state.getPendingLots(i))) {
        continue;
      }
      if (before >= 0) {
        long gap = state.getPendingLots(i).getDueMs() - state.getPendingLots(before).getDueMs();
        if (gap < leastGap) {
          leastGap = gap;
          closest = before;
          next = i;
        }
      }
      before = i;
    }
    PendingLot earlier = state.getPendingLots(closest);
    PendingLot later = state.getPendingLots(next);
    boolean isEndless = earlier.getExpiresAfterMs() == 0 || later.getExpiresAfterMs() == 0;
    long lasts = Math.max(earlier.getExpiresAfterMs(), later.getExpiresAfterMs());
    state
        .setPendingLots(
            next,
            later.toBuilder()
                .setAmount(earlier.getAmount() + later.getAmount())
                .setExpiresAfterMs(isEndless ? 0 : lasts))
        .removePendingLots(closest);
  }

  private void book(PointsEntryKind kind, long amount, Cause cause, long millis) {
    state
        .setEntries(state.getEntries() + 1)
        .setBalance(state.getBalance() + LedgerAccount.VIEWER.change(kind, amount))
        .setPending(state.getPending() + LedgerAccount.PENDING.change(kind, amount))
        .setHeld(state.getHeld() + LedgerAccount.HELD.change(kind, amount))
        .setDebt(state.getDebt() - LedgerAccount.DEBT.change(kind, amount));
    if (amount < 1) {
      throw new IllegalStateException("an entry of %d points".formatted(amount));
    }
    entries.add(
        PointsEntry.newBuilder()
            .setEntryNumber(state.getEntries())
            .setKind(kind)
            .setAmount(amount)
            .setBalance(state.getBalance())
            .setPending(state.getPending())
            .setHeld(state.getHeld())
            .setDebt(state.getDebt())
            .setCause(cause)
            .setOccurredAt(Timestamps.fromMillis(millis))
            .build());
  }

  /** What all accounts promise, checked before anything of an action becomes real. */
  private void checkSums() {
    long held = 0;
    for (Hold hold : state.getHoldsList()) {
      held += Lots.sum(hold.getPiecesList());
    }
    boolean isSound =
        state.getBalance() == Lots.sum(state)
            && state.getHeld() == held
            && state.getEndless() >= 0
            && state.getPending() >= 0
            && state.getDebt() >= 0
            && (state.getDebt() == 0 || state.getBalance() == 0);
    if (!isSound) {
      throw new IllegalStateException(
          "the ledger would hold %d points in lots of %d, %d held in holds of %d, %d pending and %d owed"
              .formatted(
                  state.getBalance(),
                  Lots.sum(state),
                  state.getHeld(),
                  held,
                  state.getPending(),
                  state.getDebt()));
    }
  }

  private void requireRoom(long amount) {
    long room = MAX_POINTS - state.getBalance() - state.getPending() - state.getHeld();
    if (amount > room) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_POINTS_LIMIT_REACHED,
          "amount: %d (expected: at most %d, which makes %d points, the most that a viewer can have)"
              .formatted(amount, Math.max(0, room), MAX_POINTS));
    }
  }

  private void requirePoints(String field, long amount) {
    if (amount > state.getBalance()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS,
          "%s: %d (expected: at most %d, for the viewer can spend no more)"
              .formatted(field, amount, state.getBalance()));
    }
  }

  private int requireHold(String holdId) {
    int index = indexOf(holdId);
    if (index < 0) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_HOLD_NOT_FOUND,
          "hold_id: \"%s\" (expected: an open hold of the viewer)".formatted(holdId));
    }
    return index;
  }

  private int indexOf(String holdId) {
    for (int i = 0; i < state.getHoldsCount(); i++) {
      if (state.getHolds(i).getHoldId().equals(holdId)) {
        return i;
      }
    }
    return -1;
  }

  private static Cause cameDue(long entryNumber) {
    return Cause.newBuilder()
        .setPoints(PointsCause.newBuilder().setEntryNumber(entryNumber))
        .build();
  }

  /** What falls due. Of what falls due at the same time, the earlier of these comes first. */
  private enum DueKind {
    MATURES,
    HOLD_LAPSES,
    LAPSES,
    NOTICE,
    NOTHING
  }

  /** The next that falls due; {@code index} is the hold, or the lot that a notice is for. */
  private record Due(DueKind kind, long millis, int index) {
    Due orEarlier(DueKind otherKind, long otherMillis, int otherIndex) {
      return otherMillis < millis ? new Due(otherKind, otherMillis, otherIndex) : this;
    }
  }

  private Due nextDue() {
    Due next = new Due(DueKind.NOTHING, Long.MAX_VALUE, 0);
    if (state.getPendingLotsCount() > 0) {
      next = next.orEarlier(DueKind.MATURES, state.getPendingLots(0).getDueMs(), 0);
    }
    for (int i = 0; i < state.getHoldsCount(); i++) {
      next = next.orEarlier(DueKind.HOLD_LAPSES, state.getHolds(i).getLapsesMs(), i);
    }
    if (state.getLotsCount() > 0) {
      next = next.orEarlier(DueKind.LAPSES, state.getLots(0).getExpiresMs(), 0);
    }
    for (int i = 0; i < state.getLotsCount(); i++) {
      Lot lot = state.getLots(i);
      if (lot.getNotices() < NOTICES.size()) {
        long notice = lot.getExpiresMs() - NOTICES.get(lot.getNotices()).toMillis();
        next = next.orEarlier(DueKind.NOTICE, notice, i);
      }
    }
    return next;
  }
}
