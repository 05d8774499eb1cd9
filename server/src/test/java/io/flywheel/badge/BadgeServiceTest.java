package io.flywheel.badge;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.BadgeEarned;
import io.flywheel.v1.BadgeHolder;
import io.flywheel.v1.BadgeServiceGrpc;
import io.flywheel.v1.BadgeStanding;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.GiveBadgeRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.ListBadgeHoldersRequest;
import io.flywheel.v1.ListBadgeHoldersResponse;
import io.flywheel.v1.ListBadgesRequest;
import io.flywheel.v1.ListBadgesResponse;
import io.flywheel.v1.RevokeBadgeRequest;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WearBadgeRequest;
import io.flywheel.v1.WornBadge;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Badges as viewers and merchants meet them; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadgeServiceTest {
  private static final AtomicInteger IDS = new AtomicInteger();

  private static final String PROGRAM =
      """
      name: badges
      badges:
        - id: fan
          title: 粉丝
          description: 常来玩
          metric: {trigger: custom, custom: play}
          tiers:
            - {threshold: 2, title: 铜, rewards: [{points: 5}]}
            - {threshold: 4, title: 金, rewards: [{points: 50}]}
        - id: owl
          title: 夜猫子
          description: 深夜还在
          hidden: true
          riddle: 月亮知道
          metric: {trigger: custom, custom: night}
          tiers: [{threshold: 1}]
        - id: loyal
          title: 三日连胜
          metric: {trigger: custom, custom: play}
          counted: days_in_a_row
          tiers: [{threshold: 3}]
        - id: wit
          title: 妙语
          metric: {trigger: custom, custom: comment-liked}
          counted: for_one_thing
          thing: event.custom.attributes["comment"]
          tiers: [{threshold: 3}]
        - id: staff
          title: 店员
      tasks:
        - id: greet
          title: 问好
          trigger: custom
          custom: greet
          tiers: [{threshold: 1, rewards: [{badge: staff}, {badge: guest}]}]
        - id: collector
          title: 收藏家
          trigger: badge_earned
          tiers: [{threshold: 2, rewards: [{points: 1000}]}]
        - id: gold-only
          title: 金粉
          trigger: custom
          custom: vip
          audience: '"fan:4" in viewer.badges'
          tiers: [{threshold: 1, rewards: [{points: 7}]}]
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
    merchant = new TestMerchant(server, "merchant-" + IDS.incrementAndGet(), PROGRAM);
  }

  @Test
  void aTierIsEarnedWhenItsCountIsReachedAndGivesItsRewardsInTheSameAction() {
    assertThat(merchant.report("anna", "play")).noneMatch(Fact::hasBadgeEarned);
    List<Fact> facts = merchant.report("anna", "play");
    assertThat(facts)
        .filteredOn(Fact::hasBadgeEarned)
        .singleElement()
        .satisfies(fact -> {
          BadgeEarned earned = fact.getBadgeEarned();
          assertThat(earned.getBadgeId()).isEqualTo("fan");
          assertThat(earned.getThreshold()).isEqualTo(2);
          assertThat(earned.getTier()).isEqualTo(1);
          assertThat(earned.getTierTitle().getZh()).isEqualTo("铜");
          assertThat(earned.getSilent()).isFalse();
        });
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(5);
    assertThat(viewer("anna").getProfile().getBadgesList()).containsExactly("fan");
    BadgeStanding fan = badge("anna", "fan");
    assertThat(fan.getCount()).isEqualTo(2);
    assertThat(fan.getTiers(0).getHeld()).isTrue();
    assertThat(fan.getTiers(1).getHeld()).isFalse();
  }

  @Test
  void higherTiersAreHeldBesideTheLowestAndConditionsKnowThem() {
    for (int i = 0; i < 4; i++) {
      merchant.report("anna", "play");
    }
    merchant.report("anna", "vip");
    assertThat(viewer("anna").getPoints().getBalance())
        .isEqualTo(5 + 50 + 1000 + 7); // two badge tiers make a collector
    assertThat(viewer("anna").getProfile().getBadgesList()).contains("fan", "fan:4");
  }

  @Test
  void theTimeOfATierIsThatOfTheEventWhoseArrivalCrossedIt() {
    Instant now = server.clock().instant();
    report("anna", "play", now.minus(Duration.ofHours(3)), Map.of());
    report("anna", "play", now.minus(Duration.ofHours(2)), Map.of());
    assertThat(Timestamps.toMillis(badge("anna", "fan").getTiers(0).getEarnedAt()))
        .isEqualTo(now.minus(Duration.ofHours(2)).toEpochMilli());
  }

  @Test
  void ofAHiddenBadgeNothingButTheRiddleIsToldUntilItIsEarned() {
    BadgeStanding before = badges("anna").getBadges(1);
    assertThat(before)
        .isEqualTo(
            BadgeStanding.newBuilder()
                .setHidden(true)
                .setInProgram(true)
                .setRiddle(before.getRiddle())
                .build());
    assertThat(before.getRiddle().getZh()).isEqualTo("月亮知道");
    merchant.report("anna", "night");
    assertThat(badges("anna").getBadges(1).getTitle().getZh()).isEqualTo("夜猫子");
  }

  @Test
  void daysInARowAreCountedWhateverOrderTheyArriveIn() {
    Instant now = server.clock().instant();
    report("anna", "play", now, Map.of());
    report("anna", "play", now.minus(Duration.ofDays(2)), Map.of());
    assertThat(badge("anna", "loyal").getCount()).isEqualTo(1);
    report("anna", "play", now.minus(Duration.ofDays(1)), Map.of());
    assertThat(badge("anna", "loyal").getTiers(0).getHeld()).isTrue();
  }

  @Test
  void whatIsCountedForOneThingDoesNotAddUpOverThings() {
    Instant now = server.clock().instant();
    report("anna", "comment-liked", now, Map.of("comment", "a"));
    report("anna", "comment-liked", now, Map.of("comment", "b"));
    report("anna", "comment-liked", now, Map.of("comment", "a"));
    report("anna", "comment-liked", now, Map.of());
    assertThat(badge("anna", "wit").getCount()).isEqualTo(2);
    assertThat(badge("anna", "wit").getTiers(0).getHeld()).isFalse();
    report("anna", "comment-liked", now, Map.of("comment", "a"));
    assertThat(badge("anna", "wit").getTiers(0).getHeld()).isTrue();
  }

  @Test
  void aBadgeThatIsARewardIsHeldWhetherTheProgramKnowsItOrNot() {
    assertThat(merchant.report("anna", "greet").stream().filter(Fact::hasBadgeEarned)).hasSize(2);
    assertThat(badge("anna", "staff").getTiers(0).getHeld()).isTrue();
    BadgeStanding guest = badge("anna", "guest");
    assertThat(guest.getInProgram()).isFalse();
    assertThat(guest.getTiers(0).hasEarnedAt()).isTrue();
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(1000); // they are collected, too
  }

  @Test
  void aBadgeIsWornInItsHighestTierAndTakenOffWhenItIsRevoked() {
    assertRefused("BADGE_NOT_HELD", () -> wear("anna", "fan"));
    merchant.report("anna", "play");
    merchant.report("anna", "play");
    assertThat(wear("anna", "fan").getTierTitle().getZh()).isEqualTo("铜");
    merchant.report("anna", "play");
    merchant.report("anna", "play");
    WornBadge worn = viewer("anna").getProfile().getShownAs().getBadge();
    assertThat(worn.getTierTitle().getZh()).isEqualTo("金");
    assertThat(badges("anna").getWornBadgeId()).isEqualTo("fan");

    revoke("anna", "fan", "刷的");
    assertThat(viewer("anna").getProfile().getShownAs().hasBadge()).isFalse();
    assertThat(viewer("anna").getProfile().getBadgesList()).isEmpty();
    assertThat(badges("anna").getWornBadgeId()).isEmpty();
  }

  @Test
  void aRevokedBadgeKeepsItsHistoryAndIsNotEarnedAgainButCanBeGivenBack() {
    merchant.report("anna", "play");
    merchant.report("anna", "play");
    revoke("anna", "fan", "刷的");
    assertThat(merchant.report("anna", "play")).noneMatch(Fact::hasBadgeEarned);
    assertThat(holders("fan", false)).isEmpty();
    assertThat(holders("fan", true))
        .singleElement()
        .satisfies(holder -> {
          assertThat(holder.getViewerId()).isEqualTo("anna");
          assertThat(holder.getRevokedReason()).isEqualTo("刷的");
          assertThat(holder.getRevokedBy()).isEqualTo("owner");
          assertThat(holder.hasEarnedAt()).isTrue();
        });
    assertThat(badge("anna", "fan").hasRevokedAt()).isTrue();
    assertRefused("BADGE_NOT_HELD", () -> revoke("anna", "fan", "again"));

    give("anna", "fan");
    assertThat(holders("fan", false)).extracting(BadgeHolder::getViewerId).containsExactly("anna");
    assertThat(badge("anna", "fan").hasRevokedAt()).isFalse();
    assertThat(viewer("anna").getPoints().getBalance()).isEqualTo(5 + 1000); // paid once
  }

  @Test
  void aMerchantGivesBadgesOfTheProgramOnly() {
    assertRefused("BADGE_NOT_FOUND", () -> give("anna", "nobody"));
    give("anna", "staff");
    assertThat(badge("anna", "staff").getTiers(0).getHeld()).isTrue();
  }

  @Test
  void rarityIsUnknownWhileFewViewersAreKnown() {
    merchant.report("v0", "play");
    merchant.report("v0", "play");
    assertThat(badge("v0", "fan").getTiers(0).hasHoldersPerMillion()).isFalse();
    TestMerchant larger = new TestMerchant(server, "larger-" + IDS.incrementAndGet(), PROGRAM);
    for (int i = 0; i < 50; i++) {
      larger.report("v" + i, "play");
    }
    larger.report("v0", "play");
    merchant = larger;
    assertThat(badge("v1", "fan").getTiers(0).getHoldersPerMillion()).isEqualTo(20_000);
    assertThat(badge("v1", "fan").getTiers(0).getHolders()).isEqualTo(1);
  }

  @Test
  void holdersAreListedPageByPage() {
    for (int i = 0; i < 5; i++) {
      give("v" + i, "staff");
    }
    ListBadgeHoldersRequest first =
        ListBadgeHoldersRequest.newBuilder().setBadgeId("staff").setPageSize(3).build();
    ListBadgeHoldersResponse page = asMerchant().listBadgeHolders(first);
    assertThat(page.getHoldersList())
        .extracting(BadgeHolder::getViewerId)
        .containsExactly("v0", "v1", "v2");
    ListBadgeHoldersResponse next =
        asMerchant()
            .listBadgeHolders(first.toBuilder().setPageToken(page.getNextPageToken()).build());
    assertThat(next.getHoldersList())
        .extracting(BadgeHolder::getViewerId)
        .containsExactly("v3", "v4");
    assertThat(next.getNextPageToken()).isEmpty();
  }

  @Test
  void whatWasEarnedStaysWhenThresholdsMoveAndANewRuleCountsAnew() {
    merchant.report("anna", "play");
    merchant.report("anna", "play");
    merchant.apply(PROGRAM.replace("threshold: 2, title: 铜", "threshold: 3, title: 铜"));
    assertThat(viewer("anna").getProfile().getBadgesList()).contains("fan");
    assertThat(merchant.report("anna", "play").stream().filter(Fact::hasBadgeEarned)).hasSize(1);
    merchant.apply(PROGRAM.replace("custom: play}\n    tiers", "custom: other}\n    tiers"));
    assertThat(badge("anna", "fan").getCount()).isZero();
    merchant.apply(PROGRAM);
    assertThat(badge("anna", "fan").getCount()).isEqualTo(3);
  }

  private void report(String viewer, String custom, Instant at, Map<String, String> attributes) {
    assertThat(
            EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
                .ingestEvents(
                    IngestEventsRequest.newBuilder()
                        .addEvents(
                            Event.newBuilder()
                                .setEventId("badge-event-" + IDS.incrementAndGet())
                                .setViewerId(viewer)
                                .setRoomId("room")
                                .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
                                .setCustom(
                                    CustomEvent.newBuilder()
                                        .setName(custom)
                                        .putAllAttributes(attributes)))
                        .build())
                .getAccepted())
        .isEqualTo(1);
  }

  private BadgeServiceGrpc.BadgeServiceBlockingStub asMerchant() {
    return BadgeServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"));
  }

  private List<BadgeHolder> holders(String badge, boolean revoked) {
    return asMerchant()
        .listBadgeHolders(
            ListBadgeHoldersRequest.newBuilder().setBadgeId(badge).setRevoked(revoked).build())
        .getHoldersList();
  }

  private void give(String viewer, String badge) {
    var unused =
        asMerchant()
            .giveBadge(
                GiveBadgeRequest.newBuilder()
                    .setRequestId("give-" + IDS.incrementAndGet())
                    .setViewerId(viewer)
                    .setBadgeId(badge)
                    .setReason("谢谢")
                    .build());
  }

  private void revoke(String viewer, String badge, String reason) {
    var unused =
        asMerchant()
            .revokeBadge(
                RevokeBadgeRequest.newBuilder()
                    .setRequestId("revoke-" + IDS.incrementAndGet())
                    .setViewerId(viewer)
                    .setBadgeId(badge)
                    .setReason(reason)
                    .build());
  }

  private WornBadge wear(String viewer, String badge) {
    return BadgeServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
        .wearBadge(
            WearBadgeRequest.newBuilder()
                .setRequestId("wear-" + IDS.incrementAndGet())
                .setBadgeId(badge)
                .build())
        .getWorn();
  }

  private ListBadgesResponse badges(String viewer) {
    return BadgeServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
        .listBadges(ListBadgesRequest.getDefaultInstance());
  }

  private BadgeStanding badge(String viewer, String badge) {
    return badges(viewer).getBadgesList().stream()
        .filter(standing -> standing.getBadgeId().equals(badge))
        .findFirst()
        .orElseThrow();
  }

  private Viewer viewer(String viewer) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer();
  }
}
