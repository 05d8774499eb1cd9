package io.flywheel.analytics;

/** What one action leaves in the figures of a visit. Marks may be added up in any order. */
sealed interface Mark {
  /** The visit that it belongs to. */
  VisitKey visit();

  /**
   * The viewer was there: a sign of life.
   *
   * @param firstVisit whether the merchant had never seen the viewer before
   */
  record Seen(VisitKey visit, long fromMillis, long toMillis, boolean firstVisit) implements Mark {}

  /** The viewer went out. */
  record Gone(VisitKey visit, long atMillis) implements Mark {}

  /** Something happened, in a minute of its own. */
  record Counted(VisitKey visit, long atMillis, Figure figure, long amount) implements Mark {}

  /** The viewer watched, over the minutes from a moment on. */
  record Watched(VisitKey visit, long fromMillis, long millis) implements Mark {}
}
