package io.flywheel.audience;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.AudienceFilter;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.AudienceOrder;
import io.flywheel.v1.Range;

/** An order of viewers: by which figure, and in which direction. */
enum Ordering {
  LAST_SEEN("seen_ms", "audience_facet_seen", true) {
    @Override
    long of(AudienceMember member) {
      return Timestamps.toMillis(member.getLastSeenAt());
    }

    @Override
    Range rangeOf(AudienceFilter filter) {
      return seen(filter);
    }
  },
  LONGEST_AWAY("seen_ms", "audience_facet_seen", false) {
    @Override
    long of(AudienceMember member) {
      return LAST_SEEN.of(member);
    }

    @Override
    Range rangeOf(AudienceFilter filter) {
      return seen(filter);
    }
  },
  STREAK("streak", "audience_facet_streak", true) {
    @Override
    long of(AudienceMember member) {
      return member.getStreak();
    }

    @Override
    Range rangeOf(AudienceFilter filter) {
      return filter.getStreak();
    }
  },
  POINTS("points", "audience_facet_points", true) {
    @Override
    long of(AudienceMember member) {
      return member.getPoints();
    }

    @Override
    Range rangeOf(AudienceFilter filter) {
      return filter.getPoints();
    }
  },
  SPENT("ordered_minor", "audience_facet_spent", true) {
    @Override
    long of(AudienceMember member) {
      return member.getOrderedMinor();
    }

    @Override
    Range rangeOf(AudienceFilter filter) {
      return filter.getOrderedMinor();
    }
  };

  private final String column;
  private final String index;
  private final boolean greatestFirst;

  Ordering(String column, String index, boolean greatestFirst) {
    this.column = column;
    this.index = index;
    this.greatestFirst = greatestFirst;
  }

  static Ordering of(AudienceOrder order) {
    return switch (order) {
      case AUDIENCE_ORDER_UNSPECIFIED, AUDIENCE_ORDER_LAST_SEEN, UNRECOGNIZED -> LAST_SEEN;
      case AUDIENCE_ORDER_LONGEST_AWAY -> LONGEST_AWAY;
      case AUDIENCE_ORDER_STREAK -> STREAK;
      case AUDIENCE_ORDER_POINTS -> POINTS;
      case AUDIENCE_ORDER_SPENT -> SPENT;
    };
  }

  /** The figure of a viewer. */
  abstract long of(AudienceMember member);

  /** What a filter asks of the figure. */
  abstract Range rangeOf(AudienceFilter filter);

  /** The column that has the figure. */
  String column() {
    return column;
  }

  /** The index that is in this order, for each facet. */
  String index() {
    return index;
  }

  boolean greatestFirst() {
    return greatestFirst;
  }

  private static Range seen(AudienceFilter filter) {
    Range.Builder range = Range.newBuilder();
    if (filter.hasSeenAfter()) {
      range.setLeast(Timestamps.toMillis(filter.getSeenAfter()));
    }
    if (filter.hasSeenBefore()) {
      range.setMost(Timestamps.toMillis(filter.getSeenBefore()) - 1);
    }
    return range.build();
  }
}
