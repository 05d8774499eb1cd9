package io.flywheel.badge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.AwardBadgeResponse;
import io.flywheel.v1.BadgeAward;
import io.flywheel.v1.BadgeAwardState;
import io.flywheel.v1.BadgeCause;
import io.flywheel.v1.BadgeCount;
import io.flywheel.v1.BadgeEarned;
import io.flywheel.v1.BadgeHolder;
import io.flywheel.v1.BadgeStanding;
import io.flywheel.v1.BadgeTierStanding;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GiveBadgeResponse;
import io.flywheel.v1.Liked;
import io.flywheel.v1.PreviewBadgeResponse;
import io.flywheel.v1.RevokeBadgeResponse;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.Text;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WearBadgeResponse;
import io.flywheel.v1.WindowKind;
import io.flywheel.v1.WornBadge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How badges are earned, given, worn and taken, without a database. */
final class BadgeRulesTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final AdjustmentCause BECAUSE =
      AdjustmentCause.newBuilder().setReason("because").setAdjustedBy("ops").build();

  private static final String PROGRAM =
      """
      name: badges
      time_zone: UTC
      badges:
        - id: fan
          title: 粉丝
          description: 常来
          picture_url: https://pictures.example/fan
          metric: {trigger: custom, custom: play}
          tiers:
            - {threshold: 2, title: 铜, rewards: [{points: 5}]}
            - {threshold: 4, title: 金, rewards: [{points: 50}]}
        - id: liker
          title: 点赞
          metric: {trigger: like, condition: viewer.experience >= 0}
          starts_at: 2026-11-22T12:00:00Z
          ends_at: 2026-11-23T12:00:00Z
          tiers: [{threshold: 3}, {threshold: 10}]
        - id: secret
          title: 夜猫
          hidden: true
          riddle: 月亮知道
          metric: {trigger: custom, custom: night}
          tiers: [{threshold: 1}]
        - {id: daily, title: 每日, metric: {trigger: custom, custom: play}, window: day, tiers: [{threshold: 9}]}
        - {id: show, title: 每场, metric: {trigger: custom, custom: play}, window: broadcast, tiers: [{threshold: 9}]}
        - {id: talker, title: 话多, metric: {trigger: comment, count: distinct_texts}, tiers: [{threshold: 3}]}
        - {id: staff, title: 店员}
      tasks:
        - id: greet
          title: 问好
          trigger: custom
          custom: greet
          tiers: [{threshold: 1, rewards: [{badge: staff}, {badge: guest}, {badge: fan}]}]
        - id: collector
          title: 收藏家
          trigger: badge_earned
          tiers: [{threshold: 2, rewards: [{points: 1000}]}]
      """;

  private final BadgeSlice slice = TestPrograms.instance(BadgeSlice.class);
  private final Badges badges = TestPrograms.instance(Badges.class);
  private final RecordingTurn turn =
      new RecordingTurn(compile(PROGRAM), new ViewerKey("shop", "anna"), TestPrograms.reactors());
  private int events;
  private int runs;

  @Test
  void aTierIsEarnedAtItsCountAndGivesItsRewardsInTheSameAction() {
    assertThat(earned(play(NOON))).isEmpty();
    List<Fact> facts = play(NOON.plusSeconds(5));
    assertThat(earned(facts))
        .containsExactly(
            BadgeEarned.newBuilder()
                .setBadgeId("fan")
                .setThreshold(2)
                .setTier(1)
                .setEarnedAt(time(NOON.plusSeconds(5)))
                .setTitle(text("粉丝"))
                .setTierTitle(text("铜"))
                .setPictureUrl("https://pictures.example/fan")
                .build());
    assertThat(given(facts)).containsExactly("badge fan for fan:2", "points 5 for fan:2");
    assertThat(turn.profileNow().getBadgesList()).containsExactly("fan");
    assertThat(earned(play(NOON))).isEmpty();
    facts = play(NOON);
    assertThat(earned(facts))
        .extracting(BadgeEarned::getThreshold, BadgeEarned::getTier)
        .containsExactly(tuple(4L, 2));
    assertThat(given(facts))
        .containsExactly(
            "badge fan:4 for fan:4", "points 50 for fan:4", "points 1000 for the task collector");
    assertThat(turn.rows(HolderAppender.Row.class))
        .extracting(row -> row.badge().name() + " " + row.earnedMillis())
        .containsExactly(
            "fan:2 " + NOON.plusSeconds(5).toEpochMilli(), "fan:4 " + NOON.toEpochMilli());
    assertThat(turn.rows(HolderAppender.Row.class)).noneMatch(HolderAppender.Row::retroactive);
  }

  @Test
  void tiersThatAreReachedAtOnceAreEarnedInTheirOrder() {
    assertThat(earned(like(NOON, 12)))
        .extracting(BadgeEarned::getThreshold)
        .containsExactly(3L, 10L);
    assertThat(turn.profileNow().getBadgesList()).containsExactly("liker", "liker:10");
  }

  @Test
  void aBadgeIsEarnedFromItsBeginningToItsEnd() {
    assertThat(earned(like(NOON.minusMillis(1), 3))).isEmpty();
    Instant end = NOON.plus(Duration.ofDays(1));
    assertThat(earned(like(end, 3))).isEmpty();
    assertThat(earned(like(end.minusMillis(1), 2))).isEmpty();
    assertThat(earned(like(NOON, 1))).hasSize(1);
  }

  @Test
  void whatElseGivesABadgeGivesItsLowestTierAndItsRewardsOnce() {
    List<Fact> facts = report(NOON, "greet");
    assertThat(earned(facts))
        .extracting(BadgeEarned::getBadgeId, BadgeEarned::getThreshold, BadgeEarned::getTier)
        .containsExactly(tuple("staff", 0L, 0), tuple("guest", 0L, 0), tuple("fan", 2L, 1));
    assertThat(given(facts)).contains("points 5 for fan:2");
    play(NOON);
    facts = play(NOON);
    assertThat(earned(facts)).as("it is held").isEmpty();
    assertThat(given(facts)).isEmpty();
    play(NOON);
    assertThat(earned(play(NOON))).extracting(BadgeEarned::getThreshold).containsExactly(4L);
  }

  @Test
  void theMerchantGivesABadgeOnce() {
    List<Fact> facts = give("fan");
    assertThat(earned(facts))
        .extracting(BadgeEarned::getThreshold, BadgeEarned::getSilent)
        .containsExactly(tuple(2L, false));
    assertThat(turn.answer(GiveBadgeResponse.class).getFactsList()).isEqualTo(facts);
    assertThat(given(facts)).containsExactly("badge fan for because", "points 5 for fan:2");
    assertThat(give("fan")).isEmpty();
    assertThat(turn.hasAnswer()).isFalse();
    refused(
        ErrorReason.ERROR_REASON_BADGE_NOT_FOUND,
        "badge_id: nobody (expected: one of the program's badges: fan, liker, secret, daily, show,"
            + " talker, staff)",
        () -> give("nobody"));
  }

  @Test
  void whatIsTakenIsTakenWithAllItsTiersAndIsNotEarnedAgain() {
    for (int i = 0; i < 4; i++) {
      play(NOON);
    }
    wear("fan");
    List<Fact> facts = turn.run(NOON.plusSeconds(60), new BadgeReactor.Revoke("fan", BECAUSE));
    assertThat(facts).filteredOn(Fact::hasBadgeRevoked).hasSize(1);
    assertThat(facts).last().matches(fact -> fact.getBadgeRevoked().getBadgeId().equals("fan"));
    assertThat(facts)
        .filteredOn(Fact::hasRewardRevoked)
        .extracting(fact -> fact.getRewardRevoked().getPart().getBadge().getBadgeId())
        .containsExactly("fan", "fan:4");
    assertThat(facts.get(0).getRewardRevoked().getReason().getAdjustment()).isEqualTo(BECAUSE);
    assertThat(facts.get(0).getRewardRevoked().getCause().getBadge())
        .isEqualTo(
            BadgeCause.newBuilder()
                .setBadgeId("fan")
                .setThreshold(2)
                .setEarnedAt(time(NOON))
                .build());
    assertThat(turn.answer(RevokeBadgeResponse.class).getFactsList()).isEqualTo(facts);
    assertThat(turn.rows(HolderAppender.Row.class).subList(2, 4))
        .extracting(row ->
            "%s %s %s %s"
                .formatted(
                    row.badge().name(),
                    Instant.ofEpochMilli(row.revokedMillis()),
                    row.revokedBy(),
                    row.revokedReason()))
        .containsExactly(
            "fan:2 2026-11-22T12:01:00Z ops because", "fan:4 2026-11-22T12:01:00Z ops because");
    assertThat(turn.profileNow().getBadgesList()).isEmpty();
    assertThat(turn.profile().getShownAs().hasBadge()).as("it is taken off").isFalse();
    assertThat(badges.worn(turn)).isEmpty();
    assertThat(standing("fan").getRevokedAt()).isEqualTo(time(NOON.plusSeconds(60)));
    refused(
        ErrorReason.ERROR_REASON_BADGE_NOT_HELD,
        "badge_id: fan (expected: a badge that the viewer holds)",
        () -> turn.run(NOON, new BadgeReactor.Revoke("fan", BECAUSE)));

    assertThat(earned(play(NOON))).as("what was had is not earned again").isEmpty();
    facts = give("fan");
    assertThat(earned(facts)).hasSize(1);
    assertThat(given(facts)).as("rewards are given once").containsExactly("badge fan for because");
    assertThat(standing("fan").hasRevokedAt()).isFalse();
  }

  @Test
  void whoTookABadgeIsNotedWithinWhatFits() {
    give("staff");
    turn.run(
        NOON,
        new BadgeReactor.Revoke(
            "staff", BECAUSE.toBuilder().setAdjustedBy("x".repeat(300)).build()));
    assertThat(turn.rows(HolderAppender.Row.class))
        .last()
        .extracting(row -> row.revokedBy().length())
        .isEqualTo(255);
  }

  @Test
  void oneOfTwoBadgesIsTakenAndTheOtherStaysWorn() {
    give("staff");
    give("fan");
    wear("fan");
    turn.run(NOON, new BadgeReactor.Revoke("staff", BECAUSE));
    assertThat(badges.worn(turn)).isEqualTo("fan");
    assertThat(badges.isHeld(turn, "fan")).isTrue();
    assertThat(badges.isHeld(turn, "staff")).isFalse();
  }

  @Test
  void whatWasTakenIsRememberedUpToABound() {
    for (int i = 0; i < 202; i++) {
      give("staff");
      turn.run(NOON.plusSeconds(i), new BadgeReactor.Revoke("staff", BECAUSE));
    }
    assertThat(turn.get(slice).getTiersCount()).isEqualTo(200);
    assertThat(turn.get(slice).getTiers(0).getRevokedMillis())
        .as("the oldest is forgotten")
        .isEqualTo(NOON.plusSeconds(2).toEpochMilli());
  }

  @Test
  void aBadgeThatIsHeldIsWornInItsHighestTier() {
    refused(
        ErrorReason.ERROR_REASON_BADGE_NOT_HELD,
        "badge_id: fan (expected: a badge that the viewer holds)",
        () -> wear("fan"));
    play(NOON);
    play(NOON);
    WornBadge bronze =
        WornBadge.newBuilder()
            .setBadgeId("fan")
            .setThreshold(2)
            .setTitle(text("粉丝"))
            .setTierTitle(text("铜"))
            .setPictureUrl("https://pictures.example/fan")
            .build();
    assertThat(wear("fan").getWorn()).isEqualTo(bronze);
    assertThat(turn.profile().getShownAs().getBadge()).isEqualTo(bronze);
    assertThat(badges.worn(turn)).isEqualTo("fan");
    play(NOON);
    play(NOON);
    assertThat(turn.profile().getShownAs().getBadge())
        .as("a higher tier shows at once")
        .isEqualTo(bronze.toBuilder().setThreshold(4).setTierTitle(text("金")).build());
    like(NOON, 3);
    assertThat(turn.profile().getShownAs().getBadge().getBadgeId()).isEqualTo("fan");
    assertThat(wear("").hasWorn()).isFalse();
    assertThat(turn.profile().getShownAs().hasBadge()).isFalse();
    assertThat(badges.worn(turn)).isEmpty();
    play(NOON);
    assertThat(turn.profile().getShownAs().hasBadge()).isFalse();
  }

  @Test
  void aBadgeThatTheProgramKnowsNothingOfIsWornUnderTheTitleThatItWasGivenWith() {
    report(NOON, "greet");
    assertThat(wear("guest").getWorn())
        .isEqualTo(WornBadge.newBuilder().setBadgeId("guest").build());
    like(NOON, 3);
    turn.setProgram(compile("name: none"));
    assertThat(wear("liker").getWorn())
        .as("the title of its first program")
        .extracting(WornBadge::getThreshold, WornBadge::getTitle)
        .containsExactly(3L, text("点赞"));
  }

  @Test
  void aViewerSeesWhatIsHeldAndHowFarTheRestIs() {
    play(NOON);
    play(NOON.plusSeconds(1));
    play(NOON.plusSeconds(2));
    Rarity.Counts counts =
        new Rarity.Counts(NOON, 50, Map.of(new BadgeId("fan", 2), 3L, new BadgeId("fan", 4), 60L));
    BadgeStanding fan = badges.standings(turn, counts).get(0);
    assertThat(fan.getInProgram()).isTrue();
    assertThat(fan.getBadgeId()).isEqualTo("fan");
    assertThat(fan.getTitle()).isEqualTo(text("粉丝"));
    assertThat(fan.getDescription()).isEqualTo(text("常来"));
    assertThat(fan.getPictureUrl()).isEqualTo("https://pictures.example/fan");
    assertThat(fan.getCount()).isEqualTo(3);
    assertThat(fan.getTiersList())
        .extracting(
            BadgeTierStanding::getThreshold,
            tier -> tier.getTitle().getZh(),
            BadgeTierStanding::getHeld,
            tier -> Timestamps.toString(tier.getEarnedAt()),
            BadgeTierStanding::getHolders,
            BadgeTierStanding::getHoldersPerMillion,
            BadgeTierStanding::getRewardsCount)
        .containsExactly(
            tuple(2L, "铜", true, "2026-11-22T12:00:01Z", 3L, 60_000, 1),
            tuple(4L, "金", false, "1970-01-01T00:00:00Z", 60L, 1_000_000, 1));
    assertThat(badges.standings(turn, new Rarity.Counts(NOON, 49, Map.of())).get(0).getTiers(0))
        .as("of too few viewers no share is told")
        .matches(tier -> !tier.hasHoldersPerMillion() && tier.getHolders() == 0);
    BadgeStanding liker = standing("liker");
    assertThat(liker.getStartsAt()).isEqualTo(time(NOON));
    assertThat(liker.getEndsAt()).isEqualTo(time(NOON.plus(Duration.ofDays(1))));
    BadgeStanding staff = standing("staff");
    assertThat(staff.getTiersList()).singleElement().matches(tier -> !tier.getHeld());
    give("staff");
    assertThat(standing("staff").getTiersList())
        .singleElement()
        .matches(BadgeTierStanding::getHeld);
  }

  @Test
  void aHiddenBadgeShowsItsRiddleUntilItIsHeld() {
    BadgeStanding hidden =
        BadgeStanding.newBuilder()
            .setHidden(true)
            .setInProgram(true)
            .setRiddle(text("月亮知道"))
            .build();
    assertThat(standings()).contains(hidden);
    report(NOON, "night");
    assertThat(standings()).doesNotContain(hidden);
    assertThat(standing("secret").getTitle()).isEqualTo(text("夜猫"));
    assertThat(standing("secret").getHidden()).isTrue();
  }

  @Test
  void badgesThatAreNotInTheProgramAreShownAfterIt() {
    report(NOON, "greet");
    assertThat(standings().subList(7, 8))
        .extracting(BadgeStanding::getBadgeId, BadgeStanding::getInProgram)
        .containsExactly(tuple("guest", false));
    assertThat(standings()).hasSize(8);
    for (int i = 0; i < 4; i++) {
      play(NOON.plusSeconds(9));
    }
    turn.setProgram(compile("name: none"));
    assertThat(standings())
        .extracting(BadgeStanding::getBadgeId)
        .containsExactlyInAnyOrder("staff", "guest", "fan");
    BadgeTierStanding tier = standing("fan").getTiers(0);
    assertThat(tier.getHeld()).isTrue();
    assertThat(tier.getThreshold()).as("the highest").isEqualTo(4);
    assertThat(tier.getEarnedAt()).isEqualTo(time(NOON.plusSeconds(9)));
    assertThat(standing("fan").getTitle()).isEqualTo(text("粉丝"));
    assertThat(standing("guest").hasTitle()).isFalse();
  }

  @Test
  void whatIsCountedIsThatOfTheWindowThatIsOn() {
    play(NOON);
    play(NOON.plusSeconds(1));
    assertThat(List.of(standing("daily").getCount(), standing("show").getCount()))
        .containsExactly(2L, 2L);
    play(NOON.plus(Duration.ofDays(1)));
    assertThat(standing("daily").getCount()).isEqualTo(1);
    assertThat(standing("show").getCount()).as("the latest broadcast").isEqualTo(1);
    turn.setAt(NOON.plus(Duration.ofDays(2)));
    assertThat(standing("daily").getCount()).isZero();
    assertThat(standing("fan").getCount()).isEqualTo(3);
    assertThat(standing("staff").getCount()).isZero();
  }

  @Test
  void countsByAnotherRuleBeginAnewAndComeBackWithIt() {
    play(NOON);
    String stricter =
        PROGRAM.replaceFirst("custom: play}", "custom: play, condition: 'viewer.orders > 0'}");
    turn.setProgram(compile(stricter));
    assertThat(standing("fan").getCount()).isZero();
    play(NOON);
    assertThat(standing("fan").getCount()).isZero();
    turn.setProgram(compile(PROGRAM.replace("粉丝", "铁粉")));
    assertThat(standing("fan").getCount()).as("another title is the same rule").isEqualTo(1);
    assertThat(earned(play(NOON))).hasSize(1);
  }

  @Test
  void ofABadgesRulesTheLatestFourAreKept() {
    CompiledBadge fan = CompiledBadges.of(turn).require("fan");
    BadgeState state = BadgeState.getDefaultInstance();
    for (int rule = 1; rule <= 6; rule++) {
      state =
          BadgeStates.with(state, BadgeTally.newBuilder().setBadgeId("fan").setRule(rule).build());
      state = BadgeStates.with(state, BadgeTally.newBuilder().setBadgeId("other").build());
    }
    state =
        BadgeStates.with(
            state, BadgeTally.newBuilder().setBadgeId("fan").setRule(4).setLatestMillis(9).build());
    assertThat(state.getTalliesList())
        .extracting(tally -> tally.getBadgeId() + " " + tally.getRule())
        .containsExactly("fan 3", "fan 5", "fan 6", "other 0", "fan 4");
    assertThat(BadgeStates.tally(state, fan))
        .isEqualTo(BadgeTally.newBuilder().setBadgeId("fan").setRule(fan.rule()).build());
  }

  @Test
  void whatWasDoneBeforeIsAddedAndEarnsWithTheTimesThatWereRead() {
    play(NOON);
    BadgeTally before = tally("fan", 2, NOON.minusSeconds(60));
    Instant crossed = NOON.minusSeconds(99);
    List<Fact> facts =
        award("fan", before, ImmutableMap.of(2L, crossed.toEpochMilli()), false, true);
    assertThat(earned(facts))
        .extracting(
            BadgeEarned::getThreshold,
            earned -> Timestamps.toString(earned.getEarnedAt()),
            BadgeEarned::getRetroactive,
            BadgeEarned::getSilent)
        .containsExactly(tuple(2L, "2026-11-22T11:58:21Z", true, true));
    assertThat(turn.answer(BadgeAward.class).getSamplesList())
        .containsExactly(
            BadgeHolder.newBuilder().setThreshold(2).setEarnedAt(time(crossed)).build());
    assertThat(standing("fan").getCount()).isEqualTo(3);
    assertThat(turn.rows(HolderAppender.Row.class)).allMatch(HolderAppender.Row::retroactive);
    assertThat(earned(play(NOON)))
        .extracting(BadgeEarned::getThreshold, BadgeEarned::getRetroactive)
        .containsExactly(tuple(4L, false));
  }

  @Test
  void whatTogetherCrossesIsReadOnForAndElseEarnedWhenItWasCountedLast() {
    play(NOON);
    BadgeTally before = tally("fan", 1, NOON.minusSeconds(60));
    refused(
        ErrorReason.ERROR_REASON_OVERLOADED,
        "",
        () -> award("fan", before, ImmutableMap.of(), true, false));
    assertThat(standing("fan").getCount()).as("nothing changed").isEqualTo(1);
    List<Fact> facts = award("fan", before, ImmutableMap.of(), false, false);
    assertThat(earned(facts))
        .extracting(earned -> Timestamps.toString(earned.getEarnedAt()), BadgeEarned::getSilent)
        .containsExactly(tuple("2026-11-22T12:00:00Z", false));
  }

  @Test
  void whatWasEarnedLiveWasEarnedEarlierWithWhatCameBefore() {
    play(NOON);
    play(NOON);
    long crossed = NOON.minusSeconds(30).toEpochMilli();
    BadgeTally nothing = BadgeTally.getDefaultInstance();
    List<Fact> facts = award("fan", nothing, ImmutableMap.of(2L, crossed), true, true);
    assertThat(facts).isEmpty();
    assertThat(turn.get(slice).getTiers(0).getEarnedMillis()).isEqualTo(crossed);
    assertThat(turn.rows(HolderAppender.Row.class))
        .last()
        .matches(row -> row.earnedMillis() == crossed && row.retroactive());
    award("fan", nothing, ImmutableMap.of(2L, crossed + 1), true, true);
    assertThat(turn.get(slice).getTiers(0).getEarnedMillis()).isEqualTo(crossed);
    award("fan", nothing, ImmutableMap.of(), true, true);
    assertThat(turn.rows(HolderAppender.Row.class)).hasSize(2);
    assertThat(award("staff", nothing, ImmutableMap.of(), true, true)).isEmpty();
  }

  @Test
  void aRunIsBegunOnceAndTheNextGoesOnFromIt() {
    AwardSlice runs = TestPrograms.instance(AwardSlice.class);
    BadgeAward first = begin("fan", "first", false);
    assertThat(first)
        .isEqualTo(
            BadgeAward.newBuilder()
                .setAwardId("first")
                .setState(BadgeAwardState.BADGE_AWARD_STATE_WAITING)
                .setBegunAt(time(NOON))
                .setProgramVersion(1)
                .build());
    AwardKey key = new AwardKey("shop", "fan", false);
    AwardSlice.Run run = turn.get(runs, key);
    assertThat(run.done()).isFalse();
    assertThat(run.ordered().getAnnounce()).isTrue();
    assertThat(run.ordered().getFromVersion()).isZero();
    assertThat(run.ordered().getRule()).isEqualTo(CompiledBadges.of(turn).require("fan").rule());
    assertThat(begin("fan", "second", false)).as("it is under way").isEqualTo(first);
    assertThat(begin("fan", "look", true).getAwardId())
        .as("a preview is another")
        .isEqualTo("look");

    turn.restore(runs, key, ended(run, BadgeAwardState.BADGE_AWARD_STATE_DONE));
    turn.setProgram(TestPrograms.all().compile(3, TestPrograms.check(PROGRAM).orThrow()));
    assertThat(begin("fan", "third", false).getAwardId()).isEqualTo("third");
    AwardSlice.Run third = turn.get(runs, key);
    assertThat(third.ordered().getFromVersion()).as("the first added up to there").isEqualTo(1);
    assertThat(third.ordered().getProgramVersion()).isEqualTo(3);

    turn.restore(runs, key, ended(third, BadgeAwardState.BADGE_AWARD_STATE_FAILED));
    begin("fan", "fourth", false);
    assertThat(turn.get(runs, key).ordered().getFromVersion()).as("nothing new").isEqualTo(1);
    turn.restore(runs, key, ended(third, BadgeAwardState.BADGE_AWARD_STATE_DONE));
    turn.setProgram(
        compile(PROGRAM.replaceFirst("custom: play}", "custom: play, condition: 'true'}")));
    begin("fan", "fifth", false);
    assertThat(turn.get(runs, key).ordered().getFromVersion()).as("another rule").isZero();
  }

  @Test
  void whatTheJournalDoesNotKeepIsNotAwarded() {
    refused(
        ErrorReason.ERROR_REASON_BADGE_NOT_RETROACTIVE,
        "badge_id: staff (expected: a badge with a metric that looks at no texts, for the journal"
            + " keeps none)",
        () -> begin("staff", "id", false));
    refused(
        ErrorReason.ERROR_REASON_BADGE_NOT_RETROACTIVE,
        "badge_id: talker",
        () -> begin("talker", "id", false));
    turn.setProgram(
        compile(
            """
            name: texts
            badges:
              - {id: loud, title: L, metric: {trigger: comment, condition: 'event.commented.text.size() > 3'}, tiers: [{threshold: 1}]}
              - {id: thing, title: T, metric: {trigger: comment}, counted: for_one_thing, thing: event.commented.text, tiers: [{threshold: 1}]}
            """));
    refused(
        ErrorReason.ERROR_REASON_BADGE_NOT_RETROACTIVE,
        "badge_id: loud",
        () -> begin("loud", "id", false));
    refused(
        ErrorReason.ERROR_REASON_BADGE_NOT_RETROACTIVE,
        "badge_id: thing",
        () -> begin("thing", "id", false));
  }

  @Test
  void whatIsNotSaidOfABadgeIsFilledIn() {
    turn.setProgram(
        compile(
            """
            name: defaults
            badges:
              - {id: plain, title: P, metric: {trigger: watch}, tiers: [{threshold: 1m}]}
              - {id: row, title: R, metric: {trigger: watch}, counted: days_in_a_row, tiers: [{threshold: 3}]}
              - {id: given, title: G}
            """));
    CompiledBadges all = CompiledBadges.of(turn);
    CompiledBadge plain = all.require("plain");
    assertThat(plain.counted()).isEqualTo(BadgeCount.BADGE_COUNT_IN_ALL);
    assertThat(plain.badge().getMetric().getCount()).isEqualTo(CountBy.COUNT_BY_SECONDS);
    assertThat(plain.window().kind()).isEqualTo(WindowKind.WINDOW_KIND_ONCE);
    assertThat(plain.tiers().get(0).getThreshold()).isEqualTo(60);
    assertThat(all.require("row").badge().getMetric().getCount()).isEqualTo(CountBy.COUNT_BY_TIMES);
    assertThat(all.require("given").counter()).isNull();
    assertThat(all.require("given").badge().hasMetric()).isFalse();
    assertThat(all.require("given").lowest()).isZero();
  }

  @Test
  void badgesThatContradictThemselvesAreRefused() {
    String times = "starts_at: 2026-11-22T12:00:00Z, ends_at: 2026-11-22T12:00:00Z";
    assertThat(mistakes("metric: {trigger: like}"))
        .containsExactly("tiers: none (expected: 1 to 10 elements; something is counted)");
    assertThat(mistakes("metric: {trigger: like}, tiers: [3, 3, 5]"))
        .containsExactly("tiers[1].threshold: 3 (expected: more than the tier before, 3)");
    assertThat(mistakes("metric: {trigger: like}, tiers: [3], " + times))
        .containsExactly(
            "ends_at: 2026-11-22T12:00:00Z (expected: a time after starts_at,"
                + " 2026-11-22T12:00:00Z)");
    assertThat(
            mistakes("metric: {trigger: like}, tiers: [3], window: {kind: custom, " + times + "}"))
        .containsExactly(
            "window.ends_at: 2026-11-22T12:00:00Z (expected: a time after starts_at,"
                + " 2026-11-22T12:00:00Z)");
    assertThat(mistakes("metric: {trigger: like}, tiers: [3], window: {kind: day, " + times + "}"))
        .containsExactly(
            "window.starts_at: given (expected: nothing; it is only for the window custom)",
            "window.ends_at: given (expected: nothing; it is only for the window custom)");
    assertThat(mistakes("metric: {trigger: like}, tiers: [3], window: custom"))
        .containsExactly(
            "window.starts_at: missing (expected: a time; the window is custom)",
            "window.ends_at: missing (expected: a time; the window is custom)");
    assertThat(mistakes("metric: {trigger: like}, tiers: [3], thing: event.room_id"))
        .containsExactly("thing: given (expected: nothing; it is only for counted: for_one_thing)");
    String row = "metric: {trigger: like}, counted: days_in_a_row, tiers: [3], window: ";
    assertThat(mistakes(row + "day"))
        .containsExactly(
            "window: day (expected: once, week or custom; days in a row are of several days)");
    assertThat(mistakes(row + "broadcast")).hasSize(1);
    assertThat(mistakes(row + "week")).isEmpty();
    String texts = "metric: {trigger: comment, count: distinct_texts}, tiers: ";
    assertThat(mistakes(texts + "[1001]"))
        .containsExactly(
            "tiers[0].threshold: 1,001 (expected: at most 1,000; so many are told apart)");
    assertThat(mistakes(texts + "[1000]")).isEmpty();
    assertThat(mistakes("metric: {trigger: click, count: distinct_keys}, tiers: [1001]"))
        .hasSize(1);
    assertThat(mistakes("metric: {trigger: like}, tiers: [1001]")).isEmpty();
    assertThat(
            mistakes("metric: {trigger: watch}, counted: days_in_a_row, tiers: [{threshold: 1m}]"))
        .singleElement()
        .asString()
        .contains("durations are for badges that count seconds of watch time");
    assertThat(
            mistakes(
                "tiers: [1], counted: in_all, thing: event.room_id, window: day,"
                    + " starts_at: 2026-11-22T12:00:00Z, ends_at: 2026-11-23T12:00:00Z"))
        .filteredOn(mistake -> mistake.endsWith("(expected: nothing; the badge has no metric)"))
        .extracting(mistake -> mistake.substring(0, mistake.indexOf(':')))
        .containsExactlyInAnyOrder("tiers", "counted", "thing", "window", "starts_at", "ends_at");
  }

  private static List<String> mistakes(String badge) {
    return TestPrograms.check("name: b\nbadges:\n  - {id: a, title: A, " + badge + "}")
        .mistakes()
        .stream()
        .map(mistake -> mistake.getPath().replace("badges[0].", "") + ": " + mistake.getMessage())
        .toList();
  }

  @Test
  void aNameStandsForABadgeOrOneOfItsTiers() {
    assertThat(BadgeId.of("fan")).isEqualTo(new BadgeId("fan", 0));
    assertThat(BadgeId.of("fan:100")).isEqualTo(new BadgeId("fan", 100));
    assertThat(BadgeId.of("fan:0")).isEqualTo(new BadgeId("fan:0", 0));
    assertThat(BadgeId.of("fan:x")).isEqualTo(new BadgeId("fan:x", 0));
    assertThat(BadgeId.of(":5")).isEqualTo(new BadgeId(":5", 0));
    assertThat(BadgeId.of("a:b:1")).isEqualTo(new BadgeId("a:b", 1));
    assertThat(new BadgeId("fan", 0).name()).isEqualTo("fan");
    assertThat(new BadgeId("fan", 100).name()).isEqualTo("fan:100");
  }

  @Test
  void conditionsThatAskNothingLetNothingBeAsked() {
    CompiledBadges all = CompiledBadges.of(turn);
    assertThat(all.viewerFields(Trigger.TRIGGER_LIKE)).containsExactly("experience");
    assertThat(all.viewerFields(Trigger.TRIGGER_UNSPECIFIED)).containsExactly("experience");
    assertThat(all.viewerFields(Trigger.TRIGGER_CUSTOM)).isEmpty();
  }

  private List<Fact> play(Instant at) {
    return report(at, "play");
  }

  private List<Fact> report(Instant at, String custom) {
    return run(at, event(at).setCustom(CustomEvent.newBuilder().setName(custom)));
  }

  private List<Fact> like(Instant at, int count) {
    return run(at, event(at).setLiked(Liked.newBuilder().setCount(count)));
  }

  private List<Fact> run(Instant at, Event.Builder event) {
    return turn.run(at, event.build());
  }

  private Event.Builder event(Instant at) {
    return Event.newBuilder()
        .setEventId("e" + ++events)
        .setViewerId("anna")
        .setRoomId("room")
        .setOccurredAt(time(at));
  }

  private List<Fact> give(String badgeId) {
    return turn.run(NOON, new BadgeReactor.Give(badgeId, BECAUSE));
  }

  private WearBadgeResponse wear(String badgeId) {
    turn.run(NOON, new BadgeReactor.Wear(badgeId));
    return turn.hasAnswer()
        ? turn.answer(WearBadgeResponse.class)
        : WearBadgeResponse.getDefaultInstance();
  }

  private List<Fact> award(
      String badgeId,
      BadgeTally added,
      ImmutableMap<Long, Long> crossed,
      boolean mayKnowMore,
      boolean silent) {
    CompiledBadge badge = CompiledBadges.of(turn).require(badgeId);
    return turn.run(
        NOON, new BadgeReactor.Award(badge, ++runs, added, crossed, mayKnowMore, silent));
  }

  private BadgeTally tally(String badgeId, int times, Instant at) {
    return BadgeTally.newBuilder()
        .setBadgeId(badgeId)
        .setRule(CompiledBadges.of(turn).require(badgeId).rule())
        .setLatestMillis(at.toEpochMilli())
        .addWindows(BadgeWindow.newBuilder().setName("once").setCount(times))
        .build();
  }

  private BadgeAward begin(String badgeId, String awardId, boolean preview) {
    turn.setViewer(ViewerKey.merchant("shop"));
    try {
      turn.run(NOON, new AwardReactor.Begin(badgeId, awardId, preview, true));
    } finally {
      turn.setViewer(new ViewerKey("shop", "anna"));
    }
    return preview
        ? turn.answer(PreviewBadgeResponse.class).getPreview()
        : turn.answer(AwardBadgeResponse.class).getAward();
  }

  private static AwardSlice.Run ended(AwardSlice.Run run, BadgeAwardState state) {
    BadgeAward shown = AwardReactor.shown(run).toBuilder().setState(state).build();
    return new AwardSlice.Run(
        run.ordered(), run.progress().toBuilder().setShown(shown.toByteString()).build(), true);
  }

  private List<BadgeStanding> standings() {
    return badges.standings(turn, new Rarity.Counts(NOON, 0, Map.of()));
  }

  private BadgeStanding standing(String badgeId) {
    return standings().stream()
        .filter(standing -> standing.getBadgeId().equals(badgeId))
        .findFirst()
        .orElseThrow();
  }

  private static List<BadgeEarned> earned(List<Fact> facts) {
    return facts.stream().filter(Fact::hasBadgeEarned).map(Fact::getBadgeEarned).toList();
  }

  /** What was given, by what. */
  private static List<String> given(List<Fact> facts) {
    List<String> given = new ArrayList<>();
    for (Fact fact : facts) {
      if (fact.hasRewardGiven()) {
        given.add(words(fact.getRewardGiven()));
      }
    }
    return given;
  }

  private static String words(RewardGiven given) {
    String what =
        given.getReward().hasBadge()
            ? "badge " + given.getReward().getBadge().getBadgeId()
            : "points " + given.getReward().getPoints().getAmount();
    String why =
        switch (given.getCause().getWhatCase()) {
          case BADGE ->
              given.getCause().getBadge().getBadgeId()
                  + ":"
                  + given.getCause().getBadge().getThreshold();
          case ADJUSTMENT -> given.getCause().getAdjustment().getReason();
          default -> "the task " + given.getCause().getTask().getTaskId();
        };
    return what + " for " + why;
  }

  private static CompiledProgram compile(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow());
  }

  private static Text text(String zh) {
    return Text.newBuilder().setZh(zh).build();
  }

  private static Timestamp time(Instant at) {
    return Timestamps.fromMillis(at.toEpochMilli());
  }

  private static void refused(ErrorReason reason, String message, ThrowingCallable action) {
    assertThatThrownBy(action)
        .hasMessageStartingWith(message)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
