package io.flywheel.profile;

import io.flywheel.engine.Turn;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.ViewerProfile;

/**
 * Changes how viewers are shown to others: whoever keeps that in memory learns of each change. Not
 * to be instantiated.
 */
public final class ShownAs {
  private ShownAs() {}

  /** Shows the turn's viewer so from now on. */
  public static void set(Turn turn, PublicProfile shown) {
    ViewerProfile profile = turn.profile();
    if (!shown.equals(profile.getShownAs())) {
      turn.setProfile(profile.toBuilder().setShownAs(shown).build());
      turn.outdate();
    }
  }
}
