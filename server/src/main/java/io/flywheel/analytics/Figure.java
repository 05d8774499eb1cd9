package io.flywheel.analytics;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;

/**
 * What is counted, in the order in which statements name the columns. Deltas that wait to be folded
 * name figures by their places: others are only ever added at the end.
 */
enum Figure {
  ENTERED("entered"),
  LIKES("likes"),
  COMMENTS("comments"),
  SHARES("shares"),
  FOLLOWS("follows"),
  CLICKS("clicks"),
  ORDERS("orders"),
  ORDERED_MINOR("ordered_minor"),
  CHECK_INS("check_ins"),
  TIERS_REACHED("tiers_reached"),
  REWARDS("rewards"),
  POINTS("points"),
  WATCHED_MILLIS("watched_ms"),
  LEADS("leads"),
  GROUP_JOINS("group_joins"),
  REPURCHASES("repurchases"),
  NEW_FOLLOWERS("new_followers"),
  REFERRED("referred"),
  REFERRED_FOLLOWERS("referred_followers");

  static final int COUNT = values().length;

  /** The columns of all figures, in their order. */
  static final String COLUMNS = Arrays.stream(values()).map(Figure::column).collect(joining(", "));

  /** The sums of all columns under the columns' names. */
  static final String SUMS = Arrays.stream(values()).map(Figure::sum).collect(joining(", "));

  private final String column;

  Figure(String column) {
    this.column = column;
  }

  /** Its place in a set of bits. */
  @SuppressWarnings("EnumOrdinal") // none is put between others
  int bit() {
    return ordinal();
  }

  /** The name of its columns. */
  String column() {
    return column;
  }

  /** Whether there are so large amounts of it that a sum may pass the greatest number. */
  private boolean isLarge() {
    return switch (this) {
      case ORDERED_MINOR, TIERS_REACHED, POINTS -> true;
      default -> false;
    };
  }

  private String sum() {
    return (isLarge() ? "LEAST(SUM(%1$s), 9223372036854775807) AS %1$s" : "SUM(%1$s) AS %1$s")
        .formatted(column);
  }

  /**
   * Adds what a statement brings to what is there; sums of any size stop at the greatest number.
   */
  String addition() {
    return (isLarge()
            ? "%1$s = %1$s + LEAST(VALUES(%1$s), 9223372036854775807 - %1$s)"
            : "%1$s = %1$s + VALUES(%1$s)")
        .formatted(column);
  }
}
