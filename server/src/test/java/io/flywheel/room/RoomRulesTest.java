package io.flywheel.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalRecord;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.Broadcast;
import io.flywheel.v1.BroadcastEnded;
import io.flywheel.v1.BroadcastStarted;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.CloseBroadcastResponse;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.Left;
import io.flywheel.v1.Liked;
import io.flywheel.v1.NotCounted;
import io.flywheel.v1.NotCountedReason;
import io.flywheel.v1.OpenBroadcastResponse;
import io.flywheel.v1.Presence;
import io.flywheel.v1.PresenceRules;
import io.flywheel.v1.Program;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.TaskProgressed;
import io.flywheel.v1.UpdateRoomRequest;
import io.flywheel.v1.UpdateRoomResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is told of rooms, who comes in, and how much of what viewers do is taken. */
final class RoomRulesTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");
  private static final ViewerKey ANNA = new ViewerKey("shop", "anna");
  private static final ViewerKey ROOM = ViewerKey.room("shop", "room");

  private static final String PROGRAM =
      """
      name: rooms
      time_zone: UTC
      presence: {max_actions_per_second: 1}
      tasks:
        - {id: like, title: Like, trigger: like, window: once, tiers: [{threshold: 1000, rewards: [{points: 1}]}]}
        - {id: click, title: Click, trigger: click, window: once, tiers: [{threshold: 1000, rewards: [{points: 1}]}]}
        - {id: watch, title: Watch, trigger: watch, window: once, tiers: [{threshold: 1000, rewards: [{points: 1}]}]}
      """;

  private final RecordingTurn turn = new RecordingTurn(compile(PROGRAM), ANNA, reactors());

  @Test
  void aRoomIsShownAsItWasTold() {
    UpdateRoomRequest named =
        UpdateRoomRequest.newBuilder()
            .setRoomId("room")
            .setTitle("Lipstick")
            .setCoverUrl("https://pictures.example/1")
            .build();
    assertThat(update(named))
        .isEqualTo(
            io.flywheel.v1.Room.newBuilder()
                .setRoomId("room")
                .setTitle("Lipstick")
                .setCoverUrl("https://pictures.example/1")
                .setOpen(true)
                .build());
    io.flywheel.v1.Room closed =
        update(UpdateRoomRequest.newBuilder().setRoomId("room").setOpen(false).build());
    assertThat(closed.getOpen()).isFalse();
    assertThat(closed.getTitle()).as("what is not told stays").isEqualTo("Lipstick");
    assertThat(closed.getCoverUrl()).isEqualTo("https://pictures.example/1");
    assertThat(update(UpdateRoomRequest.newBuilder().setRoomId("room").setOpen(true).build()))
        .matches(io.flywheel.v1.Room::getOpen);
  }

  @Test
  void aBroadcastIsShownAsItWasTold() {
    Broadcast opened = open("show", START, BroadcastStarted.newBuilder().setTitle("Eight o'clock"));
    assertThat(opened)
        .isEqualTo(
            Broadcast.newBuilder()
                .setBroadcastId("show")
                .setTitle("Eight o'clock")
                .setStartedAt(time(START))
                .setClosesAt(time(START.plus(Duration.ofDays(30))))
                .build());
    Broadcast again =
        open("show", START.plusSeconds(9), BroadcastStarted.newBuilder().setCoverUrl("https://c"));
    assertThat(again.getTitle()).as("what is not told stays").isEqualTo("Eight o'clock");
    assertThat(again.getCoverUrl()).isEqualTo("https://c");
    assertThat(again.getStartedAt()).isEqualTo(time(START));
    assertThat(update(UpdateRoomRequest.newBuilder().setRoomId("room").build()).getBroadcast())
        .isEqualTo(again);

    turn.run(START.plusSeconds(60), new BroadcastReactor.Close("room", "show", millis(60)));
    Broadcast closed = turn.answer(CloseBroadcastResponse.class).getBroadcast();
    assertThat(closed.getEndedAt()).isEqualTo(time(START.plusSeconds(60)));
    assertThat(closed.getClosesAt())
        .isEqualTo(time(START.plusSeconds(60).plus(Duration.ofDays(7))));
    assertThat(update(UpdateRoomRequest.newBuilder().setRoomId("room").build()).hasBroadcast())
        .isFalse();
  }

  @Test
  void aBroadcastIsClosedForGoodToTheMillisecond() {
    open("show", START, BroadcastStarted.newBuilder());
    long end = millis(60);
    turn.run(START, new BroadcastReactor.Close("room", "show", end));
    Instant closes = Instant.ofEpochMilli(end).plus(Duration.ofDays(7));
    refused(
        ErrorReason.ERROR_REASON_BROADCAST_CLOSED,
        "broadcast_id: \"show\" was closed for good at 2026-03-09T12:01:00Z (expected: a new id"
            + " for a new broadcast)",
        () -> open("show", closes, BroadcastStarted.newBuilder()));
    turn.run(closes, new BroadcastReactor.Close("room", "show", closes.toEpochMilli()));
    assertThat(turn.answer(CloseBroadcastResponse.class).getBroadcast().getEndedAt())
        .as("its end moves no more")
        .isEqualTo(Timestamps.fromMillis(end));
    open("show", closes.minusMillis(1), BroadcastStarted.newBuilder());
  }

  @Test
  void whoIsNotLetInComesOnlyIntoWhatThePlatformHasOpened() {
    refused(
        ErrorReason.ERROR_REASON_ROOM_NOT_OPEN,
        "room_id: \"room\" (expected: the token's claim \"room\", or a room that the platform has"
            + " opened)",
        () -> enter("", false, false, START));
    update(UpdateRoomRequest.newBuilder().setRoomId("room").setOpen(true).build());
    enter("", false, false, START);
    refused(
        ErrorReason.ERROR_REASON_ROOM_NOT_OPEN,
        "broadcast_id: \"show\" (expected: the token's claim \"broadcast\", or a broadcast that"
            + " the platform has opened)",
        () -> enter("show", false, false, START));
    enter("show", true, false, START);
    open("show", START, BroadcastStarted.newBuilder());
    enter("show", false, false, START.plusSeconds(1));
    turn.run(START, new BroadcastReactor.Close("room", "show", millis(2)));
    turn.setViewer(ANNA);
    refused(
        ErrorReason.ERROR_REASON_ROOM_NOT_OPEN,
        "broadcast_id: \"show\"",
        () -> enter("show", false, false, START.plusSeconds(2)));
  }

  @Test
  void aViewerComesInNoOftenerThanAPersonCan() {
    for (int i = 0; i < 10; i++) {
      enter("", true, true, START);
    }
    refused(
        ErrorReason.ERROR_REASON_OVERLOADED,
        "the viewer has entered more often than a person can; try again after the delay",
        () -> enter("", true, true, START));
    enter("", true, false, START); // the platform's word is taken
    enter("", true, true, START.plusSeconds(1));
    assertThat(turn.answer(EnterRoomResponse.class).getMaxActionsPerSecond()).isEqualTo(1);
  }

  @Test
  void whatIsTooFastIsNotCountedAndSaidSo() {
    enter("", true, true, START);
    List<Fact> facts = act(liked(12), START);
    assertThat(facts)
        .filteredOn(Fact::hasNotCounted)
        .extracting(Fact::getNotCounted)
        .containsExactly(
            NotCounted.newBuilder()
                .setReason(NotCountedReason.NOT_COUNTED_REASON_TOO_FAST)
                .setAmount(2)
                .build());
    assertThat(counted(facts)).containsExactly("like 10");
    assertThat(turn.answer(ActResponse.class).getFactsList()).isEqualTo(facts);

    facts = act(liked(1), START);
    assertThat(facts).singleElement().matches(Fact::hasNotCounted);
    assertThat(counted(act(clicked(), START))).as("each kind by itself").containsExactly("click 1");
    facts = act(Event.newBuilder().setLiked(Liked.getDefaultInstance()), START.plusSeconds(1));
    assertThat(counted(facts)).as("no number is one").containsExactly("like 11");
    assertThat(facts).noneMatch(Fact::hasNotCounted);
  }

  @Test
  void aProgramOfBeforeAllowsTenActionsASecond() {
    turn.setProgram(
        TestPrograms.compile(
            Program.newBuilder()
                .setPresence(
                    PresenceRules.newBuilder().setLongestSilence(Durations.fromSeconds(90)))
                .build()));
    enter("", true, true, START);
    assertThat(turn.answer(EnterRoomResponse.class).getMaxActionsPerSecond()).isEqualTo(10);
  }

  @Test
  void aDeedIsASignOfLifeAndHappensInTheBroadcastThatIsOn() {
    open("show", START, BroadcastStarted.newBuilder());
    enter("show", true, true, START);
    act(clicked(), START.plusSeconds(80));
    assertThat(turn.profile().getPresence().getLastSeenAt()).isEqualTo(time(START.plusSeconds(80)));
    turn.setViewer(ROOM);
    turn.run(
        START.plusSeconds(100),
        Event.newBuilder()
            .setEventId("end")
            .setRoomId("room")
            .setBroadcastId("show")
            .setBroadcastEnded(BroadcastEnded.getDefaultInstance())
            .build());
    turn.setViewer(ANNA);
    open("early", START.plusSeconds(99), BroadcastStarted.newBuilder());
    turn.setViewer(ROOM);
    turn.run(START.plusSeconds(99), new BroadcastReactor.Close("room", "early", millis(100)));
    turn.setViewer(ANNA);
    act(clicked(), START.plusSeconds(99));
    assertThat(turn.profile().getPresence().getBroadcastId()).isEqualTo("show");
    act(clicked(), START.plusSeconds(100));
    assertThat(turn.profile().getPresence().getBroadcastId())
        .as("it is over, and no other is on")
        .isEqualTo("show");
    open("next", START.plusSeconds(110), BroadcastStarted.newBuilder());
    act(clicked(), START.plusSeconds(110));
    assertThat(turn.profile().getPresence().getBroadcastId()).isEqualTo("next");
  }

  @Test
  void silenceEndsASessionWithAnAnswerThatHasNoToken() {
    enter("", true, true, START);
    long session = START.toEpochMilli();
    List<Fact> facts = turn.run(START.plusSeconds(90), new VisitReactor.Beat("room", session));
    assertThat(turn.answer(HeartbeatResponse.class).getHeartbeatToken()).isNotEmpty();
    assertThat(counted(facts)).containsExactly("watch 90");
    facts = turn.run(START.plusMillis(180_001), new VisitReactor.Beat("room", session));
    assertThat(facts).singleElement().matches(Fact::hasRoomLeft);
    assertThat(turn.answer(HeartbeatResponse.class))
        .isEqualTo(HeartbeatResponse.getDefaultInstance());
    assertThat(turn.profile().hasPresence()).isFalse();
  }

  @Test
  void whatThePlatformSaysOfWhoComesAndGoesIsTaken() {
    report("e1", START, event -> event.setEntered(Entered.getDefaultInstance()));
    report("e2", START.plusSeconds(30), event -> event.setEntered(Entered.getDefaultInstance()));
    Presence stays = turn.profile().getPresence();
    assertThat(stays.getEnteredAt()).isEqualTo(time(START));
    assertThat(stays.getLastSeenAt()).isEqualTo(time(START.plusSeconds(30)));

    List<Fact> elsewhere =
        report(
            "e3",
            START.plusSeconds(40),
            event -> event.setRoomId("other").setLeft(Left.getDefaultInstance()));
    assertThat(elsewhere).isEmpty();
    assertThat(turn.profile().getPresence()).isEqualTo(stays);
    List<Fact> left =
        report("e4", START.plusSeconds(30), event -> event.setLeft(Left.getDefaultInstance()));
    assertThat(left).singleElement().matches(Fact::hasRoomLeft);
    assertThat(turn.profile().hasPresence()).isFalse();
  }

  @Test
  void whoEntersByThemselvesBeginsASessionWhereThePlatformHadTold() {
    report("e1", START, event -> event.setEntered(Entered.getDefaultInstance()));
    enter("", true, true, START.plusSeconds(10));
    assertThat(turn.profile().getPresence().getEnteredAt()).isEqualTo(time(START.plusSeconds(10)));
    enter("", true, true, START.plusSeconds(20));
    assertThat(turn.profile().getPresence().getEnteredAt())
        .as("a page that is loaded again goes on")
        .isEqualTo(time(START.plusSeconds(10)));
  }

  @Test
  void conditionsKnowWhereAViewerIsUntilSilenceIsTooLong() {
    enter("", true, true, START);
    turn.setAt(START.plusSeconds(90));
    assertThat(turn.profileNow().getPresence().getRoomId()).isEqualTo("room");
    turn.setAt(START.plusMillis(90_001));
    assertThat(turn.profileNow().hasPresence()).isFalse();
  }

  @Test
  void aProgramSaysHowPresenceIsProvenOrTheServiceDoes() {
    assertThat(presence("name: p"))
        .isEqualTo(
            PresenceRules.newBuilder()
                .setHeartbeatInterval(Durations.fromSeconds(30))
                .setLongestSilence(Durations.fromSeconds(90))
                .setMaxActionsPerSecond(10)
                .build());
    assertThat(presence("name: p\npresence: {heartbeat_interval: 20s, max_actions_per_second: 3}"))
        .isEqualTo(
            PresenceRules.newBuilder()
                .setHeartbeatInterval(Durations.fromSeconds(20))
                .setLongestSilence(Durations.fromSeconds(60))
                .setMaxActionsPerSecond(3)
                .build());
    assertThat(presence("name: p\npresence: {heartbeat_interval: 40s, longest_silence: 40s}"))
        .extracting(rules -> rules.getLongestSilence().getSeconds())
        .isEqualTo(40L);
    assertThat(
            TestPrograms.check("name: p\npresence: {heartbeat_interval: 40s, longest_silence: 39s}")
                .mistakes())
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.getPath()).isEqualTo("presence.longest_silence");
          assertThat(mistake.getMessage())
              .isEqualTo("39s (expected: at least the heartbeat_interval, 40s)");
        });
  }

  @Test
  void ofADeedTheJournalTellsWhatCounted() {
    RecordedAct acts = new RecordedAct();
    ActRequest likes =
        ActRequest.newBuilder().setRoomId("room").setLiked(Liked.newBuilder().setCount(8)).build();
    assertThat(acts.type()).isEqualTo(ActRequest.getDefaultInstance());
    assertThat(acts.of(entry(likes), likes)).contains(inRoom(liked(8)));
    assertThat(acts.of(entry(likes, notCounted(3), notCounted(4)), likes))
        .contains(inRoom(liked(1)));
    assertThat(acts.of(entry(likes, notCounted(8)), likes)).isEmpty();
    Fact late =
        Fact.newBuilder()
            .setNotCounted(
                NotCounted.newBuilder()
                    .setReason(NotCountedReason.NOT_COUNTED_REASON_BROADCAST_CLOSED)
                    .setAmount(8))
            .build();
    assertThat(acts.of(entry(likes, late), likes)).contains(inRoom(liked(8)));
    ActRequest click =
        ActRequest.newBuilder().setRoomId("room").setClicked(clicked().getClicked()).build();
    assertThat(acts.of(entry(click), click)).contains(inRoom(clicked()));
    assertThat(acts.of(entry(click, notCounted(1)), click)).isEmpty();

    RecordedEntrance entrances = new RecordedEntrance();
    EnterRoomRequest entrance =
        EnterRoomRequest.newBuilder().setRoomId("room").setBroadcastId("show").build();
    assertThat(entrances.type()).isEqualTo(EnterRoomRequest.getDefaultInstance());
    assertThat(entrances.of(entry(entrance), entrance))
        .contains(
            Event.newBuilder()
                .setRoomId("room")
                .setBroadcastId("show")
                .setEntered(Entered.getDefaultInstance())
                .build());
  }

  /** All of the service's, with heartbeat tokens of a key that is in no database. */
  private static Reactor[] reactors() {
    Reactor visits =
        new VisitReactor(
            TestPrograms.instance(WatchSlice.class),
            TestPrograms.instance(Sessions.class),
            new HeartbeatTokens(() -> new SecretKeySpec(new byte[] {1}, "HmacSHA256")),
            TestPrograms.instance(Broadcasts.class));
    return Arrays.stream(TestPrograms.reactors())
        .map(reactor -> reactor instanceof VisitReactor ? visits : reactor)
        .toArray(Reactor[]::new);
  }

  private io.flywheel.v1.Room update(UpdateRoomRequest request) {
    turn.setViewer(ROOM);
    turn.run(START.plusSeconds(60), request);
    turn.setViewer(ANNA);
    return turn.answer(UpdateRoomResponse.class).getRoom();
  }

  private Broadcast open(String broadcastId, Instant at, BroadcastStarted.Builder shown) {
    turn.setViewer(ROOM);
    try {
      turn.run(
          at, new BroadcastReactor.Open("room", broadcastId, shown.build(), at.toEpochMilli()));
    } finally {
      turn.setViewer(ANNA);
    }
    return turn.answer(OpenBroadcastResponse.class).getBroadcast();
  }

  private void enter(String broadcastId, boolean letIn, boolean own, Instant at) {
    turn.run(
        at,
        new VisitReactor.Enter(
            "room", broadcastId, "", letIn, own, PublicProfile.getDefaultInstance()));
  }

  private List<Fact> act(Event.Builder what, Instant at) {
    return turn.run(at, new VisitReactor.Act("room", what.build()));
  }

  private List<Fact> report(String eventId, Instant at, UnaryOperator<Event.Builder> what) {
    return turn.run(
        at,
        what.apply(
                Event.newBuilder()
                    .setEventId(eventId)
                    .setViewerId(ANNA.viewerId())
                    .setRoomId("room")
                    .setOccurredAt(time(at)))
            .build());
  }

  /** What tasks counted, as "task count". */
  private static List<String> counted(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasTaskProgressed)
        .map(Fact::getTaskProgressed)
        .map((TaskProgressed moved) -> moved.getTaskId() + " " + moved.getCount())
        .toList();
  }

  private static Event.Builder liked(int count) {
    return Event.newBuilder().setLiked(Liked.newBuilder().setCount(count));
  }

  private static Event.Builder clicked() {
    return Event.newBuilder().setClicked(Clicked.newBuilder().setTarget("goods/1"));
  }

  private static Event inRoom(Event.Builder event) {
    return event.setRoomId("room").build();
  }

  private static Fact notCounted(long amount) {
    return Fact.newBuilder()
        .setNotCounted(
            NotCounted.newBuilder()
                .setReason(NotCountedReason.NOT_COUNTED_REASON_TOO_FAST)
                .setAmount(amount))
        .build();
  }

  private static JournalEntry entry(Message body, Fact... facts) {
    return new JournalEntry(
        ANNA,
        1,
        2,
        3,
        4,
        JournalRecord.newBuilder()
            .setBodyType(body.getDescriptorForType().getFullName())
            .setBody(body.toByteString())
            .addAllFacts(List.of(facts))
            .build());
  }

  private static PresenceRules presence(String document) {
    return compile(document).get(PresenceSection.class);
  }

  private static CompiledProgram compile(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow());
  }

  private static com.google.protobuf.Timestamp time(Instant at) {
    return Timestamps.fromMillis(at.toEpochMilli());
  }

  private static long millis(long seconds) {
    return START.plusSeconds(seconds).toEpochMilli();
  }

  private static void refused(ErrorReason reason, String message, ThrowingCallable action) {
    assertThatThrownBy(action)
        .hasMessageStartingWith(message)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
