package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.counting.RecordedReferral;
import io.flywheel.counting.Referred;
import io.flywheel.engine.JournalEntry;
import java.util.Optional;

/** What an inviter learned of somebody who came. Thread-safe. */
final class RecordedFriend implements RecordedReferral {
  @Inject
  RecordedFriend() {}

  @Override
  public Optional<Step> of(JournalEntry entry) {
    return entry
        .body(FriendReached.getDefaultInstance())
        .filter(reached -> reached.getLevel() == 1)
        .flatMap(reached ->
            step(reached)
                .map(step ->
                    new Step(
                        reached.getInviteeId(),
                        reached.getAtMs(),
                        new Referred(step, reached.getRoomId()))));
  }

  private static Optional<Referred.Step> step(FriendReached reached) {
    return switch (reached.getStage()) {
      case INVITEE_STAGE_ENTERED -> Optional.of(Referred.Step.ENTERED);
      case INVITEE_STAGE_FOLLOWED -> Optional.of(Referred.Step.FOLLOWED);
      default -> Optional.empty();
    };
  }
}
