package io.flywheel.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.BadgeReward;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.CouponReward;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Reward;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ViewerReactorTest {
  private static final Instant AT = Instant.parse("2026-03-02T08:00:00Z");

  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.empty(), new ViewerKey("merchant", "viewer"), new ViewerReactor());

  @Test
  void aViewerIsKnownSinceItsEarliestAction() {
    turn.run(AT, liked());
    turn.run(AT.plusSeconds(5), liked());
    assertThat(firstSeen()).isEqualTo(AT);
    turn.run(AT.minusSeconds(5), liked());
    assertThat(firstSeen()).isEqualTo(AT.minusSeconds(5));
  }

  @Test
  void enteringIsLeftToRoomsToTellTheFirstVisit() {
    turn.run(
        AT,
        Event.newBuilder().setViewerId("viewer").setEntered(Entered.getDefaultInstance()).build());
    assertThat(turn.profile()).isEqualTo(ViewerProfile.getDefaultInstance());
  }

  @Test
  void whatChangesNothingIsNotWritten() {
    turn.run(AT, badge("fan"));
    turn.run(AT, liked());
    ViewerProfile written = turn.profile();
    turn.run(AT.plusSeconds(1), liked());
    turn.run(AT.plusSeconds(1), badge("fan"));
    turn.run(
        AT.plusSeconds(1),
        granted(Reward.newBuilder().setCoupon(CouponReward.newBuilder().setCouponId("ten"))));
    assertThat(turn.profile()).isSameAs(written);
  }

  @Test
  void whoDoesSomethingBeforeAnyEventTellsOfItIsKnown() {
    turn.run(AT, Fact.newBuilder().setCheckedIn(CheckedIn.newBuilder().setStreak(1)).build());
    turn.run(AT.plusSeconds(1), badge("fan"));
    assertThat(firstSeen()).isEqualTo(AT);
  }

  private Instant firstSeen() {
    return Instant.ofEpochMilli(Timestamps.toMillis(turn.profile().getFirstSeenAt()));
  }

  private static Event liked() {
    return Event.newBuilder().setViewerId("viewer").setLiked(Liked.getDefaultInstance()).build();
  }

  private static Fact badge(String id) {
    return granted(Reward.newBuilder().setBadge(BadgeReward.newBuilder().setBadgeId(id)));
  }

  private static Fact granted(Reward.Builder reward) {
    return Fact.newBuilder()
        .setGrantIssued(GrantIssued.newBuilder().setGrant(Grant.newBuilder().setReward(reward)))
        .build();
  }
}
