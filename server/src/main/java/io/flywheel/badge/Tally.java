package io.flywheel.badge;

import com.google.common.hash.Hashing;
import com.google.common.math.LongMath;
import io.flywheel.counting.Counter;
import io.flywheel.counting.CountingWindow;
import io.flywheel.counting.Occurrence;
import io.flywheel.program.ProgramCalendar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what a badge speaks of. What is counted is bounded: distinct things by {@link
 * Counter#MAX_DISTINCT}, things that are counted for by {@link #MAX_THINGS}, stretches of days and
 * windows by how late something may still arrive. Pure functions over a {@link BadgeTally}.
 */
final class Tally {
  /** The most things of a viewer that are counted at a time. */
  static final int MAX_THINGS = 200;

  /** A stretch that ended so long before the newest day can't grow by what comes late. */
  private static final int GROWING_DAYS = 10;

  private Tally() {}

  /**
   * Counts an occurrence that matches.
   *
   * @return the window's count now, in the unit of thresholds; 0: it counts nowhere
   */
  static long add(
      BadgeTally.Builder tally,
      CompiledBadge badge,
      Counter counter,
      Occurrence occurrence,
      ProgramCalendar calendar) {
    CountingWindow window =
        badge.window().at(calendar, occurrence.at(), occurrence.roomId(), occurrence.broadcastId());
    if (window == null) {
      return 0;
    }
    long millis = occurrence.at().toEpochMilli();
    BadgeWindow.Builder counted = take(tally, window);
    boolean isCounted =
        switch (badge.counted()) {
          case BADGE_COUNT_DAYS_IN_A_ROW ->
              addDay(counted, calendar.dayOf(occurrence.at()).toEpochDay());
          case BADGE_COUNT_FOR_ONE_THING ->
              addToThing(
                  counted,
                  badge.thingOf(occurrence),
                  measure(counted, counter, occurrence, calendar));
          default -> addToAll(counted, measure(counted, counter, occurrence, calendar));
        };
    if (isCounted) {
      tally.setLatestMillis(Math.max(tally.getLatestMillis(), millis));
    }
    if (counted.getCount() > 0) {
      tally.addWindows(counted);
    }
    forget(tally);
    return counted.getCount() / counter.unit();
  }

  /** Adds what was counted of other occurrences by the same rule. */
  static void merge(BadgeTally.Builder tally, BadgeTally more) {
    List<BadgeWindow> known = new ArrayList<>(tally.getWindowsList());
    tally.clearWindows();
    // What came before stands before what was counted since.
    for (BadgeWindow window : more.getWindowsList()) {
      if (known.stream().noneMatch(other -> other.getName().equals(window.getName()))) {
        tally.addWindows(window);
      }
    }
    for (BadgeWindow window : known) {
      BadgeWindow.Builder both = window.toBuilder();
      more.getWindowsList().stream()
          .filter(other -> other.getName().equals(window.getName()))
          .forEach(other -> merge(both, other));
      tally.addWindows(both);
    }
    tally.setLatestMillis(Math.max(tally.getLatestMillis(), more.getLatestMillis()));
    forget(tally);
  }

  /** The highest count of any window, in raw units. */
  static long best(BadgeTallyOrBuilder tally) {
    long best = 0;
    for (BadgeWindow window : tally.getWindowsList()) {
      best = Math.max(best, window.getCount());
    }
    return best;
  }

  /** Takes a window out of the tally; it is put back at the end. */
  private static BadgeWindow.Builder take(BadgeTally.Builder tally, CountingWindow window) {
    for (int i = 0; i < tally.getWindowsCount(); i++) {
      if (tally.getWindows(i).getName().equals(window.name())) {
        BadgeWindow.Builder found = tally.getWindows(i).toBuilder();
        tally.removeWindows(i);
        return found;
      }
    }
    return BadgeWindow.newBuilder().setName(window.name()).setEndsMillis(window.endsMillis());
  }

  private static long measure(
      BadgeWindow.Builder window,
      Counter counter,
      Occurrence occurrence,
      ProgramCalendar calendar) {
    return counter.measure(occurrence, occurrence.times(), calendar, key -> isNew(window, key));
  }

  private static boolean isNew(BadgeWindow.Builder window, long key) {
    if (window.getSeenCount() >= Counter.MAX_DISTINCT || window.getSeenList().contains(key)) {
      return false;
    }
    window.addSeen(key);
    return true;
  }

  private static boolean addToAll(BadgeWindow.Builder window, long more) {
    window.setCount(LongMath.saturatedAdd(window.getCount(), more));
    return more > 0;
  }

  private static boolean addToThing(BadgeWindow.Builder window, String thing, long more) {
    if (thing.isEmpty() || more <= 0) {
      return false;
    }
    addToThing(
        window,
        Hashing.farmHashFingerprint64().hashString(thing, StandardCharsets.UTF_8).asLong(),
        more);
    return true;
  }

  private static void addToThing(BadgeWindow.Builder window, long thing, long more) {
    long count = more;
    for (int i = 0; i < window.getThingsCount(); i++) {
      if (window.getThings(i).getThing() == thing) {
        count = LongMath.saturatedAdd(count, window.getThings(i).getCount());
        window.removeThings(i);
        break;
      }
    }
    window.addThings(CountedThing.newBuilder().setThing(thing).setCount(count));
    if (window.getThingsCount() > MAX_THINGS) {
      window.removeThings(0);
    }
    window.setCount(Math.max(window.getCount(), count));
  }

  /** Whether the day was not there before. */
  private static boolean addDay(BadgeWindow.Builder window, long day) {
    for (DayStretch stretch : window.getStretchesList()) {
      if (day >= stretch.getFirst() && day <= stretch.getLast()) {
        return false;
      }
    }
    unite(window, List.of(DayStretch.newBuilder().setFirst(day).setLast(day).build()));
    return true;
  }

  private static void unite(BadgeWindow.Builder window, List<DayStretch> more) {
    List<DayStretch> all = new ArrayList<>(window.getStretchesList());
    all.addAll(more);
    all.sort((a, b) -> Long.compare(a.getFirst(), b.getFirst()));
    long newest = all.stream().mapToLong(DayStretch::getLast).max().orElse(0);
    List<DayStretch> united = new ArrayList<>();
    for (DayStretch next : all) {
      DayStretch last = united.isEmpty() ? null : united.getLast();
      if (last != null && next.getFirst() <= last.getLast() + 1) {
        united.set(
            united.size() - 1,
            last.toBuilder().setLast(Math.max(last.getLast(), next.getLast())).build());
      } else {
        united.add(next);
      }
    }
    long longest = window.getCount();
    for (DayStretch stretch : united) {
      longest = Math.max(longest, stretch.getLast() - stretch.getFirst() + 1);
    }
    window.setCount(longest).clearStretches();
    united.stream()
        .filter(stretch -> stretch.getLast() >= newest - GROWING_DAYS)
        .forEach(window::addStretches);
  }

  private static void merge(BadgeWindow.Builder window, BadgeWindow more) {
    if (more.getStretchesCount() > 0) {
      unite(window, more.getStretchesList());
      window.setCount(Math.max(window.getCount(), more.getCount()));
    } else if (more.getThingsCount() > 0) {
      List<CountedThing> since = List.copyOf(window.getThingsList());
      window.clearThings().addAllThings(more.getThingsList());
      window.setCount(Math.max(window.getCount(), more.getCount()));
      since.forEach(thing -> addToThing(window, thing.getThing(), thing.getCount()));
    } else if (more.getSeenCount() > 0) {
      long added = more.getSeenList().stream().filter(key -> isNew(window, key)).count();
      window.setCount(window.getCount() + added);
    } else {
      window.setCount(LongMath.saturatedAdd(window.getCount(), more.getCount()));
    }
  }

  /** Drops the windows in which nothing can happen any more. */
  private static void forget(BadgeTally.Builder tally) {
    for (int i = tally.getWindowsCount() - 2; i >= 0; i--) {
      if (CountingWindow.isGone(tally.getWindows(i).getEndsMillis(), tally.getLatestMillis())) {
        tally.removeWindows(i);
      }
    }
  }
}
