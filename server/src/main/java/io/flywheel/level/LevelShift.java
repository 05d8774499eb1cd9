package io.flywheel.level;

import io.flywheel.v1.PreviewedLevel;

/** What other levels would do to a viewer. */
record LevelShift(Kind kind, PreviewedLevel viewer) {
  /** What becomes of the viewer's level; what merchants are to see first comes first. */
  enum Kind {
    /** The viewer would not have it any more. */
    FALLS,
    /** The viewer would keep it, though it asks for more than the viewer has. */
    KEEPS,
    /** The viewer would be at a higher one. */
    RISES,
    /** Nothing. */
    STAYS
  }

  /**
   * What becomes of a viewer.
   *
   * @param place where the viewer's level stands among the other levels; 0: they don't have it
   * @param next the number that the viewer would be at
   * @param byExperience the number that the viewer's experience would be enough for
   */
  static LevelShift of(PreviewedLevel viewer, int place, int next, int byExperience) {
    boolean isLeftOut = place == 0 && !viewer.getLevelId().isEmpty();
    Kind kind =
        isLeftOut || next < place
            ? Kind.FALLS
            : next > byExperience ? Kind.KEEPS : next > place ? Kind.RISES : Kind.STAYS;
    return new LevelShift(kind, viewer.toBuilder().setKept(next > byExperience).build());
  }
}
