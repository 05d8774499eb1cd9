package io.flywheel.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.BoosterStanding;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.Presence;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.RoomBooster;
import io.flywheel.v1.RoomBoosterMoved;
import io.flywheel.v1.StartRoomBoosterResponse;
import io.flywheel.v1.Text;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What boosters multiply, for whom and until when, without a database. */
final class BoosterRulesTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private static final String TASKS =
      """
      name: boosters
      time_zone: UTC
      tasks:
        - id: wave
          title: Wave
          trigger: custom
          custom: wave
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: 15}, {experience: 10}, {ticket: {lottery_id: wheel}}]}]
        - id: buy
          title: Buy
          trigger: custom
          custom: buy
          repeat: true
          tiers: [{threshold: 1, rewards: [{privilege: {privilege_id: double, valid_for: 1h}}]}]
        - id: order
          title: Order
          trigger: order
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: 100}]}]
      levels:
        levels: [{id: one, title: One, experience: 50, rewards: [{points: 7}]}]
      """;

  private static final String BOUGHT =
      "{id: bought, title: 双倍, percent: 200, privilege_id: double}";

  private RecordingTurn turn = turnOf(boosters(BOUGHT));
  private int events;

  @Test
  void aBoosterThatIsBoughtDoublesPointsForItsHourAndSaysSoOnTheEntry() {
    assertThat(points(wave(NOON))).containsExactly("15");
    report(NOON, "buy");
    Instant last = NOON.plus(Duration.ofHours(1)).minusMillis(1);
    assertThat(points(wave(last))).containsExactly("30 by 200 of [bought]");
    assertThat(points(wave(last.plusMillis(1)))).containsExactly("15");
  }

  @Test
  void onlyWhatABoosterNamesIsMultipliedAndRoundedDown() {
    turn = turnOf(boosters("{id: xp, title: XP, percent: 155, multiplies: [experience]}"));
    List<Fact> facts = wave(NOON);
    assertThat(points(facts)).containsExactly("15");
    assertThat(turn.profileNow().getExperience()).isEqualTo(15);
    assertThat(facts)
        .filteredOn(Fact::hasGrantIssued)
        .extracting(fact -> fact.getGrantIssued().getGrant().getCause().getBoost().getPercent())
        .as("the ticket is as it was")
        .containsExactly(155, 0);

    turn = turnOf(boosters("{id: daily, title: Daily, percent: 200, sources: [check_in]}"));
    assertThat(points(wave(NOON))).as("a task is no check-in").contains("15");
  }

  @Test
  void prizesAndPlacesStayAsTheyWerePublished() {
    turn =
        turnOf(boosters("{id: all, title: All, percent: 1000, multiplies: [points, experience]}"));
    assertThat(points(wave(NOON)))
        .as("the level that the experience raises to gives what it says")
        .containsExactly("150 by 1000 of [all]", "7");
  }

  @Test
  void ofSeveralTheDeclaredStackingHolds() {
    String three =
        "{id: a, title: A, percent: 150}, {id: b, title: B, percent: 200}, {id: c, title: C, percent: 200}";
    turn = turnOf(boosters(three));
    assertThat(points(wave(NOON))).contains("30 by 200 of [b]");
    turn = turnOf(boosters(three, "stacking: add"));
    assertThat(points(wave(NOON))).contains("52 by 350 of [a, b, c]");
    turn = turnOf(boosters(three, "stacking: multiply, max_percent: 550"));
    assertThat(points(wave(NOON))).contains("82 by 550 of [a, b, c]");
    turn = turnOf(boosters(three, "stacking: multiply, max_percent: 1000"));
    assertThat(points(wave(NOON))).contains("90 by 600 of [a, b, c]");
    turn = turnOf(boosters(three, "stacking: add, max_percent: 200"));
    assertThat(points(wave(NOON))).contains("30 by 200 of [a, b, c]");
  }

  @Test
  void whatAHostStartsHoldsForThoseInTheRoomAndForItsTime() {
    turn = turnOf(boosters("{id: host, title: Host, percent: 200, host_starts_for: 10m}"));
    assertThat(points(wave(NOON))).as("nobody started it").containsExactly("15");
    RoomBooster started = start(NOON, "main", "host", 300_000L);
    assertThat(started.getEndsAt()).isEqualTo(time(NOON.plusSeconds(300)));
    assertThat(points(wave(NOON))).as("in no room").containsExactly("15");
    isIn("other");
    assertThat(points(wave(NOON))).as("in another room").containsExactly("15");
    isIn("main");
    assertThat(points(wave(NOON))).containsExactly("30 by 200 of [host]");
    assertThat(standings()).containsExactly("host 200 until 2026-11-22T12:05:00Z");
    Instant end = NOON.plusSeconds(300);
    isIn("main", end);
    assertThat(points(wave(end.minusMillis(1)))).contains("30 by 200 of [host]");
    assertThat(points(wave(end))).containsExactly("15");
    assertThat(standings()).isEmpty();
    assertThat(points(wave(end.minusMillis(1))))
        .as("told late")
        .containsExactly("30 by 200 of [host]");
  }

  @Test
  void whatRunsIsProlongedAndNeverShortenedAndCanBeEnded() {
    turn = turnOf(boosters("{id: host, title: Host, percent: 200, host_starts_for: 10m}"));
    assertThat(start(NOON, "main", "host", null).getEndsAt())
        .as("as long as the program allows")
        .isEqualTo(time(NOON.plusSeconds(600)));
    RoomBooster same = start(NOON.plusSeconds(60), "main", "host", 60_000L);
    assertThat(same.getStartedAt()).isEqualTo(time(NOON));
    assertThat(same.getEndsAt()).isEqualTo(time(NOON.plusSeconds(600)));
    assertThat(start(NOON.plusSeconds(60), "main", "host", 600_000L).getEndsAt())
        .isEqualTo(time(NOON.plusSeconds(660)));
    isIn("main", NOON.plusSeconds(100));
    List<Fact> facts = end(NOON.plusSeconds(120), "main", "host");
    assertThat(facts)
        .singleElement()
        .extracting(Fact::getRoomBoosterMoved)
        .isEqualTo(
            RoomBoosterMoved.newBuilder()
                .setBoosterId("host")
                .setTitle(Text.newBuilder().setZh("Host"))
                .setPercent(200)
                .setStartedAt(time(NOON))
                .setEndsAt(time(NOON.plusSeconds(120)))
                .setEnded(true)
                .build());
    assertThat(points(wave(NOON.plusSeconds(119)))).containsExactly("30 by 200 of [host]");
    assertThat(points(wave(NOON.plusSeconds(120)))).containsExactly("15");
    assertThatExceptionOfType(ServiceException.class)
        .isThrownBy(() -> end(NOON.plusSeconds(121), "main", "host"))
        .extracting(ServiceException::reason)
        .isEqualTo(ErrorReason.ERROR_REASON_BOOSTER_NOT_RUNNING);
  }

  @Test
  void onlyWhatTheProgramAllowsCanBeStarted() {
    turn =
        turnOf(
            boosters(
                "{id: host, title: Host, percent: 200, host_starts_for: 10m},"
                    + " {id: always, title: Always, percent: 150}"));
    for (String id : List.of("always", "gone")) {
      assertThatExceptionOfType(ServiceException.class)
          .isThrownBy(() -> start(NOON, "main", id, null))
          .extracting(ServiceException::reason)
          .isEqualTo(ErrorReason.ERROR_REASON_BOOSTER_NOT_FOUND);
    }
    assertThatExceptionOfType(ServiceException.class)
        .isThrownBy(() -> start(NOON, "main", "host", 600_001L))
        .withMessageContaining("600.001s (expected: at most 600s, as the program says)");
  }

  @Test
  void aRoomRemembersWhatRanForSevenDaysAndNoMoreThanItsBound() {
    turn = turnOf(boosters("{id: host, title: Host, percent: 200, host_starts_for: 10m}"));
    for (int i = 0; i < 250; i++) {
      var unused = start(NOON.plusSeconds(100L * i), "main", "host", 60_000L);
    }
    RoomBoosterSlice slice = TestPrograms.instance(RoomBoosterSlice.class);
    RoomKey key = new RoomKey("shop", "main");
    assertThat(turn.get(slice, key).getRunsCount()).isEqualTo(200);
    Instant later = NOON.plus(Duration.ofDays(8));
    var unused = start(later, "main", "host", 60_000L);
    assertThat(turn.get(slice, key).getRunsList())
        .extracting(BoosterRun::getStartedMillis)
        .containsExactly(later.toEpochMilli());
  }

  private RoomBooster start(Instant at, String roomId, String boosterId, @Nullable Long millis) {
    ViewerKey viewer = turn.viewer();
    turn.setViewer(ViewerKey.room("shop", roomId));
    try {
      var unused = turn.run(at, new RoomBoosterReactor.Start(roomId, boosterId, millis));
      return turn.answer(StartRoomBoosterResponse.class).getBooster();
    } finally {
      turn.setViewer(viewer);
    }
  }

  private List<Fact> end(Instant at, String roomId, String boosterId) {
    ViewerKey viewer = turn.viewer();
    turn.setViewer(ViewerKey.room("shop", roomId));
    try {
      return turn.run(at, new RoomBoosterReactor.End(roomId, boosterId));
    } finally {
      turn.setViewer(viewer);
    }
  }

  private void isIn(String roomId) {
    isIn(roomId, NOON);
  }

  private void isIn(String roomId, Instant seen) {
    turn.setProfile(
        ViewerProfile.newBuilder()
            .setFirstSeenAt(time(NOON))
            .setPresence(
                Presence.newBuilder()
                    .setRoomId(roomId)
                    .setEnteredAt(time(NOON))
                    .setLastSeenAt(time(seen)))
            .build());
  }

  private static Timestamp time(Instant at) {
    return Timestamps.fromMillis(at.toEpochMilli());
  }

  @Test
  void aBoosterHoldsInItsRoomAtItsLevelAndInItsTime() {
    turn =
        turnOf(
            boosters(
                "{id: room, title: Room, percent: 200, audience: viewer.presence.room_id == \"main\"},"
                    + " {id: level, title: Level, percent: 300, audience: viewer.level >= 1},"
                    + " {id: hour, title: Hour, percent: 400, starts_at: 2026-11-22T13:00:00Z,"
                    + " ends_at: 2026-11-22T14:00:00Z}"));
    for (int i = 0; i < 5; i++) {
      assertThat(points(wave(NOON))).contains("15");
    }
    assertThat(points(wave(NOON))).containsExactly("45 by 300 of [level]");
    turn =
        turnOf(
            boosters(
                "{id: room, title: Room, percent: 200, audience: viewer.presence.room_id == \"main\"}"));
    assertThat(points(wave(NOON))).contains("15");
    turn.setProfile(
        ViewerProfile.newBuilder()
            .setFirstSeenAt(Timestamps.fromMillis(NOON.toEpochMilli()))
            .setPresence(
                Presence.newBuilder()
                    .setRoomId("main")
                    .setEnteredAt(Timestamps.fromMillis(NOON.toEpochMilli()))
                    .setLastSeenAt(Timestamps.fromMillis(NOON.toEpochMilli())))
            .build());
    assertThat(points(wave(NOON))).containsExactly("30 by 200 of [room]");

    turn =
        turnOf(
            boosters(
                "{id: hour, title: Hour, percent: 400, starts_at: 2026-11-22T13:00:00Z,"
                    + " ends_at: 2026-11-22T14:00:00Z}"));
    Instant one = NOON.plus(Duration.ofHours(1));
    assertThat(points(wave(one.minusMillis(1)))).contains("15");
    assertThat(points(wave(one))).containsExactly("60 by 400 of [hour]");
    assertThat(points(wave(one.plus(Duration.ofHours(1))))).containsExactly("15");
  }

  @Test
  void budgetsCountWhatIsGivenMultiplied() {
    turn =
        turnOf(
            boosters(BOUGHT) + "budgets: [{id: all, title: All, points: 70, sources: [task]}]\n");
    report(NOON, "buy");
    assertThat(points(wave(NOON))).contains("30 by 200 of [bought]");
    assertThat(points(wave(NOON))).containsExactly("30 by 200 of [bought]");
    List<Fact> third = wave(NOON);
    assertThat(points(third)).isEmpty();
    assertThat(third).anyMatch(Fact::hasRewardWithheld);
  }

  @Test
  void aRefundTakesBackWhatWasMultiplied() {
    report(NOON, "buy");
    Event.Builder order =
        event(NOON).setOrdered(Ordered.newBuilder().setOrderId("o").setAmountMinor(1_000));
    assertThat(points(turn.run(NOON, order.build()))).containsExactly("200 by 200 of [bought]");
    Instant later = NOON.plus(Duration.ofDays(3));
    Event.Builder refund =
        event(later)
            .setRefunded(
                Refunded.newBuilder().setOrderId("o").setRefundId("r").setAmountMinor(1_000));
    List<Fact> back = turn.run(later, refund.build());
    assertThat(back)
        .filteredOn(Fact::hasPointsBooked)
        .extracting(fact -> fact.getPointsBooked().getAmount())
        .containsExactly(200L);
    assertThat(turn.profileNow().getPoints()).isZero();
  }

  @Test
  void aViewerSeesWhatHoldsAndWhenItEnds() {
    turn =
        turnOf(
            boosters(
                BOUGHT
                    + ", {id: always, title: Always, percent: 110}"
                    + ", {id: soon, title: Soon, percent: 300, privilege_id: double,"
                    + " ends_at: 2026-11-22T12:30:00Z}"));
    turn.setAt(NOON);
    assertThat(standings()).containsExactly("always 110 until never");
    report(NOON, "buy");
    assertThat(standings())
        .containsExactly(
            "bought 200 until 2026-11-22T13:00:00Z",
            "always 110 until never",
            "soon 300 until 2026-11-22T12:30:00Z");
    turn.setAt(NOON.plus(Duration.ofMinutes(30)));
    assertThat(standings())
        .containsExactly("bought 200 until 2026-11-22T13:00:00Z", "always 110 until never");
    turn.setProgram(compile(TASKS));
    assertThat(standings()).isEmpty();
  }

  @Test
  void boostersThatCantHoldAreRefusedByNameAndBound() {
    assertThat(
            mistakes(
                boosters(
                    "{id: a, title: A, percent: 600, privilege_id: doubel},"
                        + " {id: a, title: B, percent: 200, audience: event.liked.count > 1,"
                        + " starts_at: 2026-11-22T12:00:00Z, ends_at: 2026-11-22T12:00:00Z},"
                        + " {id: c, title: C, percent: 100, sources: [draw]}",
                    "max_percent: 300")))
        .containsExactlyInAnyOrder(
            "boosters.boosters[0].percent: 600 (expected: at most max_percent, 300)",
            "boosters.boosters[0].privilege_id: doubel (expected: the id of a privilege that the"
                + " program gives; did you mean double?)",
            "boosters.boosters[1].id: a (expected: an id of its own; boosters.boosters[0] has this one)",
            "boosters.boosters[1].audience: event.liked.count > 1 (expected: a condition in CEL;"
                + " column 1: an audience may speak of viewer only)",
            "boosters.boosters[1].ends_at: 2026-11-22T12:00:00Z (expected: a time after starts_at,"
                + " 2026-11-22T12:00:00Z)",
            "boosters.boosters[2].percent: 100 (expected: 101 to 1000)",
            "boosters.boosters[2].sources[0]: draw (expected: one of: check_in, task)");
  }

  private List<Fact> wave(Instant at) {
    return report(at, "wave");
  }

  private List<Fact> report(Instant at, String custom) {
    return turn.run(at, event(at).setCustom(CustomEvent.newBuilder().setName(custom)).build());
  }

  private Event.Builder event(Instant at) {
    return Event.newBuilder()
        .setEventId("e" + ++events)
        .setViewerId("anna")
        .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()));
  }

  private List<String> standings() {
    Viewer.Builder viewer = Viewer.newBuilder();
    for (ViewerSection section : TestPrograms.viewerSections()) {
      section.contribute(turn, viewer);
    }
    return viewer.getBoostersList().stream().map(BoosterRulesTest::show).toList();
  }

  private static String show(BoosterStanding standing) {
    return "%s %d until %s"
        .formatted(
            standing.getBoosterId(),
            standing.getPercent(),
            standing.hasEndsAt() ? Timestamps.toString(standing.getEndsAt()) : "never");
  }

  private static List<String> points(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasPointsBooked)
        .map(fact -> show(fact.getPointsBooked()))
        .toList();
  }

  private static String show(PointsBooked booked) {
    return booked.getCause().hasBoost()
        ? "%d by %d of %s"
            .formatted(
                booked.getAmount(),
                booked.getCause().getBoost().getPercent(),
                booked.getCause().getBoost().getBoosterIdsList())
        : String.valueOf(booked.getAmount());
  }

  private static List<String> mistakes(String document) {
    return TestPrograms.check(document).mistakes().stream()
        .map(mistake -> mistake.getPath() + ": " + mistake.getMessage())
        .toList();
  }

  private static String boosters(String boosters, String... rules) {
    return TASKS
        + "boosters: {boosters: [%s]%s}%n"
            .formatted(boosters, rules.length == 0 ? "" : ", " + String.join(", ", rules));
  }

  private static RecordingTurn turnOf(String document) {
    return new RecordingTurn(
        compile(document), new ViewerKey("shop", "anna"), TestPrograms.reactors());
  }

  private static CompiledProgram compile(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow());
  }
}
