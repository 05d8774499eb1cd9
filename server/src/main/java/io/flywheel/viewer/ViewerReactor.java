package io.flywheel.viewer;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Event;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.OrderRefunded;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.Reward;
import io.flywheel.v1.SetPublicProfileResponse;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.ViewerProfile;
import java.util.function.Consumer;

/**
 * Keeps what every feature may know of a viewer, but for presence and time zone, which rooms keep.
 * It comes before the features that look at the profile, so that an order is counted before a task
 * asks whether it is the second. Thread-safe.
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
    reactions.onFact(CheckedIn.class, this::checkedIn);
    reactions.onFact(TaskCompleted.class, this::taskCompleted);
    reactions.onFact(GrantIssued.class, this::grantIssued);
    reactions.onFact(GrantRevoked.class, this::grantRevoked);
    reactions.onFact(OrderRefunded.class, this::orderRefunded);
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
    if (!isNews && !event.hasOrdered()) {
      return;
    }
    ViewerProfile.Builder changed = profile.toBuilder();
    if (isNews) {
      changed.setFirstSeenAt(now(turn));
    }
    if (event.hasOrdered()) {
      Ordered ordered = event.getOrdered();
      changed
          .setOrders(LongMath.saturatedAdd(profile.getOrders(), 1))
          .setOrderedMinor(
              LongMath.saturatedAdd(profile.getOrderedMinor(), ordered.getAmountMinor()));
    }
    turn.setProfile(changed.build());
  }

  private void show(Turn turn, Show show) {
    show(turn, show.told());
    turn.respond(() ->
        SetPublicProfileResponse.newBuilder().setShownAs(turn.profile().getShownAs()).build());
  }

  /** Takes the name and picture that are told, unless the viewer wants to be anonymous. */
  private static void show(Turn turn, PublicProfile told) {
    PublicProfile before = turn.profile().getShownAs();
    PublicProfile.Builder after = before.toBuilder();
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
    if (!after.build().equals(before)) {
      turn.setProfile(turn.profile().toBuilder().setShownAs(after).build());
    }
  }

  private void checkedIn(Turn turn, CheckedIn checkedIn) {
    change(
        turn,
        profile -> profile.setStreak(checkedIn.getStreak()).setCheckIns(profile.getCheckIns() + 1));
  }

  private void taskCompleted(Turn turn, TaskCompleted completed) {
    String taskId = completed.getTaskId();
    change(
        turn,
        profile -> {
          if (!profile.getCompletedTasksList().contains(taskId)) {
            profile.addCompletedTasks(taskId);
          }
        });
  }

  private void grantIssued(Turn turn, GrantIssued issued) {
    Reward reward = issued.getGrant().getReward();
    long amount = reward.getExperience().getAmount();
    change(
        turn,
        profile -> profile.setExperience(LongMath.saturatedAdd(profile.getExperience(), amount)));
  }

  private void grantRevoked(Turn turn, GrantRevoked revoked) {
    long lost = revoked.getPart().getExperience().getAmount();
    change(turn, profile -> profile.setExperience(Math.max(0, profile.getExperience() - lost)));
  }

  /** An order that was refunded whole is no order any more. */
  private void orderRefunded(Turn turn, OrderRefunded refunded) {
    change(
        turn,
        profile ->
            profile
                .setOrders(Math.max(0, profile.getOrders() - (refunded.getInFull() ? 1 : 0)))
                .setOrderedMinor(
                    Math.max(0, profile.getOrderedMinor() - refunded.getAmountMinor())));
  }

  /** Writes the profile only if something in it has changed. */
  private static void change(Turn turn, Consumer<ViewerProfile.Builder> change) {
    ViewerProfile profile = turn.profile();
    ViewerProfile.Builder builder = profile.toBuilder();
    if (!profile.hasFirstSeenAt()) {
      builder.setFirstSeenAt(now(turn));
    }
    change.accept(builder);
    ViewerProfile changed = builder.build();
    if (!changed.equals(profile)) {
      turn.setProfile(changed);
    }
  }

  private static Timestamp now(Turn turn) {
    return Timestamps.fromMillis(turn.at().toEpochMilli());
  }
}
