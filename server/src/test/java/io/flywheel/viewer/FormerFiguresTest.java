package io.flywheel.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What earlier versions noted of a viewer in the viewer's own row is kept, and goes on in the
 * states of the features that know it now.
 */
final class FormerFiguresTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  private static final String PROGRAM =
      """
      tasks:
      - id: like
        title: Like
        trigger: like
        repeat: true
        tiers: [{threshold: 1, rewards: [experience: 5]}]
      - id: second
        title: Buy again
        trigger: repurchase
        condition: viewer.orders == 3 && viewer.ordered_minor == 800
        tiers: [{threshold: 1, rewards: [badge: loyal]}]
      - id: comment
        title: Comment
        trigger: comment
        requires: [like]
        condition: viewer.streak == 3 && viewer.check_ins == 5 && viewer.experience == 40
        tiers: [{threshold: 1, rewards: [badge: known]}]
      """;

  /** As the version before wrote it. */
  private static final ViewerProfile FORMER =
      ViewerProfile.newBuilder()
          .setFirstSeenAt(Timestamps.fromMillis(NOON.toEpochMilli()))
          .setTimeZone("Asia/Shanghai")
          .setStreak(3)
          .setCheckIns(5)
          .setExperience(40)
          .setOrders(2)
          .setOrderedMinor(500)
          .addCompletedTasks("like")
          .addCompletedTasks("gone")
          .build();

  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.compile(TestPrograms.check(PROGRAM).orThrow()),
          new ViewerKey("shop", "anna"),
          TestPrograms.reactors());
  private Instant at = NOON;
  private int events;

  FormerFiguresTest() {
    turn.setProfile(FORMER);
    turn.setAt(NOON);
  }

  @Test
  void whatWasNotedIsKnownAsBefore() {
    assertThat(withoutDays(turn.profileNow())).isEqualTo(FORMER);
  }

  @Test
  void tasksThatRequireAndAskForItAreOpen() {
    assertThat(badges(run(event().setCommented(Commented.newBuilder().setText("hi")))))
        .containsExactly("known");
  }

  @Test
  void eachFigureGoesOnFromWhatWasNotedAndLeavesTheRow() {
    run(event().setLiked(Liked.getDefaultInstance()));
    assertThat(turn.profileNow().getExperience()).isEqualTo(45);
    assertThat(turn.profileNow().getCompletedTasksList()).containsExactly("like", "gone");
    turn.run(at, Fact.newBuilder().setTaskCompleted(completed("new")).build());
    assertThat(turn.profileNow().getCompletedTasksList()).containsExactly("like", "gone", "new");
    turn.run(at, Fact.newBuilder().setCheckedIn(CheckedIn.newBuilder().setStreak(1)).build());
    assertThat(turn.profileNow().getStreak()).isEqualTo(1);
    assertThat(turn.profileNow().getCheckIns()).isEqualTo(6);
    assertThat(badges(run(ordered("o3", 300)))).containsExactly("loyal");
    assertThat(turn.profileNow().getOrders()).isEqualTo(3);
    run(
        event()
            .setRefunded(
                Refunded.newBuilder().setOrderId("o3").setRefundId("r").setAmountMinor(300)));
    assertThat(turn.profileNow().getOrders()).isEqualTo(2);
    assertThat(turn.profileNow().getOrderedMinor()).isEqualTo(500);
    assertThat(withoutDays(turn.profile()))
        .isEqualTo(
            ViewerProfile.newBuilder()
                .setFirstSeenAt(FORMER.getFirstSeenAt())
                .setTimeZone(FORMER.getTimeZone())
                .build());
  }

  @Test
  void aNodeOfTheVersionBeforeMayStillAddToTheRow() {
    turn.run(at, Fact.newBuilder().setCheckedIn(CheckedIn.newBuilder().setStreak(4)).build());
    run(ordered("o3", 300));
    turn.setProfile(
        turn.profile().toBuilder()
            .setStreak(1)
            .setCheckIns(1)
            .setOrders(1)
            .setOrderedMinor(50)
            .build());
    assertThat(withoutDays(turn.profileNow()))
        .isEqualTo(
            FORMER.toBuilder()
                .setStreak(1)
                .setCheckIns(7)
                .setOrders(4)
                .setOrderedMinor(850)
                .addBadges("loyal")
                .addCompletedTasks("second")
                .build());
  }

  private List<Fact> run(Event.Builder event) {
    at = at.plusSeconds(60);
    return turn.run(
        at,
        event
            .setEventId("e" + ++events)
            .setViewerId("anna")
            .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
            .build());
  }

  /** What was noted before says nothing of the days on which the viewer was active. */
  private static ViewerProfile withoutDays(ViewerProfile profile) {
    return profile.toBuilder()
        .clearActive()
        .clearDaysSinceSeen()
        .clearDaysKnown()
        .clearActiveDays7()
        .clearActiveDays30()
        .clearDaysSinceOrder()
        .clearDaysAway()
        .build();
  }

  private static Event.Builder event() {
    return Event.newBuilder().setRoomId("room");
  }

  private static Event.Builder ordered(String orderId, long amountMinor) {
    return event().setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(amountMinor));
  }

  private static TaskCompleted completed(String taskId) {
    return TaskCompleted.newBuilder().setTaskId(taskId).build();
  }

  private static List<String> badges(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasGrantIssued)
        .map(fact -> fact.getGrantIssued().getGrant().getReward().getBadge().getBadgeId())
        .filter(badge -> !badge.isEmpty())
        .toList();
  }
}
