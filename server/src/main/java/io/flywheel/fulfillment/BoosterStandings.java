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
    for (Booster booster : Boosters.of(view).holding(view)) {
      BoosterStanding.Builder standing =
          viewer
              .addBoostersBuilder()
              .setBoosterId(booster.getId())
              .setTitle(booster.getTitle())
              .setPercent(booster.getPercent())
              .addAllMultiplies(booster.getMultipliesList());
      long endsMillis = endsMillis(view, booster);
      if (endsMillis < Long.MAX_VALUE) {
        standing.setEndsAt(Timestamps.fromMillis(endsMillis));
      }
    }
  }

  private long endsMillis(StateView view, Booster booster) {
    long own = booster.hasEndsAt() ? Timestamps.toMillis(booster.getEndsAt()) : Long.MAX_VALUE;
    return booster.getPrivilegeId().isEmpty()
        ? own
        : Math.min(
            own,
            view.get(privileges)
                .endOf(booster.getPrivilegeId(), view.at().toEpochMilli())
                .orElse(Long.MAX_VALUE));
  }
}
