package io.flywheel.analytics;

/** What is counted, in the order in which statements name the columns. */
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
  NEW_FOLLOWERS("new_followers");

  static final int COUNT = values().length;

  private final String column;

  Figure(String column) {
    this.column = column;
  }

  /** The name of its columns. */
  String column() {
    return column;
  }
}
