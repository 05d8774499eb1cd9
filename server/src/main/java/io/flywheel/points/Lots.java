package io.flywheel.points;

import java.util.List;

/** How the points that lapse come and go. Pure functions; not to be instantiated. */
final class Lots {
  /** The most lots that a viewer has, which bounds what is read and written with every entry. */
  static final int MOST = 256;

  private Lots() {}

  /** Adds a lot in its place, and makes one of two where there are too many then. */
  static void add(PointsState.Builder state, Lot lot) {
    int index = state.getLotsCount();
    while (index > 0 && state.getLots(index - 1).getExpiresMs() > lot.getExpiresMs()) {
      index--;
    }
    state.addLots(index, lot);
    if (state.getLotsCount() > MOST) {
      mergeClosest(state);
    }
  }

  /** Takes points from the lots that lapse first; what they lack is taken from the other points. */
  static void take(PointsState.Builder state, long amount) {
    List<Lot> lots = List.copyOf(state.getLotsList());
    state.clearLots();
    long missing = amount;
    for (Lot lot : lots) {
      long taken = Math.min(missing, lot.getLeft());
      missing -= taken;
      if (taken < lot.getLeft()) {
        state.addLots(lot.toBuilder().setLeft(lot.getLeft() - taken));
      }
    }
  }

  /** Removes the lot of an entry and returns what was left of it; 0: there is none any more. */
  static long remove(PointsState.Builder state, long entryNumber) {
    for (int i = 0; i < state.getLotsCount(); i++) {
      Lot lot = state.getLots(i);
      if (lot.getEntryNumber() == entryNumber) {
        state.removeLots(i);
        return lot.getLeft();
      }
    }
    return 0;
  }

  /** What lapses next; of lots that lapse at the same time the sum. */
  static Lot next(PointsState state) {
    Lot.Builder next = Lot.newBuilder();
    for (Lot lot : state.getLotsList()) {
      if (next.getLeft() > 0 && lot.getExpiresMs() != next.getExpiresMs()) {
        break;
      }
      next.setExpiresMs(lot.getExpiresMs()).setLeft(next.getLeft() + lot.getLeft());
    }
    return next.build();
  }

  /** The later lot takes in the earlier, whose own end will then find no lot. */
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
