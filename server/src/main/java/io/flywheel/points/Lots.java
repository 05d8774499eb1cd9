package io.flywheel.points;

import java.util.ArrayList;
import java.util.List;

/**
 * How points that can be spent come and go: lots, which lapse, and the points that never do. Pure
 * functions; not to be instantiated.
 */
final class Lots {
  /** The most lots that a viewer has, which bounds what is read and written with every entry. */
  static final int MAX_LOTS = 256;

  private Lots() {}

  /**
   * Adds a lot behind those that lapse at the same time. What comes back to the last of them
   * becomes one with it; so do two others if there are too many.
   */
  static void add(PointsState.Builder state, Lot lot) {
    int index = state.getLotsCount();
    while (index > 0 && state.getLots(index - 1).getExpiresMs() > lot.getExpiresMs()) {
      index--;
    }
    if (index > 0 && isSame(state.getLots(index - 1), lot)) {
      Lot same = state.getLots(index - 1);
      state.setLots(index - 1, same.toBuilder().setLeft(same.getLeft() + lot.getLeft()));
      return;
    }
    state.addLots(index, lot);
    if (state.getLotsCount() > MAX_LOTS) {
      mergeClosest(state);
    }
  }

  static void addEndless(PointsState.Builder state, long amount) {
    state.setEndless(state.getEndless() + amount);
  }

  /**
   * Takes points from the lots that lapse first, and what they lack from those that never lapse.
   *
   * @param amount at most as many as there are
   * @return what was taken, in this order
   */
  static List<Piece> take(PointsState.Builder state, long amount) {
    List<Piece> pieces = new ArrayList<>();
    long missing = amount;
    int emptied = 0;
    while (missing > 0 && emptied < state.getLotsCount()) {
      Lot lot = state.getLots(emptied);
      long taken = Math.min(missing, lot.getLeft());
      pieces.add(piece(lot, taken));
      missing -= taken;
      if (taken < lot.getLeft()) {
        state.setLots(emptied, lot.toBuilder().setLeft(lot.getLeft() - taken));
        break;
      }
      emptied++;
    }
    removeFirst(state, emptied);
    if (missing > state.getEndless()) {
      throw new IllegalStateException(
          "%d of %d points are not there".formatted(missing - state.getEndless(), amount));
    }
    if (missing > 0) {
      pieces.add(Piece.newBuilder().setAmount(missing).build());
      state.setEndless(state.getEndless() - missing);
    }
    return pieces;
  }

  /**
   * Takes points that an entry made spendable, as far as they are there; they are several lots
   * where some of them came back.
   *
   * @return how many were taken, at most {@code amount}
   */
  static long takeOf(PointsState.Builder state, long entryNumber, long amount) {
    List<Lot> kept = new ArrayList<>();
    long missing = amount;
    for (Lot lot : state.getLotsList()) {
      long taken = lot.getEntryNumber() == entryNumber ? Math.min(missing, lot.getLeft()) : 0;
      missing -= taken;
      if (taken < lot.getLeft()) {
        kept.add(taken == 0 ? lot : lot.toBuilder().setLeft(lot.getLeft() - taken).build());
      }
    }
    if (missing < amount) {
      state.clearLots().addAllLots(kept);
    }
    return amount - missing;
  }

  /** What lapses next; of lots that lapse at the same time the sum. */
  static Lot next(PointsStateOrBuilder state) {
    Lot.Builder next = Lot.newBuilder();
    for (Lot lot : state.getLotsList()) {
      if (next.getLeft() > 0 && lot.getExpiresMs() != next.getExpiresMs()) {
        break;
      }
      next.setExpiresMs(lot.getExpiresMs()).setLeft(next.getLeft() + lot.getLeft());
    }
    return next.build();
  }

  /** How many points there are. */
  static long sum(PointsStateOrBuilder state) {
    long sum = state.getEndless();
    for (int i = 0; i < state.getLotsCount(); i++) {
      sum += state.getLots(i).getLeft();
    }
    return sum;
  }

  static long sum(List<Piece> pieces) {
    long sum = 0;
    for (Piece piece : pieces) {
      sum += piece.getAmount();
    }
    return sum;
  }

  private static Piece piece(Lot lot, long amount) {
    return Piece.newBuilder()
        .setExpiresMs(lot.getExpiresMs())
        .setAmount(amount)
        .setEntryNumber(lot.getEntryNumber())
        .setGraced(lot.getGraced())
        .build();
  }

  private static boolean isSame(Lot one, Lot other) {
    return one.getExpiresMs() == other.getExpiresMs()
        && one.getEntryNumber() == other.getEntryNumber()
        && one.getGraced() == other.getGraced();
  }

  private static void removeFirst(PointsState.Builder state, int count) {
    if (count > 0) {
      List<Lot> left = List.copyOf(state.getLotsList().subList(count, state.getLotsCount()));
      state.clearLots().addAllLots(left);
    }
  }

  /** The later lot takes in the earlier: nobody's points lapse early. */
  private static void mergeClosest(PointsState.Builder state) {
    int closest = 0;
    long leastGap = Long.MAX_VALUE;
    for (int i = 0; i + 1 < state.getLotsCount(); i++) {
      long gap = state.getLots(i + 1).getExpiresMs() - state.getLots(i).getExpiresMs();
      if (gap < leastGap) {
        leastGap = gap;
        closest = i;
      }
    }
    Lot later = state.getLots(closest + 1);
    long left = state.getLots(closest).getLeft() + later.getLeft();
    state.setLots(closest + 1, later.toBuilder().setLeft(left)).removeLots(closest);
  }
}
