package io.flywheel.level;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ClaimSeasonRewardsRequest;
import io.flywheel.v1.ClaimSeasonRewardsResponse;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetLevelRequest;
import io.flywheel.v1.GetLevelResponse;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.LevelLoss;
import io.flywheel.v1.LevelMovedReason;
import io.flywheel.v1.LevelServiceGrpc;
import io.flywheel.v1.LevelStanding;
import io.flywheel.v1.LevelStep;
import io.flywheel.v1.ListSeasonsRequest;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.SeasonStanding;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Levels as viewers meet them, through a real server; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LevelServiceTest {
  private static final AtomicInteger MERCHANTS = new AtomicInteger();

  private static final String TASKS =
      """
      name: levels
      tasks:
        - id: play
          title: 玩
          trigger: custom
          custom: play
          repeat: true
          tiers: [{threshold: 1, rewards: [{experience: 10}]}]
        - id: buy
          title: 买
          trigger: order
          repeat: true
          tiers: [{threshold: 1, rewards: [{experience: 100}]}]
        - id: members
          title: 会员
          trigger: custom
          custom: play
          repeat: true
          audience: viewer.level >= 2
          tiers: [{threshold: 1, rewards: [{points: 1}]}]
        - id: climb
          title: 升级
          trigger: level_reached
          tiers: [{threshold: 2, rewards: [{points: 1000}]}]
      """;

  private static final String LEVELS =
      """
      levels:
        levels:
          - {id: bronze, title: 青铜, experience: 10, rewards: [{points: 5}]}
          - {id: silver, title: 白银, experience: 30, rewards: [{points: 50}, {privilege: vip}]}
          - {id: gold, title: 黄金, experience: 100, rewards: [{coupon: gold-ten}]}
      """;

  private TestServer server;
  private TestMerchant merchant;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void newMerchant() {
    merchant = new TestMerchant(server, "merchant-" + MERCHANTS.incrementAndGet(), TASKS + LEVELS);
  }

  @Test
  void experienceRaisesALevelWhichGivesItsRewardsInTheSameAction() {
    List<Fact> facts = merchant.report("anna", "play");
    assertThat(facts)
        .filteredOn(Fact::hasLevelMoved)
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getLevelMoved().getLevelId()).isEqualTo("bronze");
          assertThat(fact.getLevelMoved().getNumber()).isEqualTo(1);
          assertThat(fact.getLevelMoved().getFormerNumber()).isZero();
        });
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(5);
    LevelStanding standing = level("anna").getStanding();
    assertThat(standing.getTitle().getZh()).isEqualTo("青铜");
    assertThat(standing.getExperience()).isEqualTo(10);
    assertThat(standing.getNextLevelId()).isEqualTo("silver");
    assertThat(standing.getNextExperience()).isEqualTo(30);
    assertThat(viewer("anna").getLevel()).isEqualTo(standing);
  }

  @Test
  void decayThatAProgramAddsTakesLevelsOfThoseWhoAreAwayAndTellsThemBeforeAndAfter() {
    order("anna", "o1");
    assertThat(level("anna").getStanding().hasNextLoss()).isFalse();
    merchant.apply(TASKS + LEVELS + "  decay: {after: 2d, amount: 80, demotes: true}\n");
    merchant.settle();
    LevelLoss next = level("anna").getStanding().getNextLoss();
    assertThat(next.getExperience()).isEqualTo(80);
    assertThat(next.getTitle().getZh()).isEqualTo("青铜");
    assertThat(Timestamps.toMillis(next.getAt()))
        .isBetween(
            server.clock().instant().plus(Duration.ofDays(2)).toEpochMilli(),
            server.clock().instant().plus(Duration.ofDays(2).plusMinutes(30)).toEpochMilli());
    server.clock().advance(Duration.ofDays(2).plusMinutes(30));
    merchant.settle();
    GetLevelResponse after = level("anna");
    assertThat(after.getStanding().getLevelId()).isEqualTo("bronze");
    assertThat(after.getStanding().getExperience()).isEqualTo(20);
    assertThat(after.getHistory(0).getReason())
        .isEqualTo(LevelMovedReason.LEVEL_MOVED_REASON_DECAYED);
    assertThat(after.getHistory(0).getChangedAt()).isEqualTo(next.getAt());
    assertThat(viewer("anna").getProfile().getPrivilegesList()).isEmpty();
    assertThat(viewer("anna").getProfile().getExperience()).isEqualTo(20);
  }

  @Test
  void everyLevelThatIsPassedAtOnceGivesItsOwnAndCountsForTasks() {
    order("anna", "o1");
    GetLevelResponse level = level("anna");
    assertThat(level.getStanding().getLevelId()).isEqualTo("gold");
    assertThat(level.getStanding().getNextLevelId()).isEmpty();
    assertThat(level.getLadderList()).allMatch(LevelStep::hasReachedAt);
    Viewer viewer = viewer("anna");
    assertThat(viewer.getPoints().getBalance()).isEqualTo(5 + 50 + 1_000);
    assertThat(viewer.getProfile().getPrivilegesList()).containsExactly("vip");
    assertThat(viewer.getGrantsList())
        .anyMatch(grant -> grant.getCause().getLevel().getLevelId().equals("gold"));
  }

  @Test
  void conditionsKnowTheLevelAsItIsNow() {
    for (int i = 0; i < 3; i++) {
      merchant.report("anna", "play");
    }
    // The third raises to the second level, so that the members' task is open for the fourth.
    long before = viewer("anna").getPoints().getBalance();
    merchant.report("anna", "play");
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(before + 1);
    assertThat(viewer("anna").getProfile().getLevel()).isEqualTo(2);
    assertThat(viewer("anna").getProfile().getLevelId()).isEqualTo("silver");
  }

  @Test
  void aRefundLowersTheLevelAndNoLevelIsPaidTwice() {
    order("anna", "o1");
    long paid = viewer("anna").getPoints().getBalance();
    refund("anna", "o1");
    assertThat(level("anna").getStanding().getNumber()).isZero();
    assertThat(level("anna").getLadder(2).hasReachedAt()).as("the history").isTrue();
    order("anna", "o2");
    assertThat(level("anna").getStanding().getLevelId()).isEqualTo("gold");
    assertThat(viewer("anna").getPoints().getBalance()).isLessThanOrEqualTo(paid);
    assertThat(viewer("anna").getGrantsList())
        .filteredOn(grant -> grant.getReward().getCoupon().getCouponId().equals("gold-ten"))
        .hasSize(1);
  }

  @Test
  void aChangedCurveDemotesNobodyAndPaysNoLevelTwice() {
    for (int i = 0; i < 3; i++) {
      merchant.report("anna", "play");
    }
    long before = viewer("anna").getPoints().getBalance();
    apply(
        "harder",
        """
        levels:
          levels:
            - {id: wood, title: 木, experience: 5, rewards: [{points: 7}]}
            - {id: bronze, title: 青铜, experience: 500, rewards: [{points: 5}]}
            - {id: silver, title: 白银, experience: 1000, rewards: [{points: 50}]}
        """);
    LevelStanding kept = level("anna").getStanding();
    assertThat(kept.getLevelId()).isEqualTo("silver");
    assertThat(kept.getNumber()).isEqualTo(3);
    assertThat(kept.getKept()).isTrue();
    merchant.report("anna", "play");
    assertThat(level("anna").getStanding().getLevelId()).isEqualTo("silver");
    // The new lowest level is given once, and so is what the members' task pays.
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(before + 7 + 1);
    merchant.report("ben", "play");
    assertThat(level("ben").getStanding().getLevelId()).isEqualTo("wood");
  }

  @Test
  void aLevelThatIsLeftOutLowersNobodyTwiceAndIsNotReachedAgain() {
    for (int i = 0; i < 3; i++) {
      merchant.report("anna", "play");
    }
    apply(
        "without-silver",
        """
        levels:
          levels:
            - {id: bronze, title: 青铜, experience: 10, rewards: [{points: 5}]}
            - {id: gold, title: 黄金, experience: 100, rewards: [{coupon: gold-ten}]}
        """);
    assertThat(level("anna").getStanding().getLevelId()).isEqualTo("bronze");
    assertThat(merchant.report("anna", "play")).noneMatch(Fact::hasLevelMoved);
    assertThat(level("anna").getStanding().getLevelId()).isEqualTo("bronze");
  }

  @Test
  void aCurveSaysWhatLevelsWithoutNumbersAskFor() {
    apply(
        "curve",
        """
        levels:
          curve: {first_step: 100, growth_percent: 50}
          levels:
            - {id: one, title: 一}
            - {id: two, title: 二}
            - {id: three, title: 三, experience: 1000}
        """);
    assertThat(level("nobody").getLadderList())
        .extracting(LevelStep::getExperience)
        .containsExactly(100L, 250L, 1_000L);
  }

  @Test
  void aProgramWithoutLevelsHasNone() {
    apply("none", "");
    assertRefused("LEVELS_NOT_FOUND", () -> level("anna"));
    assertThat(viewer("anna", "play").hasLevel()).isFalse();
    merchant.report("anna", "play");
    assertThat(viewer("anna").getProfile().getLevel()).isZero();
  }

  @Test
  void aSeasonIsClaimedOnceAndARefundTakesBackWhatTheOrderOpened() {
    merchant.apply(
        TASKS.replace("[{experience: 100}]", "[{experience: 100}, {privilege: pass}]")
            + """
            seasons:
              - id: month
                title: 月赛季
                period: month
                payout: on_claim
                paid_privilege_id: pass
                tiers:
                  - {id: one, experience: 50, rewards: [{points: 3}], paid_rewards: [{points: 40}]}
                  - {id: two, experience: 150, rewards: [{points: 4}], paid_rewards: [{points: 50}]}
            """
            + LEVELS);
    assertRefused("TIER_NOT_REACHED", () -> claim("anna", "claim-0", "month"));
    order("anna", "o1");
    long before = viewer("anna").getPoints().getBalance();
    ClaimSeasonRewardsResponse first = claim("anna", "claim-1", "month");
    assertThat(claim("anna", "claim-1", "month")).isEqualTo(first);
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(before + 43);
    assertRefused("ALREADY_CLAIMED", () -> claim("anna", "claim-2", "month"));
    assertRefused("SEASON_NOT_FOUND", () -> claim("anna", "claim-3", "week"));
    assertThat(season("ben").getExperience()).isZero();

    refund("anna", "o1");
    assertThat(season("anna").getExperience()).isZero();
    assertThat(season("anna").getPaidOpen()).isFalse();
    assertThat(viewer("anna").getPoints().getBalance()).isZero();
    order("anna", "o2");
    assertThat(season("anna").getPaidOpen()).isTrue();
    assertRefused("ALREADY_CLAIMED", () -> claim("anna", "claim-4", "month"));
    order("anna", "o3");
    before = viewer("anna").getPoints().getBalance();
    claim("anna", "claim-5", "month");
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(before + 54);
  }

  private SeasonStanding season(String viewerId) {
    return LevelServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .listSeasons(ListSeasonsRequest.getDefaultInstance())
        .getSeasons(0);
  }

  private ClaimSeasonRewardsResponse claim(String viewerId, String requestId, String seasonId) {
    return LevelServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .claimSeasonRewards(
            ClaimSeasonRewardsRequest.newBuilder()
                .setRequestId(requestId)
                .setSeasonId(seasonId)
                .build());
  }

  private Viewer viewer(String viewerId, String after) {
    merchant.report(viewerId, after);
    return viewer(viewerId);
  }

  private void apply(String requestId, String levels) {
    var unused =
        ProgramServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId(requestId)
                    .setSource(
                        ProgramSource.newBuilder()
                            .setDocument(
                                (levels.isEmpty()
                                        ? TASKS.replace("viewer.level >= 2", "true")
                                        : TASKS)
                                    + levels))
                    .build());
  }

  private void order(String viewerId, String orderId) {
    send(
        event(viewerId, "order-" + orderId)
            .setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(100))
            .build());
  }

  private void refund(String viewerId, String orderId) {
    send(
        event(viewerId, "refund-" + orderId)
            .setRefunded(
                Refunded.newBuilder()
                    .setOrderId(orderId)
                    .setRefundId("refund-" + orderId)
                    .setAmountMinor(100))
            .build());
  }

  private Event.Builder event(String viewerId, String id) {
    return Event.newBuilder()
        .setEventId(id)
        .setViewerId(viewerId)
        .setRoomId("room")
        .setOccurredAt(Timestamps.fromMillis(server.clock().instant().toEpochMilli()));
  }

  private void send(Event event) {
    assertThat(
            EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
                .ingestEvents(IngestEventsRequest.newBuilder().addEvents(event).build())
                .getResults(0)
                .hasError())
        .isFalse();
    merchant.settle();
  }

  private GetLevelResponse level(String viewerId) {
    return LevelServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .getLevel(GetLevelRequest.getDefaultInstance());
  }

  private Viewer viewer(String viewerId) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer();
  }
}
