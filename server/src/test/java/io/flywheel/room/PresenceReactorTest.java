package io.flywheel.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.BroadcastSlice;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomResponse;
import io.flywheel.v1.Left;
import io.flywheel.v1.Liked;
import io.flywheel.v1.PresenceRules;
import io.flywheel.v1.Program;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class PresenceReactorTest {
  /** 20:00 in Shanghai, where the program's days end at 04:00. */
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");

  private static final CompiledProgram PROGRAM =
      TestPrograms.compile(
          Program.newBuilder()
              .setTimeZone("Asia/Shanghai")
              .setDayStartsAt(Durations.fromHours(4))
              .setPresence(
                  PresenceRules.newBuilder()
                      .setHeartbeatInterval(Durations.fromSeconds(30))
                      .setLongestSilence(Durations.fromSeconds(90)))
              .build());

  private static final ViewerKey VIEWER = new ViewerKey("merchant", "viewer");

  private final HeartbeatTokens tokens =
      new HeartbeatTokens(() -> new SecretKeySpec(new byte[] {1}, "HmacSHA256"));
  private final Broadcasts broadcasts = new Broadcasts(new RoomSlice(), new BroadcastSlice());
  private final WatchSlice watches = new WatchSlice();
  private final Sessions sessions = new Sessions(watches, broadcasts);
  private final List<Event> signals = new ArrayList<>();
  private final RecordingTurn turn =
      new RecordingTurn(
          PROGRAM,
          VIEWER,
          listening(new PresenceReactor(watches, sessions, broadcasts), signals),
          new VisitReactor(watches, sessions, tokens, broadcasts));
  private Instant now = START;

  @Example
  void enteringPutsTheViewerIntoTheRoomAndLetsTasksCountIt() {
    Result entered = enter("room", "show");
    assertThat(names(entered)).containsExactly("room_entered");
    assertThat(entered.facts().get(0).getRoomEntered().getFirstVisit()).isTrue();
    assertThat(entered.signals()).singleElement().matches(Event::hasEntered);
    assertThat(turn.profile().getPresence().getRoomId()).isEqualTo("room");
    assertThat(turn.profile().getPresence().getBroadcastId()).isEqualTo("show");
    assertThat(turn.profile().getFirstSeenAt()).isEqualTo(Timestamps.fromMillis(millis()));
    EnterRoomResponse answer = entered.answer(EnterRoomResponse.class);
    assertThat(answer.getFactsList()).isEqualTo(entered.facts());
    assertThat(answer.getHeartbeatInterval()).isEqualTo(Durations.fromSeconds(30));
    assertThat(enter("room", "show").facts().get(0).getRoomEntered().getFirstVisit()).isFalse();
  }

  @Example
  void anEventOfEnteringIsTheSameWithoutAnAnswer() {
    Result entered = report(event("e1").setEntered(Entered.getDefaultInstance()).build());
    assertThat(names(entered)).containsExactly("room_entered");
    assertThat(entered.facts().get(0).getRoomEntered().getBroadcastId())
        .isEqualTo("day:2026-03-02");
    assertThat(turn.hasAnswer()).isFalse();
    assertThat(turn.profile().getPresence().getRoomId()).isEqualTo("room");
  }

  @Example
  void aHeartbeatCreditsTheTimeSinceTheLastOne() {
    String token = token(enter("room", "show"));
    pass(30_000);
    HeartbeatResponse first = beat("room", token).answer(HeartbeatResponse.class);
    assertThat(first.getCreditedMillis()).isEqualTo(30_000);
    assertThat(first.getFacts(0).getWatchCredited().getBroadcastId()).isEqualTo("show");
    assertThat(first.getFacts(0).getWatchCredited().getStartedAt())
        .isEqualTo(Timestamps.fromMillis(START.toEpochMilli()));
    assertThat(credited(beat("room", token))).isZero();
    pass(90_000);
    assertThat(credited(beat("room", token))).isEqualTo(90_000);
  }

  @Example
  void silenceThatWasTooLongEndsTheSessionAndCreditsNothing() {
    String token = token(enter("room", "show"));
    pass(90_001);
    Result beat = beat("room", token);
    assertThat(beat.answer(HeartbeatResponse.class).getHeartbeatToken()).isEmpty();
    assertThat(names(beat)).containsExactly("room_left");
    assertThat(turn.profile().hasPresence()).isFalse();
    assertRejected(ErrorReason.ERROR_REASON_SESSION_ENDED, () -> beat("room", token));
    String next = token(enter("room", "show"));
    pass(1_000);
    assertThat(credited(beat("room", next))).isEqualTo(1_000);
    assertRejected(ErrorReason.ERROR_REASON_SESSION_ENDED, () -> beat("room", token));
  }

  @Example
  void actingIsASignOfLifeThatCostsNoWatchTime() {
    String token = token(enter("room", "show"));
    pass(80_000);
    Result act = act("room");
    assertThat(act.signals())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.hasLiked()).isTrue();
          assertThat(event.getBroadcastId()).isEqualTo("show");
          assertThat(event.getEventId()).isEmpty();
        });
    pass(80_000);
    assertThat(credited(beat("room", token))).isEqualTo(160_000);
  }

  @Example
  void actingNeedsPresenceInThatRoom() {
    assertRejected(ErrorReason.ERROR_REASON_NOT_IN_ROOM, () -> act("room"));
    enter("room", "show");
    assertRejected(ErrorReason.ERROR_REASON_NOT_IN_ROOM, () -> act("other"));
    pass(90_001);
    assertRejected(ErrorReason.ERROR_REASON_NOT_IN_ROOM, () -> act("room"));
  }

  @Example
  void aZoneIsTheViewersHomeAndMovesOnceInSevenDays() {
    assertThat(zoneAfter("Asia/Shanghai")).isEqualTo("Asia/Shanghai");
    assertThat(zoneAfter("UTC")).isEqualTo("UTC");
    assertThat(zoneAfter("Pacific/Honolulu")).isEqualTo("UTC");
    now = now.plus(Duration.ofDays(7)).minusMillis(1);
    assertThat(zoneAfter("Pacific/Honolulu")).isEqualTo("UTC");
    pass(1);
    assertThat(zoneAfter("Pacific/Honolulu")).isEqualTo("Pacific/Honolulu");
  }

  private String zoneAfter(String timeZone) {
    return run(new VisitReactor.Enter(
            "room", "show", timeZone, true, false, PublicProfile.getDefaultInstance()))
        .answer(EnterRoomResponse.class)
        .getTimeZone();
  }

  @Example
  void enteringAnotherRoomEndsTheSession() {
    String token = token(enter("room", "show"));
    pass(20_000);
    Result entered = enter("other", "");
    assertThat(names(entered)).containsExactly("watch_credited", "room_left", "room_entered");
    assertThat(entered.facts().get(1).getRoomLeft().getRoomId()).isEqualTo("room");
    assertRejected(ErrorReason.ERROR_REASON_SESSION_ENDED, () -> beat("room", token));
  }

  @Example
  void aSecondDeviceInTheRoomEndsNothingAndGainsNothing() {
    String first = token(enter("room", "show"));
    pass(10_000);
    String second = token(enter("room", "show"));
    pass(10_000);
    assertThat(credited(beat("room", first))).isEqualTo(20_000);
    assertThat(credited(beat("room", second))).isZero();
    pass(10_000);
    assertThat(credited(beat("room", second))).isEqualTo(10_000);
  }

  @Example
  void theNextBroadcastIsANewSession() {
    String first = token(enter("room", "show"));
    pass(10_000);
    Result entered = enter("room", "next");
    assertThat(names(entered)).containsExactly("watch_credited", "room_entered");
    assertThat(entered.facts().get(0).getWatchCredited().getBroadcastId()).isEqualTo("show");
    assertRejected(ErrorReason.ERROR_REASON_SESSION_ENDED, () -> beat("room", first));
  }

  @Example
  void leavingCreditsTheRestAndLeavingAgainIsNoError() {
    enter("room", "show");
    pass(15_000);
    Result left = run(new VisitReactor.Leave("room"));
    assertThat(names(left)).containsExactly("watch_credited", "room_left");
    assertThat(left.answer(LeaveRoomResponse.class).getFactsList()).isEqualTo(left.facts());
    assertThat(turn.profile().hasPresence()).isFalse();
    assertThat(run(new VisitReactor.Leave("room")).facts()).isEmpty();
  }

  @Example
  void lateEventsMoveNobody() {
    enter("room", "show");
    pass(60_000);
    act("room");
    now = START.plusSeconds(10);
    report(event("e1").setRoomId("other").setEntered(Entered.getDefaultInstance()).build());
    report(event("e2").setLeft(Left.getDefaultInstance()).build());
    assertThat(turn.profile().getPresence().getRoomId()).isEqualTo("room");
    assertThat(turn.profile().getPresence().getLastSeenAt())
        .isEqualTo(Timestamps.fromMillis(START.plusSeconds(60).toEpochMilli()));
  }

  @Example
  void anEventFromTheFutureLocksNobodyOut() {
    now = START.plusSeconds(300);
    report(event("e1").setRoomId("other").setEntered(Entered.getDefaultInstance()).build());
    now = START;
    String token = token(enter("room", "show"));
    pass(30_000);
    assertThat(credited(beat("room", token))).isEqualTo(30_000);
  }

  @Example
  void presenceByEventsAloneIsNotCredited() {
    report(event("e1").setEntered(Entered.getDefaultInstance()).build());
    pass(30_000);
    assertThat(names(run(new VisitReactor.Leave("room")))).containsExactly("room_left");
  }

  @Example
  void reportedTimeAndHeartbeatsAreUnited() {
    String token = token(enter("room", "show"));
    pass(30_000);
    assertThat(creditedFacts(watched("e1", "other", START.plusSeconds(10), START.plusSeconds(20))))
        .isEqualTo(10_000);
    assertThat(credited(beat("room", token))).isEqualTo(20_000);
    assertThat(creditedFacts(watched("e2", "other", START.minusSeconds(5), START.plusSeconds(30))))
        .isEqualTo(5_000);
  }

  @Example
  void timeIsCreditedToItsDay() {
    now = Instant.parse("2026-03-02T20:00:10.001Z"); // ten seconds after 04:00 in Shanghai
    Result watched = watched("e1", "room", Instant.parse("2026-03-02T19:59:00.250Z"), now);
    assertThat(watched.facts()).hasSize(2);
    assertThat(watched.facts().get(0).getWatchCredited().getBroadcastId())
        .isEqualTo("day:2026-03-02");
    assertThat(watched.facts().get(0).getWatchCredited().getCreditedMillis()).isEqualTo(59_750);
    assertThat(watched.facts().get(1).getWatchCredited().getBroadcastId())
        .isEqualTo("day:2026-03-03");
    assertThat(watched.facts().get(1).getWatchCredited().getCreditedMillis()).isEqualTo(10_001);
  }

  @Example
  void aRoomsDayGoesByWhileTheViewerStays() {
    now = Instant.parse("2026-03-02T19:59:30Z");
    String token = token(enter("room", ""));
    pass(60_000);
    Result beat = beat("room", token);
    assertThat(beat.facts()).hasSize(2);
    assertThat(turn.profile().getPresence().getBroadcastId()).isEqualTo("day:2026-03-03");
    Result act = act("room");
    assertThat(act.signals().get(0).getBroadcastId()).isEmpty();
  }

  /**
   * Whatever a viewer's devices do and a platform reports, in whatever order: no moment is credited
   * twice, and heartbeats credit no more than what has passed since the first entering.
   */
  @Property(tries = 500)
  void noMomentIsCreditedTwice(@ForAll("steps") List<Step> steps) {
    BitSet credited = new BitSet();
    List<String> issued = new ArrayList<>();
    for (Step step : steps) {
      pass(step.passedMillis);
      Result result = take(step, issued);
      for (Fact fact : result.facts()) {
        if (fact.hasWatchCredited()) {
          long from = Timestamps.toMillis(fact.getWatchCredited().getStartedAt());
          assertThat(from).isGreaterThanOrEqualTo(START.toEpochMilli());
          assertThat(from + fact.getWatchCredited().getCreditedMillis())
              .isLessThanOrEqualTo(millis());
          int first = (int) (from - START.toEpochMilli());
          assertThat(credited.get(first)).isFalse();
          mark(credited, first, (int) fact.getWatchCredited().getCreditedMillis());
        }
      }
    }
    assertThat(credited.cardinality()).isLessThanOrEqualTo((int) (millis() - START.toEpochMilli()));
  }

  /** A fact tells where its stretch begins and how much of it is new. */
  private static void mark(BitSet credited, int from, int length) {
    int at = from;
    for (int left = length; left > 0; left--) {
      at = credited.nextClearBit(at);
      credited.set(at);
    }
  }

  private record Step(int kind, int room, int passedMillis, int token) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, 120),
            Arbitraries.integers().between(0, 20))
        .as(Step::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(60);
  }

  private Result take(Step step, List<String> issued) {
    String room = "room" + step.room;
    try {
      switch (step.kind) {
        case 0 -> {
          Result entered = enter(room, "show");
          issued.add(room + " " + token(entered));
          return entered;
        }
        case 1 -> {
          return run(new VisitReactor.Leave(room));
        }
        case 2 -> {
          return act(room);
        }
        case 3 -> {
          Instant from = START.plusMillis(Math.max(0, millis() - START.toEpochMilli() - 500));
          return watched("e" + millis(), room, from, now.minusMillis(step.token));
        }
        default -> {
          if (issued.isEmpty()) {
            return new Result(List.of(), List.of(), null);
          }
          String[] token = issued.get(step.token % issued.size()).split(" ");
          return beat(token[0], token[1]);
        }
      }
    } catch (ServiceException e) {
      return new Result(List.of(), List.of(), null);
    }
  }

  private Result enter(String room, String broadcast) {
    return run(
        new VisitReactor.Enter(
            room, broadcast, "", true, false, PublicProfile.getDefaultInstance()));
  }

  private Result beat(String room, String token) {
    long session = tokens.verify(VIEWER, room, token);
    return run(new VisitReactor.Beat(room, session));
  }

  private Result act(String room) {
    Event liked = Event.newBuilder().setLiked(Liked.getDefaultInstance()).build();
    return run(new VisitReactor.Act(room, liked));
  }

  private Result watched(String eventId, String room, Instant from, Instant to) {
    return report(
        event(eventId)
            .setRoomId(room)
            .setWatched(
                Watched.newBuilder()
                    .setStartedAt(Timestamps.fromMillis(from.toEpochMilli()))
                    .setEndedAt(Timestamps.fromMillis(to.toEpochMilli())))
            .build());
  }

  private Result report(Event event) {
    signals.clear();
    return new Result(turn.run(now, event), List.of(), null);
  }

  private Result run(Object request) {
    signals.clear();
    List<Fact> facts = turn.run(now, request);
    return new Result(facts, List.copyOf(signals), turn);
  }

  /**
   * What an action came to.
   *
   * @param signals the events that requests came to
   * @param answered whose latest answer it is; null: there was none
   */
  private record Result(List<Fact> facts, List<Event> signals, @Nullable RecordingTurn answered) {
    <M extends Message> M answer(Class<M> type) {
      return Objects.requireNonNull(answered).answer(type);
    }
  }

  private static Reactor listening(Reactor reactor, List<Event> signals) {
    return reactions ->
        reactor.register(
            new Reactor.Reactions() {
              @Override
              public <M> void on(Class<M> type, Reactor.Reaction<M> reaction) {
                reactions.on(
                    type,
                    (turn, message) -> {
                      if (message instanceof Event event) {
                        signals.add(event);
                      }
                      reaction.react(turn, message);
                    });
              }

              @Override
              public <M extends Message> void onWholeFact(
                  Class<M> type, Reactor.FactReaction<M> reaction) {
                reactions.onWholeFact(type, reaction);
              }
            });
  }

  private Event.Builder event(String eventId) {
    return Event.newBuilder()
        .setEventId(eventId)
        .setViewerId(VIEWER.viewerId())
        .setRoomId("room")
        .setOccurredAt(Timestamps.fromMillis(millis()));
  }

  private void pass(long millis) {
    now = now.plusMillis(millis);
  }

  private long millis() {
    return now.toEpochMilli();
  }

  private static String token(Result entered) {
    return entered.answer(EnterRoomResponse.class).getHeartbeatToken();
  }

  private static long credited(Result beat) {
    return beat.answer(HeartbeatResponse.class).getCreditedMillis();
  }

  private static long creditedFacts(Result result) {
    return result.facts().stream()
        .mapToLong(fact -> fact.getWatchCredited().getCreditedMillis())
        .sum();
  }

  private static List<String> names(Result result) {
    return result.facts().stream()
        .map(fact -> Fact.getDescriptor().findFieldByNumber(fact.getWhatCase().getNumber()))
        .map(field -> field.getName())
        .toList();
  }

  private static void assertRejected(ErrorReason reason, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
