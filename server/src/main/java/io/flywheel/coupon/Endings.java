package io.flywheel.coupon;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * The ends of a viewer's coupons, and the notices before them: seven days and one day before, where
 * the coupon was given earlier than that. Not thread-safe.
 */
final class Endings {
  private static final ImmutableList<Duration> NOTICES =
      ImmutableList.of(Duration.ofDays(7), Duration.ofDays(1));

  /** The most that are watched, which bounds what is read and written with each. */
  static final int MAX_WATCHED = 256;

  private final CouponsState.Builder state;

  Endings(CouponsState.Builder state) {
    this.state = state;
  }

  /** Watches one more; of too many, the one that ends last is let go, and tells nothing. */
  void add(long number, long endsMillis, long nowMillis) {
    int notices = 0;
    while (notices < NOTICES.size() && endsMillis - NOTICES.get(notices).toMillis() <= nowMillis) {
      notices++;
    }
    int index = state.getEndingsCount();
    while (index > 0 && state.getEndings(index - 1).getEndsMs() > endsMillis) {
      index--;
    }
    state.addEndings(
        index,
        CouponEnding.newBuilder().setNumber(number).setEndsMs(endsMillis).setNotices(notices));
    if (state.getEndingsCount() > MAX_WATCHED) {
      state.removeEndings(MAX_WATCHED);
    }
  }

  /** Whether one is watched. */
  boolean has(long number) {
    return state.getEndingsList().stream().anyMatch(ending -> ending.getNumber() == number);
  }

  /** When something is due next, in epoch milliseconds; 0: nothing is. */
  long nextMillis() {
    long next = Long.MAX_VALUE;
    for (CouponEnding ending : state.getEndingsList()) {
      next = Math.min(next, dueMillis(ending));
    }
    return next == Long.MAX_VALUE ? 0 : next;
  }

  /**
   * Takes what is due: each notice once, of several that are due only the last; then the ends.
   *
   * @param due is told of a coupon's number, and whether it has ended
   */
  void take(long nowMillis, BiConsumer<Long, Boolean> due) {
    for (int i = 0; i < state.getEndingsCount(); ) {
      CouponEnding ending = state.getEndings(i);
      if (dueMillis(ending) > nowMillis) {
        i++;
      } else if (ending.getEndsMs() <= nowMillis) {
        state.removeEndings(i);
        due.accept(ending.getNumber(), true);
      } else {
        int notices = ending.getNotices();
        while (notices < NOTICES.size()
            && ending.getEndsMs() - NOTICES.get(notices).toMillis() <= nowMillis) {
          notices++;
        }
        state.setEndings(i, ending.toBuilder().setNotices(notices));
        due.accept(ending.getNumber(), false);
        i++;
      }
    }
  }

  private static long dueMillis(CouponEnding ending) {
    return ending.getNotices() < NOTICES.size()
        ? ending.getEndsMs() - NOTICES.get(ending.getNotices()).toMillis()
        : ending.getEndsMs();
  }
}
