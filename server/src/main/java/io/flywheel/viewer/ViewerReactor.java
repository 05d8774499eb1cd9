package io.flywheel.viewer;

import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Activity;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.profile.ShownAs;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Event;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.OrderRefunded;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.SetPublicProfileResponse;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.WatchCredited;

/**
 * Keeps since when a viewer is known and how the viewer is shown; presence and time zone, which
 * stand in the same row, rooms keep. Thread-safe.
 */
final class ViewerReactor implements Reactor {
  /** A viewer, or the platform, says how the viewer is shown. */
  record Show(PublicProfile told) {}

  @Inject
  ViewerReactor() {}

  @Override
  public void register(Reactions reactions) {
    reactions.on(Event.class, this::event);
    reactions.on(Show.class, this::show);
    reactions.onFact(RoomEntered.class, (turn, fact) -> active(turn));
    reactions.onFact(WatchCredited.class, (turn, fact) -> active(turn));
    reactions.onFact(
        CheckedIn.class,
        (turn, fact) -> {
          know(turn);
          if (!fact.getMadeUp()) {
            active(turn);
          }
        });
    reactions.onFact(TaskCompleted.class, (turn, fact) -> know(turn));
    reactions.onFact(GrantIssued.class, (turn, fact) -> know(turn));
    reactions.onFact(GrantRevoked.class, (turn, fact) -> know(turn));
    reactions.onFact(OrderRefunded.class, (turn, fact) -> know(turn));
  }

  /**
   * Entering makes a viewer known too, but rooms must see first that it was not. What is reported
   * late may have happened before what made the viewer known.
   */
  private void event(Turn turn, Event event) {
    if (event.getViewerId().isEmpty()) {
      return; // it tells of a broadcast
    }
    if (event.getEntered().hasShownAs()) {
      show(turn, event.getEntered().getShownAs());
    }
    ViewerProfile profile = turn.profile();
    boolean isNews =
        profile.hasFirstSeenAt()
            ? turn.at().toEpochMilli() < Timestamps.toMillis(profile.getFirstSeenAt())
            : !event.hasEntered();
    if (isNews) {
      turn.setProfile(profile.toBuilder().setFirstSeenAt(now(turn)).build());
    }
    if (!event.hasRefunded() && !event.hasOrderCompletion() && !event.hasEntered()) {
      active(turn);
    }
    if (event.hasOrdered()) {
      ordered(turn);
    }
    if (event.hasFollowed() && !turn.profile().hasFirstFollowedAt()) {
      turn.setProfile(turn.profile().toBuilder().setFirstFollowedAt(now(turn)).build());
    }
  }

  /** Notes the day, where nothing was known of the viewer on it. */
  private static void active(Turn turn) {
    ActiveDays before = turn.profile().getActive();
    long day = today(turn);
    if (!Activity.isKnown(before, day)) {
      ActiveDays after = Activity.seen(Activity.of(turn), day);
      turn.setProfile(turn.profile().toBuilder().setActive(after).build());
      turn.signal(new Activity.OnDay(day, before, after));
    }
  }

  private static void ordered(Turn turn) {
    ActiveDays before = turn.profile().getActive();
    ActiveDays after = Activity.ordered(before, today(turn));
    if (!after.equals(before)) {
      turn.setProfile(turn.profile().toBuilder().setActive(after).build());
    }
  }

  private static long today(Turn turn) {
    return Activity.dayOf(turn.program().calendar(), turn.at());
  }

  private void show(Turn turn, Show show) {
    show(turn, show.told());
    turn.respond(() ->
        SetPublicProfileResponse.newBuilder().setShownAs(turn.profile().getShownAs()).build());
  }

  /** Takes the name and picture that are told, unless the viewer wants to be anonymous. */
  private static void show(Turn turn, PublicProfile told) {
    PublicProfile.Builder after = turn.profile().getShownAs().toBuilder();
    if (told.hasAnonymous()) {
      after.setAnonymous(told.getAnonymous());
    }
    if (after.getAnonymous()) {
      after.clearDisplayName().clearAvatarUrl();
    } else {
      if (!told.getDisplayName().isEmpty()) {
        after.setDisplayName(told.getDisplayName());
      }
      if (!told.getAvatarUrl().isEmpty()) {
        after.setAvatarUrl(told.getAvatarUrl());
      }
    }
    ShownAs.set(turn, after.build());
  }

  /** Some do something before any event tells of them. */
  private static void know(Turn turn) {
    if (!turn.profile().hasFirstSeenAt()) {
      turn.setProfile(turn.profile().toBuilder().setFirstSeenAt(now(turn)).build());
    }
  }

  private static Timestamp now(Turn turn) {
    return Timestamps.fromMillis(turn.at().toEpochMilli());
  }
}
