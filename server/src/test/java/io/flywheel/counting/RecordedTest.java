package io.flywheel.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalRecord;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.Liked;
import io.flywheel.v1.NotCounted;
import io.flywheel.v1.NotCountedReason;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Presence;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the journal keeps of an action is counted as the action itself was. */
final class RecordedTest {
  private static final Instant THEN = Instant.parse("2026-11-22T04:00:00.250Z");
  private static final ViewerKey ANNA = new ViewerKey("shop", "anna");

  private final Recorded recorded =
      new Recorded(
          TestPrograms.occurrenceSources(),
          TestPrograms.recordedEvents(),
          Set.of(),
          TestPrograms.instance(Broadcasts.class));
  private final RecordingTurn now = new RecordingTurn(TestPrograms.empty(), ANNA);

  @BeforeEach
  void annaIsKnown() {
    now.setAt(THEN.plusSeconds(86_400));
    now.setProfile(
        ViewerProfile.newBuilder()
            .setPresence(Presence.newBuilder().setRoomId("elsewhere"))
            .setShownAs(PublicProfile.newBuilder().setDisplayName("Anna"))
            .build());
  }

  @Test
  void anEventCountsAtItsTimeAndPlace() {
    JournalEntry entry = entry(liked(3));
    assertThat(recorded.mayHave(Trigger.TRIGGER_LIKE, entry)).isTrue();
    assertThat(recorded.eventOf(entry)).contains(liked(3));
    assertThat(recorded.of(Trigger.TRIGGER_LIKE, now, entry, 0))
        .singleElement()
        .satisfies(like -> {
          assertThat(like.times()).isEqualTo(3);
          assertThat(like.at()).isEqualTo(THEN);
          assertThat(like.roomId()).isEqualTo("r1");
          assertThat(like.broadcastId()).isEqualTo("b1");
        });
    assertThat(recorded.of(Trigger.TRIGGER_COMMENT, now, entry, 0)).isEmpty();
  }

  @Test
  void anOrderIsARepurchaseByWhatTheViewerHadOrderedThen() {
    JournalEntry entry =
        entry(Event.newBuilder().setOrdered(Ordered.newBuilder().setAmountMinor(990)).build());
    assertThat(recorded.of(Trigger.TRIGGER_ORDER, now, entry, 1))
        .extracting(Occurrence::amount)
        .containsExactly(990L);
    assertThat(recorded.of(Trigger.TRIGGER_REPURCHASE, now, entry, 1)).isEmpty();
    assertThat(recorded.of(Trigger.TRIGGER_REPURCHASE, now, entry, 2)).hasSize(1);
  }

  @Test
  void aFactCountsWhereItsActionHappened() {
    JournalEntry entry =
        entry(
            EnterRoomRequest.newBuilder().setRoomId("r1").setBroadcastId("b1").build(),
            Fact.newBuilder().setCheckedIn(CheckedIn.newBuilder().setStreak(1)).build(),
            Fact.newBuilder()
                .setLevelMoved(LevelMoved.newBuilder().setFormerNumber(1).setNumber(3))
                .build());
    assertThat(recorded.mayHave(Trigger.TRIGGER_CHECK_IN, entry)).isTrue();
    assertThat(recorded.mayHave(Trigger.TRIGGER_TASK_COMPLETED, entry)).isFalse();
    assertThat(recorded.of(Trigger.TRIGGER_CHECK_IN, now, entry, 0))
        .singleElement()
        .satisfies(checkIn -> {
          assertThat(checkIn.at()).isEqualTo(THEN);
          assertThat(checkIn.roomId()).isEqualTo("r1");
          assertThat(checkIn.broadcastId()).isEqualTo("b1");
          assertThat(checkIn.fact()).isEqualTo(entry.facts().get(0));
          assertThat(checkIn.event()).isNull();
        });
    assertThat(recorded.of(Trigger.TRIGGER_LEVEL_REACHED, now, entry, 0)).hasSize(2);
  }

  @Test
  void aViewersOwnDeedsAreTheEventsThatTheyWere() {
    JournalEntry entrance =
        entry(EnterRoomRequest.newBuilder().setRoomId("r1").setBroadcastId("b1").build());
    assertThat(recorded.mayHave(Trigger.TRIGGER_ENTER, entrance)).isTrue();
    assertThat(recorded.of(Trigger.TRIGGER_ENTER, now, entrance, 0)).hasSize(1);
    assertThat(recorded.of(Trigger.TRIGGER_LIKE, now, entrance, 0)).isEmpty();

    JournalEntry click =
        entry(
            ActRequest.newBuilder()
                .setRoomId("r1")
                .setClicked(Clicked.newBuilder().setTarget("goods/1"))
                .build());
    assertThat(recorded.of(Trigger.TRIGGER_CLICK, now, click, 0))
        .extracting(Occurrence::key)
        .containsExactly("goods/1");
  }

