package io.flywheel.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.BadgeReward;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CouponReward;
import io.flywheel.v1.ExperienceReward;
import io.flywheel.v1.Fact;
import io.flywheel.v1.FreezeReward;
import io.flywheel.v1.Grant;
import io.flywheel.v1.MakeUpCardReward;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.PrivilegeReward;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.TaskCause;
import io.flywheel.v1.TicketReward;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class GrantReactorTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Cause TASK =
      Cause.newBuilder().setTask(TaskCause.newBuilder().setTaskId("watch")).build();

  private final GrantSlice grants = TestPrograms.instance(GrantSlice.class);
  private final PrivilegeSlice privileges = TestPrograms.instance(PrivilegeSlice.class);
  private RecordingTurn turn = fresh();

  @Test
  void everyRewardButPointsIsGranted() {
    List<Reward> rewards =
        List.of(
            Reward.newBuilder().setExperience(ExperienceReward.newBuilder().setAmount(5)).build(),
            Reward.newBuilder().setCoupon(CouponReward.newBuilder().setCouponId("ten")).build(),
            Reward.newBuilder().setBadge(BadgeReward.newBuilder().setBadgeId("bird")).build(),
            Reward.newBuilder()
                .setPrivilege(PrivilegeReward.newBuilder().setPrivilegeId("vip"))
                .build(),
            Reward.newBuilder().setTicket(TicketReward.newBuilder().setLotteryId("may")).build(),
            Reward.newBuilder().setMakeUpCard(MakeUpCardReward.newBuilder().setCount(1)).build(),
            Reward.newBuilder().setFreeze(FreezeReward.newBuilder().setCount(2)).build());
    for (int i = 0; i < rewards.size(); i++) {
      List<Fact> facts = turn.run(NOON, given(rewards.get(i)));
      assertThat(facts).hasSize(1);
      Grant grant = facts.get(0).getGrantIssued().getGrant();
      assertThat(grant.getGrantNumber()).isEqualTo(i + 1);
      assertThat(grant.getReward()).isEqualTo(rewards.get(i));
      assertThat(grant.getCause()).isEqualTo(TASK);
      assertThat(grant.getGrantedAt()).isEqualTo(Timestamps.fromMillis(NOON.toEpochMilli()));
      assertThat(grant.hasExpiresAt()).isFalse();
    }
    assertThat(turn.rows(GrantAppender.Row.class)).hasSize(rewards.size());
    Reward points = Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(1)).build();
    assertThat(turn.run(NOON, given(points))).isEmpty();
  }

  @Test
  void aBadgeIsGrantedOnce() {
    Reward badge =
        Reward.newBuilder().setBadge(BadgeReward.newBuilder().setBadgeId("bird")).build();
    assertThat(turn.run(NOON, given(badge))).hasSize(1);
    assertThat(turn.run(NOON, given(badge))).isEmpty();
    assertThat(turn.profileNow().getBadgesList()).containsExactly("bird");
    assertThat(turn.rows(GrantAppender.Row.class)).hasSize(1);
  }

  @Test
  void aGrantEndsWhenItsRewardSays() {
    Reward privilege =
        Reward.newBuilder()
            .setPrivilege(
                PrivilegeReward.newBuilder()
                    .setPrivilegeId("vip")
                    .setValidFor(Durations.fromDays(30)))
            .build();
    Grant grant = turn.run(NOON, given(privilege)).get(0).getGrantIssued().getGrant();
    assertThat(Timestamps.between(grant.getGrantedAt(), grant.getExpiresAt()))
        .isEqualTo(Durations.fromDays(30));
  }

  @Test
  void aPrivilegeThatHasEndedIsNotHeld() {
    turn.run(NOON, given(vip(1)));
    turn.run(NOON, given(vip(30)));

    turn.setAt(NOON.plus(Duration.ofDays(30)).minusMillis(1));
    assertThat(turn.profileNow().getPrivilegesList()).containsExactly("vip");
    turn.setAt(NOON.plus(Duration.ofDays(30)));
    assertThat(turn.profileNow().getPrivilegesList()).isEmpty();
  }

  @Test
  void aPrivilegeWithoutAnEndIsHeldForGood() {
    turn.run(NOON, given(vip(0)));

    turn.setAt(NOON.plus(Duration.ofDays(4_000)));
    assertThat(turn.profileNow().getPrivilegesList()).containsExactly("vip");
  }

  /** What is kept beside the grants is looked for unless it is known that there is nothing. */
  @Test
  void grantsArePlainUntilMoreIsToldOfThem() {
    Reward experience =
        Reward.newBuilder().setExperience(ExperienceReward.newBuilder().setAmount(5)).build();
    turn.run(NOON, given(experience));
    assertThat(turn.get(grants).getPlain()).isTrue();
    turn.run(NOON, given(vip(1)));
    assertThat(turn.get(grants).getPlain()).as("one is a privilege").isFalse();
    turn.run(NOON, given(experience));
    assertThat(turn.get(grants).getPlain()).as("one still is").isFalse();

    turn = fresh();
    turn.run(NOON, given(experience));
    turn.run(NOON, takenBack(1, experience));
    assertThat(turn.get(grants).getPlain()).as("one was taken back").isFalse();
    turn.run(NOON, given(experience));
    assertThat(turn.get(grants).getPlain()).as("one still is").isFalse();

    turn = fresh();
    turn.restore(grants, turn.viewer(), GrantState.newBuilder().setGrants(1).build());
    turn.run(NOON, given(experience));
    assertThat(turn.get(grants).getPlain()).as("more may be told of an earlier one").isFalse();
  }

  private RecordingTurn fresh() {
    return new RecordingTurn(
        TestPrograms.empty(),
        new ViewerKey("shop", "anna"),
        new GrantReactor(
            TestPrograms.rewardKinds(),
            grants,
            new GrantProfile(grants),
            privileges,
            new GrantAppender(),
            new RevocationAppender()));
  }

  /** Whatever is granted and taken back, a privilege is held as long as some grant of it lasts. */
  @Property(tries = 200, seed = "20261129")
  void aPrivilegeIsHeldWhileSomeGrantOfItLasts(@ForAll long seed) {
    turn = fresh();
    Random random = new Random(seed);
    List<String> ids = List.of("vip", "core-fan", "early");
    List<Instant> ends = new ArrayList<>();
    List<String> granted = new ArrayList<>();
    Instant now = NOON;
    for (int i = 0; i < 40; i++) {
      now = now.plusMillis(random.nextLong(Duration.ofDays(4).toMillis()));
      if (random.nextInt(4) == 0 && !granted.isEmpty()) {
        int taken = random.nextInt(granted.size());
        turn.run(now, takenBack(taken + 1, privilege(granted.get(taken), 0)));
        ends.set(taken, ends.get(taken).isBefore(now) ? ends.get(taken) : now);
      } else {
        String id = ids.get(random.nextInt(ids.size()));
        int days = random.nextInt(20);
        turn.run(now, given(privilege(id, days)));
        granted.add(id);
        ends.add(days == 0 ? Instant.MAX : now.plus(Duration.ofDays(days)));
      }
      Instant asked = now.plusMillis(random.nextLong(Duration.ofDays(30).toMillis()));
      turn.setAt(asked);
      assertThat(turn.profileNow().getPrivilegesList())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, granted.size())
                  .filter(grant -> asked.isBefore(ends.get(grant)))
                  .mapToObj(granted::get)
                  .collect(Collectors.toSet()));
    }
  }

  private static Fact takenBack(int grantNumber, Reward part) {
    return Fact.newBuilder()
        .setRewardRevoked(
            RewardRevoked.newBuilder()
                .setPart(part)
                .setNumber(grantNumber)
                .setCause(TASK)
                .setReason(TASK))
        .build();
  }

  private static Reward vip(int days) {
    return privilege("vip", days);
  }

  /** A privilege; for 0 days: for good. */
  private static Reward privilege(String id, int days) {
    PrivilegeReward.Builder privilege = PrivilegeReward.newBuilder().setPrivilegeId(id);
    if (days > 0) {
      privilege.setValidFor(Durations.fromDays(days));
    }
    return Reward.newBuilder().setPrivilege(privilege).build();
  }

  private static Fact given(Reward reward) {
    return Fact.newBuilder()
        .setRewardGiven(RewardGiven.newBuilder().setReward(reward).setCause(TASK))
        .build();
  }
}
