package io.flywheel.audience;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.AudienceFilter;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.Range;

/**
 * A filter: the facet that finds viewers, and what else must hold of each. Immutable.
 *
 * @param facet the one that the index is asked for
 */
record Filter(AudienceFilter asked, String facet) {
  /** A filter as it is at a time, from which it is reckoned how long somebody has been away. */
  static Filter of(AudienceFilter kept, long nowMillis) {
    AudienceFilter asked = kept;
    if (kept.hasAbsentFor()) {
      long before = nowMillis - Durations.toMillis(kept.getAbsentFor());
      if (!kept.hasSeenBefore() || before < Timestamps.toMillis(kept.getSeenBefore())) {
        asked = kept.toBuilder().setSeenBefore(Timestamps.fromMillis(before)).build();
      }
    }
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
