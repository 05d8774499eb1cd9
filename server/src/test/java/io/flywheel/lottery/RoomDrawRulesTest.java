package io.flywheel.lottery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.MemoryEngine;
import io.flywheel.engine.Outcome;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.ExperienceReward;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardWithheld;
import io.flywheel.v1.RoomDrawMoved;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.RoomDrawView;
import io.flywheel.v1.RoomDrawWinner;
import io.flywheel.v1.RoomDrawWon;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WithdrawRoomDrawResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Who enters a draw of a room, when it ends, and who wins, without a database. */
final class RoomDrawRulesTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");
  private static final Instant END = START.plus(Duration.ofMinutes(3));
  private static final ViewerKey ROOM = ViewerKey.room("shop", "room");
  private static final ByteString SEED =
      ByteString.copyFromUtf8("a seed of thirty-two bytes, here");

  private static final String PROGRAM =
      """
      name: room draws
      room_draws:
        - id: bag
          title: 福袋
          entry: {trigger: custom, custom: wave}
          threshold: 2
          prizes:
            - {id: big, title: 大奖, value_minor: 9900, rewards: [points: 100]}
            - {id: small, title: 小奖, winners: 2, rewards: [points: 10, points: 5]}
          organizer: 测试商家，电话 000
          delivery: 即时到账
        - id: members
          title: 会员
          open_for: 1m
          entry: {trigger: like, condition: viewer.orders >= 0}
          audience: viewer.experience > 0
          prizes: [{id: one, title: 奖, rewards: [points: 1]}]
          organizer: 测试商家，电话 000
          delivery: 即时到账
      """;

  private final RoomDrawSlice draws = TestPrograms.instance(RoomDrawSlice.class);
  private final RoomDrawOwnSlice own = TestPrograms.instance(RoomDrawOwnSlice.class);
  private final RoomDrawPartSlice parts = TestPrograms.instance(RoomDrawPartSlice.class);
  private final List<RoomDrawWon> won = new ArrayList<>();
  private final List<RoomDrawMoved> moved = new ArrayList<>();
  private long withheld;
  private final Map<Long, Integer> booked = new TreeMap<>();
  private final MemoryEngine engine = new MemoryEngine(compile(PROGRAM), reactors());

  @Test
  void aDrawBeginsWithACommitmentToItsSeedAndEndsByItself() throws Exception {
    RoomDrawView view = start("bag", START);
    assertThat(view.getNumber()).isEqualTo(1);
    assertThat(view.getRoomId()).isEqualTo("room");
    assertThat(view.getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_OPEN);
    assertThat(view.getOpenedAt()).isEqualTo(Timestamps.fromMillis(START.toEpochMilli()));
    assertThat(view.getClosesAt())
        .as("three minutes unless it says another time")
        .isEqualTo(Timestamps.fromMillis(END.toEpochMilli()));
    assertThat(view.getCommitment()).isEqualTo(sha256(SEED.toByteArray()));
    assertThat(view.getConfigurationHash()).isNotEmpty();
    assertThat(view.getRules().getId()).isEqualTo("bag");
    assertThat(moved)
        .extracting(RoomDrawMoved::getRoomDrawId, RoomDrawMoved::getState, RoomDrawMoved::getNumber)
        .containsExactly(tuple("bag", RoomDrawState.ROOM_DRAW_STATE_OPEN, 1L));
    engine.settle(END.minusMillis(1));
    assertThat(record(1).getView().getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_OPEN);
    engine.settle(END);
    assertThat(record(1).getView().getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_DRAWN);
    assertThat(record(1).getView().getEntrants()).isZero();
    assertThat(won).as("nobody entered").isEmpty();
    assertThat(engine.followUps()).isEmpty();
  }

  @Test
  void whoDidEnoughWhileItWasOpenEntersOnce() {
    wave("early", START.minusMillis(1));
    start("bag", START);
    assertThat(wave("anna", START)).noneMatch(Fact::hasRoomDrawEntered);
    assertThat(part("anna").getProgress()).isEqualTo(1);
    assertThat(part("anna").getEntered()).isFalse();
    assertThat(wave("anna", END.minusMillis(1)))
        .filteredOn(Fact::hasRoomDrawEntered)
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getRoomDrawEntered().getRoomId()).isEqualTo("room");
          assertThat(fact.getRoomDrawEntered().getNumber()).isEqualTo(1);
          assertThat(fact.getRoomDrawEntered().getRoomDrawId()).isEqualTo("bag");
        });
    assertThat(part("anna").getEntered()).isTrue();
    assertThat(wave("anna", START)).noneMatch(Fact::hasRoomDrawEntered);
    assertThat(wave("early", START)).noneMatch(Fact::hasRoomDrawEntered);
    assertThat(wave("early", END)).as("too late").noneMatch(Fact::hasRoomDrawEntered);
    assertThat(part("early").getProgress()).isEqualTo(1);
    assertThat(run("bob", "other", START, custom("wave")))
        .as("another room")
        .noneMatch(Fact::hasRoomDrawEntered);
    run("bob", "other", START, custom("wave"));
    run("bob", "", START, custom("wave"));
    run("bob", "room", START, custom("nod"));
    run("bob", "room", START, liked());
    assertThat(part("bob")).isEqualTo(RoomDrawPart.getDefaultInstance());

    List<EntrantAppender.Row> rows = engine.rows(EntrantAppender.Row.class);
    assertThat(rows)
        .singleElement()
        .satisfies(row -> {
          assertThat(row.viewerId()).isEqualTo("anna");
          assertThat(row.tag())
              .isEqualTo(
                  sha256(
                      (record(1).getView().getCommitment() + ":anna")
                          .getBytes(StandardCharsets.UTF_8)));
        });
  }

  @Test
  void theEntrantsWinAsTheSeedAndTheirTagsSayAndGetTheirPrizes() {
    start("bag", START);
    for (int i = 0; i < 10; i++) {
      wave("v" + i, START);
      wave("v" + i, START);
    }
    engine.settle(END);
    RoomDrawView drawn = record(1).getView();
    assertThat(drawn.getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_DRAWN);
    assertThat(drawn.getEntrants()).isEqualTo(10);
    assertThat(drawn.getServerSeed()).isEqualTo(HexFormat.of().formatHex(SEED.toByteArray()));
    List<String> tags =
        engine.rows(EntrantAppender.Row.class).stream()
            .map(EntrantAppender.Row::tag)
            .sorted()
            .toList();
    assertThat(drawn.getEntrantsHash())
        .isEqualTo(sha256((String.join("\n", tags) + "\n").getBytes(StandardCharsets.US_ASCII)));
    List<String> byRank =
        tags.stream()
            .sorted(Comparator.comparing(tag -> rank(drawn.getEntrantsHash(), tag)))
            .toList();
    assertThat(drawn.getWinnersList())
        .extracting(RoomDrawWinner::getTag)
        .isEqualTo(byRank.subList(0, 3));
    assertThat(drawn.getWinnersList())
        .extracting(RoomDrawWinner::getPrizeId)
        .containsExactly("big", "small", "small");
    assertThat(won)
        .extracting(RoomDrawWon::getRoomDrawId, RoomDrawWon::getNumber, RoomDrawWon::getPrizeId)
        .containsExactly(
            tuple("bag", 1L, "big"), tuple("bag", 1L, "small"), tuple("bag", 1L, "small"));
    assertThat(booked).as("nobody else gets anything").isEqualTo(Map.of(100L, 1, 10L, 2, 5L, 2));
    assertThat(moved)
        .last()
        .satisfies(last -> {
          assertThat(last.getEntrants()).isEqualTo(10);
          assertThat(last.getWinners()).isEqualTo(3);
        });
    assertThat(engine.followUps()).isEmpty();
  }

  @Test
  void onlyWhomItIsForEnter() {
    start("members", START);
    assertThat(run("anna", "room", START, liked())).noneMatch(Fact::hasRoomDrawEntered);
    assertThat(part("anna").getProgress()).as("it is kept").isEqualTo(1);
    engine.run(new ViewerKey("shop", "anna"), START, experience());
    assertThat(run("anna", "room", START, liked())).anyMatch(Fact::hasRoomDrawEntered);
    assertThat(run("anna", "room", START.plusSeconds(60), liked()))
        .as("it was open for one minute")
        .noneMatch(Fact::hasRoomDrawEntered);
  }

  @Test
  void whatIsClosedOrFullTakesNobody() {
    start("members", START);
    engine.run(new ViewerKey("shop", "anna"), START, experience());
    RoomDrawPartSlice.Key key =
        RoomDrawPartSlice.Key.of(new RoomDrawKey("shop", "room", 1), new ViewerKey("shop", "anna"));
    engine.states().set(parts, key, new RoomDrawPartSlice.Part(0, true));
    assertThat(run("anna", "room", START, liked())).noneMatch(Fact::hasRoomDrawEntered);
    engine.states().set(parts, key, new RoomDrawPartSlice.Part(12_500, false));
    assertThat(run("anna", "room", START, liked())).noneMatch(Fact::hasRoomDrawEntered);
    engine.states().set(parts, key, new RoomDrawPartSlice.Part(12_499, false));
    assertThat(run("anna", "room", START, liked())).anyMatch(Fact::hasRoomDrawEntered);
    assertThat(engine.states().get(parts, key))
        .isEqualTo(new RoomDrawPartSlice.Part(12_500, false));
  }

  @Test
  void oneOfAKindIsOpenInARoomAndAFewOfAllKinds() {
    start("bag", START);
    refused(
        ErrorReason.ERROR_REASON_ROOM_DRAW_OPEN,
        "room_draw_id: bag is open in the room (expected: one that is not)",
        () -> start("bag", START));
    refused(
        ErrorReason.ERROR_REASON_ROOM_DRAW_NOT_FOUND,
        "room_draw_id: none (expected: a room draw of the program)",
        () -> start("none", START));
    assertThat(start("members", START).getNumber()).isEqualTo(2);
    engine.settle(END);
    assertThat(start("bag", END).getNumber()).isEqualTo(3);

    RoomDrawsSlice rooms = TestPrograms.instance(RoomDrawsSlice.class);
    RoomDrawsOfRoom.Builder full = RoomDrawsOfRoom.newBuilder();
    for (int i = 0; i < 5; i++) {
      full.addOpen(OpenRoomDraw.newBuilder().setRoomDrawId("another" + i).setNumber(i));
    }
    RoomDrawsSlice.Key key = new RoomDrawsSlice.Key("shop", "room");
    engine.states().set(rooms, key, full.build());
    refused(
        ErrorReason.ERROR_REASON_ROOM_DRAW_OPEN,
        "room_id: the room has 5 open (expected: fewer)",
        () -> start("bag", END));
    engine.states().set(rooms, key, full.removeOpen(0).build());
    start("bag", END);
  }

  @Test
  void aWithdrawnDrawShowsItsSeedAndIsWonByNobody() throws Exception {
    start("bag", START);
    start("members", START);
    wave("anna", START);
    wave("anna", START);
    Outcome.Done done =
        engine.run(ROOM, START.plusSeconds(9), new RoomDrawReactor.Withdraw(1, "the wrong prize"));
    RoomDrawView view = WithdrawRoomDrawResponse.parseFrom(done.answer()).getDraw();
    assertThat(view.getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_WITHDRAWN);
    assertThat(view.getEntrants()).isEqualTo(1);
    assertThat(view.getReason()).isEqualTo("the wrong prize");
    assertThat(view.getServerSeed()).isEqualTo(HexFormat.of().formatHex(SEED.toByteArray()));
    assertThat(view.getClosesAt())
        .isEqualTo(Timestamps.fromMillis(START.plusSeconds(9).toEpochMilli()));
    assertThat(record(1).getView()).isEqualTo(view);
    for (int i = 0; i < RoomDrawPartSlice.PARTS; i++) {
      RoomDrawPartSlice.Key part = new RoomDrawPartSlice.Key(new RoomDrawKey("shop", "room", 1), i);
      assertThat(engine.states().get(parts, part).closed()).as("part %d", i).isTrue();
    }
    assertThat(done.roomId()).as("where it is told").isEqualTo("room");
    assertThat(moved).last().extracting(RoomDrawMoved::getState).isEqualTo(view.getState());
    refused(
        ErrorReason.ERROR_REASON_ROOM_DRAW_ENDED,
        "number: 1 has ended (expected: a draw that is open)",
        () -> engine.run(ROOM, START, new RoomDrawReactor.Withdraw(1, "")));
    refused(
        ErrorReason.ERROR_REASON_ROOM_DRAW_NOT_FOUND,
        "number: 7 (expected: the number of a draw of the room)",
        () -> engine.run(ROOM, START, new RoomDrawReactor.Withdraw(7, "")));
    wave("bob", START.plusSeconds(10));
    wave("bob", START.plusSeconds(10));
    engine.settle(END);
    assertThat(won).isEmpty();
    assertThat(record(1).getView()).as("its end changes nothing").isEqualTo(view);
    assertThat(record(2).getView().getState()).isEqualTo(RoomDrawState.ROOM_DRAW_STATE_DRAWN);
    start("bag", START.plusSeconds(11));
  }

  @Test
  void aDrawIsDrawnOnce() {
    start("bag", START);
    wave("anna", START);
    wave("anna", START);
    engine.settle(END);
    RoomDrawRecord drawn = record(1);
    engine.run(ROOM, END, RoomDrawCloses.newBuilder().setNumber(1).build());
    engine.run(ROOM, END, RoomDrawSettles.newBuilder().setNumber(1).build());
    engine.settle(END.plusSeconds(60));
    assertThat(record(1)).isEqualTo(drawn);
    assertThat(booked).isEqualTo(Map.of(100L, 1));
  }

  @Test
  void aDrawGoesByTheRulesThatItBeganWith() {
    start("bag", START);
    engine.setProgram(compile(PROGRAM.replace("threshold: 2", "threshold: 200")));
    wave("anna", START);
    assertThat(wave("anna", START)).anyMatch(Fact::hasRoomDrawEntered);
  }

  @Test
  void aPrizeThatTheBudgetHasNoMoneyForIsWithheld() {
    String poor =
        PROGRAM
            + """
            budgets:
              - {id: day, title: 每日, per: day, points: 50}
            """;
    assertThat(TestPrograms.check(poor).mistakes()).isEmpty();
    engine.setProgram(compile(poor));
    start("bag", START);
    wave("anna", START);
    wave("anna", START);
    engine.settle(END);
    assertThat(won).extracting(RoomDrawWon::getPrizeId).containsExactly("big");
    assertThat(booked).isEmpty();
    assertThat(withheld).isEqualTo(1);
  }

  @Test
  void conditionsOfAllDrawsAreAskedTogether() {
    CompiledRoomDraws all = CompiledRoomDraws.of(compile(PROGRAM));
    assertThat(all.viewerFields(Trigger.TRIGGER_LIKE)).containsExactly("orders");
    assertThat(all.viewerFields(Trigger.TRIGGER_UNSPECIFIED)).containsExactly("orders");
    assertThat(all.viewerFields(Trigger.TRIGGER_CUSTOM)).isEmpty();
  }

  @Test
  void ofTooManyPartsOfAViewerTheOldestGoes() {
    RoomDrawsOfViewer mine = RoomDrawsOfViewer.getDefaultInstance();
    for (int number = 1; number <= 3; number++) {
      mine = OwnParts.with(mine, own("room", number, number), 3, part -> false);
    }
    mine = OwnParts.with(mine, own("room", 1, 9), 3, part -> false);
    mine = OwnParts.with(mine, own("other", 1, 5), 3, part -> false);
    assertThat(mine.getPartsList())
        .containsExactly(own("room", 3, 3), own("room", 1, 9), own("other", 1, 5));
    assertThat(OwnParts.find(mine, new RoomDrawKey("shop", "room", 1)).getProgress()).isEqualTo(9);
    assertThat(OwnParts.find(mine, new RoomDrawKey("shop", "room", 2)))
        .isEqualTo(RoomDrawPart.getDefaultInstance());
  }

  @Test
  void whatHasEnteredStaysWhileItsDrawIsOpen() {
    RoomDrawPart first = own("a", 1, 1).toBuilder().setEntered(true).build();
    RoomDrawPart second = own("b", 1, 1).toBuilder().setEntered(true).build();
    RoomDrawPart third = own("c", 1, 1).toBuilder().setEntered(true).build();
    RoomDrawPart begun = own("d", 1, 1);
    RoomDrawPart another = own("e", 1, 1);
    RoomDrawsOfViewer mine =
        RoomDrawsOfViewer.newBuilder().addAllParts(List.of(first, begun, second, third)).build();
    assertThat(OwnParts.with(mine, another, 4, part -> !part.equals(second)).getPartsList())
        .as("what is over goes first")
        .containsExactly(first, begun, third, another);
    assertThat(OwnParts.with(mine, another, 4, part -> true).getPartsList())
        .as("then what has not entered")
        .containsExactly(first, second, third, another);
    assertThat(OwnParts.with(mine, another, 2, part -> true).getPartsList())
        .as("but nothing that has entered")
        .containsExactly(first, second, third, another);
    assertThat(OwnParts.with(mine, another, 2, part -> false).getPartsList())
        .containsExactly(third, another);
  }

  @Test
  void whoIsInManyDrawsAtOnceEntersEachOnce() {
    int draws = 20;
    for (int i = 0; i < draws; i++) {
      ViewerKey room = ViewerKey.room("shop", "room" + i);
      engine.run(room, START, new RoomDrawReactor.Start("bag", SEED));
    }
    for (int times = 0; times < 3; times++) {
      for (int i = 0; i < draws; i++) {
        String room = "room" + i;
        run("anna", room, START, custom("wave"));
        run("anna", room, START, custom("wave"));
      }
    }
    assertThat(engine.rows(EntrantAppender.Row.class))
        .extracting(row -> row.draw().roomId())
        .hasSize(draws)
        .doesNotHaveDuplicates();
    engine.settle(END);
    start("bag", END);
    wave("anna", END);
    assertThat(engine.states().get(own, new ViewerKey("shop", "anna")).getPartsList())
        .as("of those that are over so many are kept as there is room for")
        .hasSize(16);
  }

  private static RoomDrawPart own(String room, long number, long progress) {
    return RoomDrawPart.newBuilder()
        .setRoomId(room)
        .setNumber(number)
        .setProgress(progress)
        .build();
  }

  private Reactor[] reactors() {
    List<Reactor> reactors = new ArrayList<>(List.of(TestPrograms.reactors()));
    reactors.add(reactions -> {
      reactions.onFact(RoomDrawWon.class, (turn, fact) -> won.add(fact));
      reactions.onFact(RewardWithheld.class, (turn, fact) -> withheld += fact.getTimes());
      reactions.onFact(RoomDrawMoved.class, (turn, fact) -> moved.add(fact));
      reactions.onFact(
          PointsBooked.class, (turn, fact) -> booked.merge(fact.getAmount(), 1, Integer::sum));
    });
    return reactors.toArray(Reactor[]::new);
  }

  private RoomDrawView start(String roomDrawId, Instant at) {
    engine.run(ROOM, at, new RoomDrawReactor.Start(roomDrawId, SEED));
    RoomDrawsOfRoom room =
        engine
            .states()
            .get(
                TestPrograms.instance(RoomDrawsSlice.class),
                new RoomDrawsSlice.Key("shop", "room"));
    return record(room.getDraws()).getView();
  }

  private List<Fact> wave(String viewerId, Instant at) {
    return run(viewerId, "room", at, custom("wave"));
  }

  private List<Fact> run(String viewerId, String roomId, Instant at, Event.Builder event) {
    return engine
        .run(
            new ViewerKey("shop", viewerId),
            roomId,
            "",
            at,
            event
                .setEventId("event")
                .setViewerId(viewerId)
                .setRoomId(roomId)
                .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
                .build())
        .facts();
  }

  private RoomDrawRecord record(long number) {
    return engine.states().get(draws, new RoomDrawKey("shop", "room", number));
  }

  private RoomDrawPart part(String viewerId) {
    return OwnParts.find(
        engine.states().get(own, new ViewerKey("shop", viewerId)),
        new RoomDrawKey("shop", "room", 1));
  }

  private static Event.Builder custom(String name) {
    return Event.newBuilder().setCustom(CustomEvent.newBuilder().setName(name));
  }

  private static Event.Builder liked() {
    return Event.newBuilder().setLiked(Liked.getDefaultInstance());
  }

  private static Fact experience() {
    return Fact.newBuilder()
        .setRewardGiven(
            RewardGiven.newBuilder()
                .setReward(
                    Reward.newBuilder().setExperience(ExperienceReward.newBuilder().setAmount(1))))
        .build();
  }

  private static String rank(String hash, String tag) {
    return Hashing.hmacSha256(SEED.toByteArray())
        .hashString(hash + ":" + tag, StandardCharsets.US_ASCII)
        .toString();
  }

  private static String sha256(byte[] bytes) {
    return Hashing.sha256().hashBytes(bytes).toString();
  }

  private static CompiledProgram compile(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow());
  }

  private static void refused(ErrorReason reason, String message, ThrowingCallable action) {
    assertThatThrownBy(action)
        .hasMessageStartingWith(message)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
