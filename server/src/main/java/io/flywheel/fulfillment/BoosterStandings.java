package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerSection;
import io.flywheel.reward.Boosters;
import io.flywheel.v1.Booster;
import io.flywheel.v1.BoosterStanding;
import io.flywheel.v1.Viewer;

/** The boosters that hold for a viewer, and when they end. Thread-safe. */
final class BoosterStandings implements ViewerSection {
  private final PrivilegeSlice privileges;

  @Inject
  BoosterStandings(PrivilegeSlice privileges) {
    this.privileges = privileges;
  }

  @Override
  public void contribute(StateView view, Viewer.Builder viewer) {
    for (Boosters.Holding holding : Boosters.of(view).holding(view)) {
      Booster booster = holding.booster();
      BoosterStanding.Builder standing =
          viewer
              .addBoostersBuilder()
              .setBoosterId(booster.getId())
              .setTitle(booster.getTitle())
              .setPercent(booster.getPercent())
              .addAllMultiplies(booster.getMultipliesList());
      long endsMillis = endsMillis(view, holding);
      if (endsMillis < Long.MAX_VALUE) {
        standing.setEndsAt(Timestamps.fromMillis(endsMillis));
      }
    }
  }

  private long endsMillis(StateView view, Boosters.Holding holding) {
    String privilegeId = holding.booster().getPrivilegeId();
    return privilegeId.isEmpty()
        ? holding.endsMillis()
        : Math.min(
            holding.endsMillis(),
            view.get(privileges)
                .endOf(privilegeId, view.at().toEpochMilli())
                .orElse(Long.MAX_VALUE));
  }
}
