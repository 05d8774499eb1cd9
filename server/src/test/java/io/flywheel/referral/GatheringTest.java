package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Facts;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Gathering;
import io.flywheel.v1.GatheringCause;
import io.flywheel.v1.GatheringMoved;
import io.flywheel.v1.GatheringState;
import io.flywheel.v1.JoinGatheringResponse;
import io.flywheel.v1.LeaveGatheringResponse;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.ShownMember;
import io.flywheel.v1.StartGatheringResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Helping and teams through all of the service's rules, in memory. */
final class GatheringTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final String MERCHANT = "shop";

  private static final String PROGRAM =
      """
      name: gatherings
      referral:
        joins_per_day: 4
        gatherings:
          - {id: help, title: 助力, people: 3, within: 2h, leader: [{points: 500}], others: [{points: 10}], starts: 2}
          - {id: team, title: 拼团, people: 3, within: 2h, starts: 9, price: {points: 100}, leader: [{coupon: team}], others: [{coupon: team}]}
          - {id: fresh, title: 新人助力, people: 2, newcomers_only: true, leader: [{points: 7}]}
      """;

  private final RecordingTurn turn =
      new RecordingTurn(program(), new ViewerKey(MERCHANT, "nobody"), TestPrograms.reactors());
  private Instant at = NOON;
  private List<Fact> latest = List.of();
  private int ids;

  @Test
  void enoughHelpInTimeIsRewardedOnce() {
    String code = start("anna", "help");
    assertThat(join("ben", code).getState()).isEqualTo(GatheringState.GATHERING_STATE_OPEN);
    assertThat(join("ben", code).getMembersCount()).as("a repetition").isEqualTo(2);
    assertThat(points("anna")).isZero();
    assertThat(join("cleo", code).getState()).isEqualTo(GatheringState.GATHERING_STATE_FILLED);
    turn.settle(at.plus(Duration.ofDays(1)));
    assertThat(points("anna")).isEqualTo(500);
    assertThat(points("ben")).isEqualTo(10);
    assertThat(points("cleo")).isEqualTo(10);
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_CLOSED, () -> join("dora", code));
  }

  @Test
  void aTeamThatIsNotFilledInTimeIsPaidBackWhole() {
    give("anna", 150);
    give("ben", 100);
    String code = start("anna", "team");
    join("ben", code);
    assertThat(points("anna")).isEqualTo(50);
    assertThat(points("ben")).isZero();
    assertRefused(ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS, () -> join("poor", code));
    assertThat(row(code).getMemberIdsList()).as("a refusal moves nothing").hasSize(2);
    at = at.plus(Duration.ofHours(3));
    turn.settle(at);
    assertThat(points("anna")).isEqualTo(150);
    assertThat(points("ben")).isEqualTo(100);
    assertThat(row(code).getState()).isEqualTo(GatheringState.GATHERING_STATE_ENDED);
    give("cleo", 100);
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_CLOSED, () -> join("cleo", code));
    assertThat(points("cleo")).isEqualTo(100);
  }

  @Test
  void theLeaderMayLeaveAndTheSecondLeads() {
    for (String one : List.of("anna", "ben", "cleo", "dora")) {
      give(one, 100);
    }
    String code = start("anna", "team");
    join("ben", code);
    leave("anna", code);
    assertThat(points("anna")).isEqualTo(100);
    assertThat(row(code).getMemberIdsList()).containsExactly("ben");
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, () -> join("anna", code));
    join("cleo", code);
    join("dora", code);
    turn.settle(at.plus(Duration.ofDays(1)));
    assertThat(row(code).getState()).isEqualTo(GatheringState.GATHERING_STATE_FILLED);
    assertThat(points("ben") + points("cleo") + points("dora")).as("they have paid").isZero();
    assertThat(points("anna")).isEqualTo(100);
  }

  @Test
  void startsAndJoinsAreBounded() {
    String first = start("anna", "help");
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, () -> start("anna", "help"));
    leave("anna", first);
    start("anna", "help");
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, () -> start("anna", "help"));
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_NOT_FOUND, () -> start("anna", "nothing"));
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_NOT_FOUND, () -> join("anna", "22222222"));
    for (int i = 0; i < 4; i++) {
      join("busy", start("starter" + i, "help"));
    }
    String fifth = start("starter4", "help");
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, () -> join("busy", fifth));
    at = at.plus(Duration.ofDays(1));
    String tomorrow = start("starter5", "help");
    assertThat(join("busy", tomorrow).getMembersCount()).isEqualTo(2);
  }

  @Test
  void onlyNewcomersHelpWhereTheRuleSaysSo() {
    run("old", event("old"));
    at = at.plus(Duration.ofHours(1));
    String code = start("anna", "fresh");
    assertRefused(ErrorReason.ERROR_REASON_NOT_ELIGIBLE, () -> join("old", code));
    join("new", code);
    turn.settle(at);
    assertThat(points("anna")).isEqualTo(7);
  }

  @Test
  void aGatheringIsShownAndToldAsItStands() {
    run("anna", new GatheringReactor.Start("help", "room", ImmutableList.of("CODE2222")));
    Gathering started = turn.answer(StartGatheringResponse.class).getGathering();
    assertThat(started.getCode()).isEqualTo("CODE2222");
    assertThat(started.getRule().getId()).isEqualTo("help");
    assertThat(started.getRoomId()).isEqualTo("room");
    assertThat(started.getStartedAt()).isEqualTo(stamp(NOON));
    assertThat(started.getEndsAt()).isEqualTo(stamp(NOON.plus(Duration.ofHours(2))));
    assertThat(started.getState()).isEqualTo(GatheringState.GATHERING_STATE_OPEN);
    assertThat(started.getMembersList())
        .extracting(ShownMember::getViewerId)
        .containsExactly("anna");
    assertThat(moved())
        .isEqualTo(
            GatheringMoved.newBuilder()
                .setCode("CODE2222")
                .setRuleId("help")
                .setJoined(1)
                .setPeople(3)
                .setState(GatheringState.GATHERING_STATE_OPEN)
                .build());
    join("ben", "CODE2222");
    assertThat(moved().getJoined()).isEqualTo(2);
    assertThat(turn.followUps())
        .as("anna learns of it at once, and both when time runs out")
        .extracting(
            later -> later.target().viewerId() + " " + later.body().getClass().getSimpleName())
        .containsExactlyInAnyOrder(
            "anna GatheringDue", "ben GatheringDue", "anna GatheringChanged");
    join("cleo", "CODE2222");
    assertThat(moved().getState()).isEqualTo(GatheringState.GATHERING_STATE_FILLED);
    assertThat(given().getGathering())
        .isEqualTo(
            GatheringCause.newBuilder()
                .setRuleId("help")
                .setCode("CODE2222")
                .setJoinedAt(stamp(NOON))
                .build());
  }

  @Test
  void aCodeIsGivenOnce() {
    String taken = start("anna", "help");
    run("ben", new GatheringReactor.Start("help", "", ImmutableList.of(taken, "FREE2222")));
    assertThat(row("FREE2222").getMemberIdsList()).containsExactly("ben");
    ServiceException refusal =
        catchThrowableOfType(
            ServiceException.class,
            () -> run("cleo", new GatheringReactor.Start("help", "", ImmutableList.of(taken))));
    assertThat(refusal.reason()).isEqualTo(ErrorReason.ERROR_REASON_OVERLOADED);
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void whoeverLeavesLastEndsIt() {
    give("anna", 100);
    String code = start("anna", "team");
    leave("anna", code);
    assertThat(row(code).getState()).isEqualTo(GatheringState.GATHERING_STATE_ENDED);
    assertThat(turn.answer(LeaveGatheringResponse.class).getGathering().getMembersList()).isEmpty();
    assertThat(points("anna")).isEqualTo(100);
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_NOT_FOUND, () -> leave("anna", code));
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_NOT_FOUND, () -> leave("ben", "22222222"));
    turn.settle(at.plus(Duration.ofDays(1)));
    assertThat(points("anna")).as("once").isEqualTo(100);
  }

  @Test
  void aGatheringIsOpenToTheLastMoment() {
    String code = start("anna", "help");
    at = NOON.plus(Duration.ofHours(2)).minusMillis(1);
    join("ben", code);
    at = NOON.plus(Duration.ofHours(2));
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_CLOSED, () -> join("cleo", code));
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_CLOSED, () -> leave("ben", code));
  }

  @Test
  void whoeverLeadsByNowStartsNoOtherMeanwhile() {
    String code = start("anna", "help");
    join("ben", code);
    String own = start("ben", "help");
    assertThat(own).as("ben leads none yet").isNotEqualTo(code);
    leave("ben", own);
    leave("anna", code);
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, () -> start("ben", "help"));
    assertThat(start("anna", "help")).as("anna leads none any more").isNotEqualTo(code);
  }

  @Test
  void theOldestThatIsDoneGivesWayToTheFiftyFirst() {
    ViewerKey anna = new ViewerKey(MERCHANT, "anna");
    ReferralState.Builder state = ReferralState.newBuilder();
    for (int i = 0; i < 50; i++) {
      state.addGatherings(OwnGathering.newBuilder().setCode("OLD" + i).setSettled(i > 0));
    }
    turn.restore(TestPrograms.instance(ReferralStateSlice.class), anna, state.build());
    String code = start("anna", "help");
    turn.setViewer(anna);
    assertThat(turn.get(TestPrograms.instance(ReferralStateSlice.class)).getGatheringsList())
        .hasSize(50)
        .extracting(OwnGathering::getCode)
        .startsWith("OLD0", "OLD2")
        .endsWith("OLD49", code);
  }

  @Test
  void aDayHasAsManyJoinsAsTheProgramSays() {
    String first = start("starter0", "help");
    join("busy", first);
    for (int i = 1; i < 4; i++) {
      join("busy", start("starter" + i, "help"));
    }
    String fifth = start("starter4", "help");
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, () -> join("busy", fifth));
    assertThat(join("busy", first).getMembersCount()).as("where busy is already").isEqualTo(2);
    at = NOON.plus(Duration.ofDays(1));
    for (int i = 0; i < 4; i++) {
      join("busy", start("later" + i, "help"));
    }
    String ninth = start("later4", "help");
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, () -> join("busy", ninth));
    at = NOON; // by a node whose clock is behind
    assertRefused(ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, () -> join("busy", ninth));
  }

  private GatheringMoved moved() {
    return latest.stream()
        .filter(Fact::hasGatheringMoved)
        .map(Fact::getGatheringMoved)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** What the latest reward is for. */
  private Cause given() {
    return latest.stream()
        .filter(Fact::hasRewardGiven)
        .map(fact -> fact.getRewardGiven().getCause())
        .findFirst()
        .orElseThrow();
  }

  private static com.google.protobuf.Timestamp stamp(Instant at) {
    return Timestamps.fromMillis(at.toEpochMilli());
  }

  @Test
  void whateverHappensPointsArePaidForRewardsOrComeBack() {
    Random random = new Random(11);
    List<String> people = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      people.add("p" + i);
      give("p" + i, 1_000);
    }
    List<String> codes = new ArrayList<>();
    int filled = 0;
    for (int i = 0; i < 400; i++) {
      String person = people.get(random.nextInt(people.size()));
      try {
        switch (random.nextInt(8)) {
          case 0 -> codes.add(start(person, "team"));
          case 1 -> {
            if (!codes.isEmpty()) {
              leave(person, codes.get(random.nextInt(codes.size())));
            }
          }
          case 2 -> {
            at = at.plus(Duration.ofMinutes(random.nextInt(90)));
            turn.settle(at);
          }
          default -> {
            if (!codes.isEmpty()) {
              join(person, codes.get(codes.size() - 1 - random.nextInt(Math.min(3, codes.size()))));
            }
          }
        }
      } catch (ServiceException e) {
        assertThat(e.reason()).isNotEqualTo(ErrorReason.ERROR_REASON_INTERNAL);
      }
    }
    turn.settle(at.plus(Duration.ofDays(1)));
    TreeMap<String, Integer> bought = new TreeMap<>();
    for (String code : codes) {
      GatheringRow row = row(code);
      assertThat(row.getState()).isNotEqualTo(GatheringState.GATHERING_STATE_OPEN);
      if (row.getState() == GatheringState.GATHERING_STATE_FILLED) {
        filled++;
        assertThat(new TreeSet<>(row.getMemberIdsList())).hasSize(3);
        row.getMemberIdsList().forEach(id -> bought.merge(id, 1, Integer::sum));
      }
    }
    assertThat(filled).isPositive();
    for (String person : people) {
      assertThat(points(person))
          .as(person)
          .isEqualTo(1_000 - 100L * bought.getOrDefault(person, 0));
    }
  }

  private static void assertRefused(ErrorReason reason, Runnable call) {
    assertThat(catchThrowableOfType(ServiceException.class, call::run).reason()).isEqualTo(reason);
  }

  private String start(String viewerId, String ruleId) {
    run(
        viewerId,
        new GatheringReactor.Start(ruleId, "", ImmutableList.of("CODE%04d".formatted(++ids))));
    return turn.answer(StartGatheringResponse.class).getGathering().getCode();
  }

  private Gathering join(String viewerId, String code) {
    run(viewerId, new GatheringReactor.Join(code));
    return turn.answer(JoinGatheringResponse.class).getGathering();
  }

  private void leave(String viewerId, String code) {
    run(viewerId, new GatheringReactor.Leave(code));
  }

  private void give(String viewerId, long points) {
    run(
        viewerId,
        Facts.of(
                RewardGiven.newBuilder()
                    .setReward(
                        Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(points)))
                    .setCause(Cause.getDefaultInstance())
                    .build())
            .build());
  }

  private Event event(String viewerId) {
    return Event.newBuilder()
        .setEventId("e" + ++ids)
        .setViewerId(viewerId)
        .setRoomId("room")
        .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
        .setEntered(Entered.getDefaultInstance())
        .build();
  }

  private void run(String viewerId, Object body) {
    turn.setViewer(new ViewerKey(MERCHANT, viewerId));
    latest = turn.run(at, body);
  }

  private GatheringRow row(String code) {
    return turn.get(TestPrograms.instance(GatheringSlice.class), new SharedKey(MERCHANT, code));
  }

  private long points(String viewerId) {
    turn.setViewer(new ViewerKey(MERCHANT, viewerId));
    return turn.profileNow().getPoints();
  }

  private static CompiledProgram program() {
    return TestPrograms.compile(TestPrograms.check(PROGRAM).orThrow());
  }
}
