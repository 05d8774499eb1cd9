package io.flywheel.audience;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Activity;
import io.flywheel.engine.StateView;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.AudienceFilter;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.Range;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A filter: the facet that finds viewers, and what else must hold of each. Immutable.
 *
 * @param facet the one that the index is asked for
 */
record Filter(AudienceFilter asked, String facet) {
  private static final Set<String> STATES = Set.of("completed_tasks");

  /** A filter as it is at a time, from which it is reckoned how long somebody has been away. */
  static Filter of(AudienceFilter kept, long nowMillis) {
    AudienceFilter asked = kept;
    if (kept.hasAbsentFor()) {
      long before = nowMillis - Durations.toMillis(kept.getAbsentFor());
      if (!kept.hasSeenBefore() || before < Timestamps.toMillis(kept.getSeenBefore())) {
        asked = kept.toBuilder().setSeenBefore(Timestamps.fromMillis(before)).build();
      }
    }
    OptionalLong unused = day("filter.first_active_day", asked.getFirstActiveDay());
    unused = day("filter.active_day", asked.getActiveDay());
    if (!asked.getTagId().isEmpty()) {
      return new Filter(asked, Facets.ofTag(asked.getTagId()));
    } else if (!asked.getRoomId().isEmpty()) {
      return new Filter(asked, Facets.ofRoom(asked.getRoomId()));
    } else if (!asked.getLevelId().isEmpty()) {
      return new Filter(asked, Facets.ofLevel(asked.getLevelId()));
    }
    return new Filter(asked, Facets.ALL);
  }

  boolean holds(AudienceMember member) {
    return (asked.getTagId().isEmpty() || member.getTagsList().contains(asked.getTagId()))
        && (asked.getRoomId().isEmpty() || member.getRoomId().equals(asked.getRoomId()))
        && (asked.getLevelId().isEmpty() || member.getLevelId().equals(asked.getLevelId()))
        && isIn(asked.getStreak(), member.getStreak())
        && isIn(asked.getPoints(), member.getPoints())
        && isIn(asked.getOrders(), member.getOrders())
        && isIn(asked.getOrderedMinor(), member.getOrderedMinor())
        && isIn(Ordering.LAST_SEEN.rangeOf(asked), Ordering.LAST_SEEN.of(member))
        && isFirstSeenIn(Timestamps.toMillis(member.getFirstSeenAt()));
  }

  /** Whether it asks for what the index has not. */
  boolean asksStates() {
    return !asked.getFirstActiveDay().isEmpty()
        || !asked.getActiveDay().isEmpty()
        || asked.getCompletedTaskIdsCount() > 0;
  }

  /** Whether what it asks of a viewer's states holds. */
  boolean holds(StateView view) {
    ActiveDays active = Activity.of(view);
    OptionalLong first = day("filter.first_active_day", asked.getFirstActiveDay());
    OptionalLong day = day("filter.active_day", asked.getActiveDay());
    return (first.isEmpty()
            || (active.getLatestDay() != 0 && active.getFirstDay() == first.getAsLong()))
        && (day.isEmpty() || wasActive(active, day.getAsLong()))
        && (asked.getCompletedTaskIdsCount() == 0
            || view.profileNow(STATES)
                .getCompletedTasksList()
                .containsAll(asked.getCompletedTaskIdsList()));
  }

  private static boolean wasActive(ActiveDays active, long day) {
    long ago = active.getLatestDay() - day;
    return active.getLatestDay() != 0
        && (active.getFirstDay() == day
            || (ago >= 0 && ago < Long.SIZE && (active.getDays() >>> ago & 1) == 1));
  }

  /** A day, counted from 1970; empty: none is asked for. */
  private static OptionalLong day(String field, String day) {
    if (day.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(LocalDate.parse(day).toEpochDay());
    } catch (DateTimeException e) {
      throw ServiceException.invalidField(field, day + " (expected: a day such as 2026-11-01)");
    }
  }

  private boolean isFirstSeenIn(long millis) {
    return (!asked.hasFirstSeenAfter() || millis >= Timestamps.toMillis(asked.getFirstSeenAfter()))
        && (!asked.hasFirstSeenBefore()
            || millis < Timestamps.toMillis(asked.getFirstSeenBefore()));
  }

  private static boolean isIn(Range range, long number) {
    return (!range.hasLeast() || number >= range.getLeast())
        && (!range.hasMost() || number <= range.getMost());
  }
}