  @Test
  void whatWasTooFastToCountIsNotCountedLater() {
    ActRequest likes =
        ActRequest.newBuilder().setRoomId("r1").setLiked(Liked.newBuilder().setCount(8)).build();
    assertThat(likesOf(likes)).containsExactly(8L);
    assertThat(likesOf(likes, tooFast(3), tooFast(4))).containsExactly(1L);
    assertThat(likesOf(likes, tooFast(3), closed(5))).containsExactly(5L);
    assertThat(likesOf(likes, tooFast(8))).isEmpty();
    ActRequest one = ActRequest.newBuilder().setLiked(Liked.getDefaultInstance()).build();
    assertThat(likesOf(one)).as("no number is one").containsExactly(1L);
    assertThat(likesOf(one, tooFast(1))).isEmpty();
  }

  @Test
  void whatIsNoEventSetsNothingOff() {
    JournalEntry entry = entry(CheckedIn.getDefaultInstance());
    assertThat(recorded.mayHave(Trigger.TRIGGER_LIKE, entry)).isFalse();
    assertThat(recorded.eventOf(entry)).isEmpty();
    assertThat(recorded.of(Trigger.TRIGGER_LIKE, now, entry, 0)).isEmpty();
    assertThat(recorded.mayHave(Trigger.TRIGGER_UNSPECIFIED, entry(liked(1)))).isFalse();
    assertThat(recorded.of(Trigger.TRIGGER_UNSPECIFIED, now, entry(liked(1)), 0)).isEmpty();
  }

  /** Of the viewer it tells what is known now, but not where the viewer is now. */
  @Test
  void aTurnThatWasIsLookedAtOnly() {
    JournalEntry entry = entry(liked(3), tooFast(1));
    Turn turn = new RecordedTurn(now, entry, 7);

    assertThat(turn.viewer()).isEqualTo(ANNA);
    assertThat(turn.at()).isEqualTo(THEN);
    assertThat(turn.program()).isSameAs(now.program());
    assertThat(turn.facts()).isEqualTo(entry.facts());
    assertThat(turn.action().roomId()).isEqualTo("r1");
    assertThat(turn.action().broadcastId()).isEqualTo("b1");
    assertThat(turn.action().at()).isEqualTo(THEN);
    assertThat(turn.profile())
        .isEqualTo(now.profile().toBuilder().clearPresence().build())
        .isNotEqualTo(ViewerProfile.getDefaultInstance());
    assertThat(turn.profileNow(Set.of("orders")).getOrders()).isEqualTo(7);
    assertThat(turn.profileNow(Set.of("orders")).getShownAs().getDisplayName()).isEqualTo("Anna");

    isRefused(() -> turn.happenedIn("r1"));
    isRefused(() -> turn.setProfile(ViewerProfile.getDefaultInstance()));
    isRefused(() -> turn.emit(CheckedIn.getDefaultInstance()));
    isRefused(() -> turn.signal("anything"));
    isRefused(() -> turn.followUp(ANNA, THEN, liked(1)));
    isRefused(() -> turn.timer("name", THEN, liked(1)));
    isRefused(() -> turn.respond(() -> liked(1)));
  }

  private List<Long> likesOf(ActRequest request, Fact... facts) {
    return recorded.of(Trigger.TRIGGER_LIKE, now, entry(request, facts), 0).stream()
        .map(Occurrence::times)
        .toList();
  }

  private static void isRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable change) {
    assertThatThrownBy(change).isInstanceOf(UnsupportedOperationException.class);
  }

  private static JournalEntry entry(Message body, Fact... facts) {
    return new JournalEntry(
        ANNA,
        1,
        2,
        3,
        4,
        JournalRecord.newBuilder()
            .setViewerId(ANNA.viewerId())
            .setRoomId("r1")
            .setBroadcastId("b1")
            .setAt(Timestamps.fromMillis(THEN.toEpochMilli()))
            .setBodyType(body.getDescriptorForType().getFullName())
            .setBody(body.toByteString())
            .addAllFacts(List.of(facts))
            .build());
  }

  private static Event liked(int count) {
    return Event.newBuilder()
        .setRoomId("r1")
        .setBroadcastId("b1")
        .setLiked(Liked.newBuilder().setCount(count))
        .build();
  }

  private static Fact tooFast(long amount) {
    return notCounted(NotCountedReason.NOT_COUNTED_REASON_TOO_FAST, amount);
  }

  private static Fact closed(long amount) {
    return notCounted(NotCountedReason.NOT_COUNTED_REASON_BROADCAST_CLOSED, amount);
  }

  private static Fact notCounted(NotCountedReason reason, long amount) {
    return Fact.newBuilder()
        .setNotCounted(NotCounted.newBuilder().setReason(reason).setAmount(amount))
        .build();
  }
}
