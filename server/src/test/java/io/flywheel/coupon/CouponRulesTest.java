package io.flywheel.coupon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CheckInCause;
import io.flywheel.v1.CommitCouponResponse;
import io.flywheel.v1.Coupon;
import io.flywheel.v1.CouponCodes;
import io.flywheel.v1.CouponExpiring;
import io.flywheel.v1.CouponMoved;
import io.flywheel.v1.CouponReward;
import io.flywheel.v1.CouponState;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.ReleaseCouponResponse;
import io.flywheel.v1.ReserveCouponResponse;
import io.flywheel.v1.RevokeCouponResponse;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** How coupons are given, used, taken back and end, without a database. */
final class CouponRulesTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant END = NOON.plus(Duration.ofDays(30));
  private static final Duration HOLD = Duration.ofMinutes(15);
  private static final Cause CHECK_IN =
      Cause.newBuilder().setCheckIn(CheckInCause.newBuilder().setStreak(7)).build();

  private final CouponSlice coupons = new CouponSlice();
  private final CouponsSlice states = new CouponsSlice();
  private final PoolSlice pools = new PoolSlice();
  private final CouponKind kind = new CouponKind();
  private final List<String> told = new ArrayList<>();
  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.empty(),
          new ViewerKey("shop", "anna"),
          new CouponReactor(coupons, states, pools, new Codes()),
          this::listen);

  @Test
  void aCouponIsWhatItsGrantSays() {
    give(
        1,
        CouponReward.newBuilder()
            .setCouponId("ten")
            .setTitle(Text.newBuilder().setZh("九折"))
            .setValueMinor(500),
        END);
    assertThat(coupon(1))
        .isEqualTo(
            Coupon.newBuilder()
                .setNumber(1)
                .setViewerId("anna")
                .setCouponId("ten")
                .setTitle(Text.newBuilder().setZh("九折"))
                .setState(CouponState.COUPON_STATE_AVAILABLE)
                .setCause(CHECK_IN)
                .setGrantedAt(time(NOON))
                .setMovedAt(time(NOON))
                .setExpiresAt(time(END))
                .setValueMinor(500)
                .build());
    give(2, CouponReward.newBuilder().setCouponId("bare"));
    assertThat(coupon(2).hasTitle()).isFalse();
    assertThat(coupon(2).hasExpiresAt()).isFalse();
    assertThat(turn.followUps()).hasSize(1);

    turn.run(
        NOON,
        fact(
            GrantIssued.newBuilder()
                .setGrant(
                    Grant.newBuilder()
                        .setGrantNumber(3)
                        .setReward(Reward.newBuilder().setPoints(PointsReward.newBuilder())))));
    assertThat(turn.get(coupons, key(3))).isEqualTo(CouponSlice.NONE);
  }

  @Test
  void aCodeIsMadeOrTheNextOfTheCouponsOwnList() {
    CouponReward.Builder listed =
        CouponReward.newBuilder().setCouponId("shop").setCodes(CouponCodes.COUPON_CODES_IMPORTED);
    give(1, CouponReward.newBuilder().setCouponId("made"));
    give(2, listed.clone());
    give(3, listed.clone());
    give(4, listed.clone().setCouponId("another"));

    assertThat(turn.get(coupons, key(1)).made()).hasSize(16);
    assertThat(turn.get(coupons, key(1)).codeNumber()).isZero();
    assertThat(turn.get(coupons, key(2)).made()).isEmpty();
    assertThat(List.of(codeNumber(2), codeNumber(3), codeNumber(4))).containsExactly(1L, 2L, 1L);
    assertThat(turn.get(pools, new PoolSlice.Key("shop", "shop"))).isEqualTo(2);
    reserve(2, "o", NOON);
    assertThat(codeNumber(2)).as("what becomes of it changes no code").isEqualTo(1);
  }

  @Test
  void codesAreWrittenInGroupsAndReadHoweverTheyAreTyped() {
    Set<Integer> letters = new HashSet<>();
    Codes codes = new Codes();
    for (int i = 0; i < 100; i++) {
      String made = codes.next();
      made.chars().forEach(letters::add);
      String shown = Codes.shown(made);
      assertThat(shown).matches("(.{4}-){3}.{4}");
      assertThat(Codes.plain(shown.toLowerCase(java.util.Locale.ROOT))).isEqualTo(made);
    }
    assertThat(letters).as("32 letters and digits, none easily mistaken").hasSize(32);
    assertThat(letters).doesNotContain((int) 'I', (int) 'L', (int) 'O', (int) 'U');
    assertThat(Codes.plain(" o i\tl-7q ")).isEqualTo("0117Q");
    assertThat(Codes.shown("ABCDE")).isEqualTo("ABCD-E");
  }

  @Test
  void aReservedCouponIsForItsOrderUntilItLapses() {
    give(1, CouponReward.newBuilder().setCouponId("ten").setTitle(Text.newBuilder().setZh("九折")));
    Instant then = NOON.plusSeconds(60);
    List<Fact> facts = reserve(1, "order-1", then);
    Coupon reserved = turn.answer(ReserveCouponResponse.class).getCoupon();
    assertThat(turn.answer(ReserveCouponResponse.class).getFactsList()).isEqualTo(facts);
    assertThat(facts)
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getCouponMoved().getNumber()).isEqualTo(1);
          assertThat(fact.getCouponMoved().getCouponId()).isEqualTo("ten");
          assertThat(fact.getCouponMoved().getState()).isEqualTo(CouponState.COUPON_STATE_RESERVED);
          assertThat(fact.getCouponMoved().getOrderId()).isEqualTo("order-1");
        });
    assertThat(reserved.getState()).isEqualTo(CouponState.COUPON_STATE_RESERVED);
    assertThat(reserved.getOrderId()).isEqualTo("order-1");
    assertThat(reserved.getMovedAt()).isEqualTo(time(then));
    assertThat(reserved.getReservedUntil()).isEqualTo(time(then.plus(HOLD)));
    assertThat(coupon(1)).isEqualTo(reserved);

    String other =
        "number: 1 is reserved for another order until 2026-11-22T12:16:00Z (expected: a coupon"
            + " that can be used for this order)";
    Instant last = then.plus(HOLD).minusMillis(1);
    notUsable(other, () -> reserve(1, "order-2", last));
    notUsable(other, () -> commit(1, "order-2", last));
    notUsable(
        "number: 1 is reserved for another order until 2026-11-22T12:16:00Z (expected: one that is"
            + " reserved or was used for this order)",
        () -> release(1, "order-2", last));

    reserve(1, "order-1", last);
    assertThat(coupon(1).getReservedUntil())
        .as("the same order may hold it longer")
        .isEqualTo(time(last.plus(HOLD)));
    reserve(1, "order-2", last.plus(HOLD));
    assertThat(coupon(1).getOrderId()).as("it has lapsed").isEqualTo("order-2");
  }

  @Test
  void aUsedCouponIsUsedOnceAndGivenBackByItsOrderOnly() {
    give(1, CouponReward.newBuilder().setCouponId("ten"));
    reserve(1, "order-1", NOON);
    List<Fact> facts = commit(1, "order-1", NOON.plusSeconds(5));
    Coupon used = turn.answer(CommitCouponResponse.class).getCoupon();
    assertThat(turn.answer(CommitCouponResponse.class).getFactsList()).isEqualTo(facts);
    assertThat(used.getState()).isEqualTo(CouponState.COUPON_STATE_USED);
    assertThat(used.getOrderId()).isEqualTo("order-1");
    assertThat(used.hasReservedUntil()).isFalse();
    assertThat(used.getMovedAt()).isEqualTo(time(NOON.plusSeconds(5)));
    notUsable(
        "number: 1 was used (expected: a coupon that can be used for this order)",
        () -> commit(1, "order-1", NOON.plus(HOLD)));
    notUsable(
        "number: 1 was used (expected: one that is reserved or was used for this order)",
        () -> release(1, "order-2", NOON.plus(HOLD)));

    facts = release(1, "order-1", NOON.plus(HOLD));
    Coupon free = turn.answer(ReleaseCouponResponse.class).getCoupon();
    assertThat(turn.answer(ReleaseCouponResponse.class).getFactsList()).isEqualTo(facts);
    assertThat(free.getState()).isEqualTo(CouponState.COUPON_STATE_AVAILABLE);
    assertThat(free.getOrderId()).isEmpty();
    assertThat(free.getMovedAt()).isEqualTo(time(NOON.plus(HOLD)));
    assertThat(coupon(1)).isEqualTo(free);
    notUsable(
        "number: 1 is neither reserved nor used (expected: one that is reserved or was used for"
            + " this order)",
        () -> release(1, "order-1", NOON.plus(HOLD)));
    commit(1, "order-3", NOON.plus(HOLD));
    assertThat(coupon(1).getOrderId()).as("without a reservation").isEqualTo("order-3");
  }

  @Test
  void aCouponEndsToTheMillisecondUnlessItIsReserved() {
    give(1, CouponReward.newBuilder().setCouponId("ten"), END);
    give(2, CouponReward.newBuilder().setCouponId("ten"), END);
    reserve(1, "order-1", END.minusMillis(1));
    reserve(2, "order-2", END.minusMillis(1));
    String ended = "number: 1 ended at 2026-12-22T12:00:00Z (expected: a coupon that can be used";
    notUsable(ended, () -> commit(1, "order-1", END.minusMillis(1).plus(HOLD)));
    commit(2, "order-2", END.minusMillis(2).plus(HOLD));
    release(2, "order-2", END.plus(HOLD));
    assertThat(coupon(2).getState()).isEqualTo(CouponState.COUPON_STATE_EXPIRED);
    assertThat(coupon(2).getMovedAt()).isEqualTo(time(END));
    assertThat(coupon(2).getOrderId()).isEmpty();
    assertThat(coupon(2).hasReservedUntil()).isFalse();

    give(3, CouponReward.newBuilder().setCouponId("ten"), END);
    notUsable("number: 3 ended", () -> reserve(3, "order-3", END));
    reserve(3, "order-3", END.minusMillis(1));
  }

  @Test
  void whatIsTakenBackIsTakenFromItsGrantWithItsReason() {
    give(7, CouponReward.newBuilder().setCouponId("ten").setTitle(Text.newBuilder().setZh("九折")));
    reserve(7, "order-1", NOON);
    List<Fact> facts = turn.run(NOON, new CouponReactor.Revoke(7, "a mistake", "ops"));
    assertThat(facts)
        .singleElement()
        .extracting(Fact::getRewardRevoked)
        .isEqualTo(
            RewardRevoked.newBuilder()
                .setPart(
                    Reward.newBuilder()
                        .setCoupon(
                            CouponReward.newBuilder()
                                .setCouponId("ten")
                                .setTitle(Text.newBuilder().setZh("九折"))))
                .setCause(CHECK_IN)
                .setPolicy(RefundPolicy.REFUND_POLICY_WITHIN_BALANCE)
                .setNumber(7)
                .setReason(
                    Cause.newBuilder()
                        .setAdjustment(
                            AdjustmentCause.newBuilder()
                                .setReason("a mistake")
                                .setAdjustedBy("ops")))
                .build());
    RevokeCouponResponse answer = turn.answer(RevokeCouponResponse.class);
    assertThat(answer.getFactsList()).isEqualTo(facts);
    assertThat(answer.getCoupon().getNumber()).isEqualTo(7);

    turn.run(
        NOON.plusSeconds(1), revoked(7, Reward.newBuilder().setPoints(PointsReward.newBuilder())));
    assertThat(coupon(7).getState()).isEqualTo(CouponState.COUPON_STATE_RESERVED);
    facts = turn.run(NOON.plusSeconds(1), revoked(7));
    assertThat(facts.get(0).getCouponMoved().getState())
        .isEqualTo(CouponState.COUPON_STATE_REVOKED);
    assertThat(coupon(7).getState()).isEqualTo(CouponState.COUPON_STATE_REVOKED);
    assertThat(coupon(7).getMovedAt()).isEqualTo(time(NOON.plusSeconds(1)));
    assertThat(coupon(7).getOrderId()).isEmpty();
    assertThat(coupon(7).hasReservedUntil()).isFalse();
    notUsable(
        "number: 7 was taken back (expected: one that was neither used nor taken back)",
        () -> turn.run(NOON, new CouponReactor.Revoke(7, "again", "ops")));
    notUsable("number: 7 was taken back (expected: a coupon", () -> commit(7, "o", NOON));
  }

  @Test
  void whatWasTakenBackByHandIsNotTakenBackAgainByTheOrdersRefund() {
    String program =
        """
        name: coupons
        tasks:
          - id: order
            title: order
            trigger: order
            tiers: [{threshold: 1, rewards: [coupon: ten]}]
        """;
    RecordingTurn service =
        new RecordingTurn(
            TestPrograms.compile(TestPrograms.check(program).orThrow()),
            new ViewerKey("shop", "anna"),
            TestPrograms.reactors());
    Event.Builder event = Event.newBuilder().setViewerId("anna").setOccurredAt(time(NOON));
    Ordered.Builder ordered = Ordered.newBuilder().setOrderId("o1").setAmountMinor(100);
    assertThat(service.run(NOON, event.clone().setEventId("e1").setOrdered(ordered).build()))
        .filteredOn(Fact::hasGrantIssued)
        .hasSize(1);
    assertThat(service.run(NOON, new CouponReactor.Revoke(1, "a mistake", "ops")))
        .filteredOn(Fact::hasGrantRevoked)
        .hasSize(1);
    Refunded.Builder refunded =
        Refunded.newBuilder().setOrderId("o1").setRefundId("r1").setAmountMinor(100);
    assertThat(service.run(NOON, event.clone().setEventId("e2").setRefunded(refunded).build()))
        .as("platforms have been told already")
        .noneMatch(Fact::hasGrantRevoked)
        .anyMatch(Fact::hasOrderRefunded);
  }

  @Test
  void whatWasUsedStaysUsed() {
    give(1, CouponReward.newBuilder().setCouponId("ten"));
    commit(1, "order-1", NOON);
    Coupon used = coupon(1);
    notUsable("number: 1 was used", () -> turn.run(NOON, new CouponReactor.Revoke(1, "", "")));
    assertThat(turn.run(NOON, revoked(1))).isEmpty();
    assertThat(coupon(1)).isEqualTo(used);

    give(2, CouponReward.newBuilder().setCouponId("ten"));
    turn.run(NOON, revoked(2));
    assertThat(coupon(2).getState()).isEqualTo(CouponState.COUPON_STATE_REVOKED);
  }

  @Test
  void nobodyUsesWhatIsNotTheirs() {
    give(1, CouponReward.newBuilder().setCouponId("ten"));
    String none = "number: 2 (expected: the number of one of the viewer's coupons)";
    refused(ErrorReason.ERROR_REASON_COUPON_NOT_FOUND, none, () -> reserve(2, "o", NOON));
    refused(ErrorReason.ERROR_REASON_COUPON_NOT_FOUND, none, () -> commit(2, "o", NOON));
    refused(ErrorReason.ERROR_REASON_COUPON_NOT_FOUND, none, () -> release(2, "o", NOON));
    refused(
        ErrorReason.ERROR_REASON_COUPON_NOT_FOUND,
        none,
        () -> turn.run(NOON, new CouponReactor.Revoke(2, "", "")));
    turn.setViewer(new ViewerKey("shop", "bob"));
    refused(ErrorReason.ERROR_REASON_COUPON_NOT_FOUND, "number: 1 ", () -> reserve(1, "o", NOON));
    assertThat(CouponReactor.notFound(null))
        .hasMessage(
            "code: none of the viewer's (expected: the code of one of the viewer's coupons)");
  }

  @Test
  void guessingComesToAnEndAndBeginsAnewAnHourAfterTheFirst() {
    give(1, CouponReward.newBuilder().setCouponId("ten"));
    for (int i = 0; i < CouponReactor.MAX_GUESSES; i++) {
      guess(NOON.plusSeconds(i));
      assertThat(turn.answer(ReserveCouponResponse.class).hasCoupon()).isFalse();
    }
    Instant again = NOON.plus(CouponReactor.GUESSING);
    String message =
        "code: the viewer gave 10 wrong ones within an hour (expected: fewer; possible at"
            + " 2026-11-22T13:00:00Z)";
    refused(ErrorReason.ERROR_REASON_TOO_MANY_GUESSES, message, () -> guess(again.minusMillis(1)));
    refused(
        ErrorReason.ERROR_REASON_TOO_MANY_GUESSES,
        message,
        () -> reserveByCode(1, again.minusMillis(1)));
    reserve(1, "order", NOON.plusSeconds(60)); // who names a number guesses nothing

    guess(again);
    for (int i = 1; i < CouponReactor.MAX_GUESSES; i++) {
      guess(again.plus(CouponReactor.GUESSING).minusMillis(1));
    }
    refused(
        ErrorReason.ERROR_REASON_TOO_MANY_GUESSES,
        "code: the viewer gave 10 wrong ones within an hour (expected: fewer; possible at"
            + " 2026-11-22T14:00:00Z)",
        () -> guess(again.plus(CouponReactor.GUESSING).minusMillis(1)));
    reserveByCode(1, again.plus(CouponReactor.GUESSING));
  }

  @Test
  void theViewerIsToldBeforeTheEndAndAtItOfWhatCanStillBeUsed() {
    give(1, CouponReward.newBuilder().setCouponId("kept"), END);
    give(2, CouponReward.newBuilder().setCouponId("used"), END);
    give(3, CouponReward.newBuilder().setCouponId("first"), END.minus(Duration.ofDays(3)));
    assertThat(turn.followUps()).singleElement().matches(left -> left.due().equals(day(20)));
    commit(2, "order", NOON);

    assertThat(due(day(20))).containsExactly("3 first expires 2026-12-19T12:00:00Z");
    assertThat(due(day(23))).containsExactly("1 kept expires 2026-12-22T12:00:00Z");
    assertThat(due(day(26))).containsExactly("3 first expires 2026-12-19T12:00:00Z");
    assertThat(due(day(27))).containsExactly("3 first COUPON_STATE_EXPIRED");
    assertThat(due(day(29))).containsExactly("1 kept expires 2026-12-22T12:00:00Z");
    assertThat(due(day(30))).containsExactly("1 kept COUPON_STATE_EXPIRED");
    assertThat(turn.followUps()).as("nothing is left").isEmpty();
    assertThat(turn.get(states)).isEqualTo(CouponsState.getDefaultInstance());
  }

  @Test
  void whatIsGivenBackAfterItsEndWasToldIsWatchedOnlyIfItEndsLater() {
    give(1, CouponReward.newBuilder().setCouponId("kept"), NOON.plusSeconds(60));
    reserve(1, "order", NOON.plusSeconds(59));
    assertThat(due(NOON.plusSeconds(60))).as("it is reserved").isEmpty();
    release(1, "order", NOON.plusSeconds(61));
    assertThat(told).containsExactly("1 kept COUPON_STATE_EXPIRED");
    assertThat(coupon(1).getState()).isEqualTo(CouponState.COUPON_STATE_EXPIRED);
    assertThat(due(NOON.plusSeconds(59).plus(HOLD))).as("it was told").isEmpty();
    assertThat(turn.followUps()).isEmpty();

    give(2, CouponReward.newBuilder().setCouponId("kept"), NOON.plusSeconds(60));
    reserve(2, "order", NOON);
    release(2, "order", NOON.plusSeconds(1));
    assertThat(turn.get(states).getEndingsCount()).as("it is watched once").isEqualTo(1);
    assertThat(turn.followUps()).hasSize(1);
  }

  @Test
  void whatIsReservedBeyondItsEndIsToldToHaveEndedWhenTheReservationLapses() {
    give(1, CouponReward.newBuilder().setCouponId("kept"), NOON.plusSeconds(60));
    reserve(1, "order", NOON.plusSeconds(59));
    assertThat(due(NOON.plusSeconds(60))).as("it can still be used for its order").isEmpty();
    Instant first = NOON.plusSeconds(59).plus(HOLD);
    reserve(1, "order", first.minusSeconds(1));
    assertThat(due(first)).as("it was reserved once more").isEmpty();
    assertThat(due(first.minusSeconds(1).plus(HOLD)))
        .containsExactly("1 kept COUPON_STATE_EXPIRED");
    assertThat(turn.followUps()).isEmpty();
  }

  @Test
  void aRewardSaysWhatItIsAndHowLongItHolds() {
    Reward.Builder bare =
        Reward.newBuilder().setCoupon(CouponReward.newBuilder().setCouponId("ten"));
    assertThat(kind.kind()).isEqualTo(Reward.KindCase.COUPON);
    assertThat(kind.isGranted()).isTrue();
    assertThat(kind.subjectId(bare.build())).isEqualTo("ten");
    assertThat(kind.endsAt(bare.build())).isEmpty();
    kind.fill(bare);
    assertThat(bare.getCoupon().getCodes()).isEqualTo(CouponCodes.COUPON_CODES_MADE);
    bare.getCouponBuilder()
        .setCodes(CouponCodes.COUPON_CODES_IMPORTED)
        .setEndsAt(time(END))
        .setValidFor(Durations.fromDays(3));
    kind.fill(bare);
    assertThat(bare.getCoupon().getCodes()).isEqualTo(CouponCodes.COUPON_CODES_IMPORTED);
    assertThat(kind.endsAt(bare.build())).contains(time(END));
    assertThat(kind.validFor(bare.build())).isEqualTo(Durations.fromDays(3));
  }

  private void give(long number, CouponReward.Builder reward) {
    issue(grant(number, reward));
  }

  private void give(long number, CouponReward.Builder reward, Instant end) {
    issue(grant(number, reward).setExpiresAt(time(end)));
  }

  private void issue(Grant.Builder grant) {
    turn.run(NOON, fact(GrantIssued.newBuilder().setGrant(grant)));
  }

  private static Grant.Builder grant(long number, CouponReward.Builder reward) {
    return Grant.newBuilder()
        .setGrantNumber(number)
        .setReward(Reward.newBuilder().setCoupon(reward))
        .setCause(CHECK_IN)
        .setGrantedAt(time(NOON));
  }

  private List<Fact> reserve(long number, String orderId, Instant at) {
    return turn.run(at, new CouponReactor.Reserve(number, false, orderId, HOLD));
  }

  private void reserveByCode(long number, Instant at) {
    turn.run(at, new CouponReactor.Reserve(number, true, "order", HOLD));
  }

  private void guess(Instant at) {
    turn.run(at, new CouponReactor.Reserve(0, true, "order", HOLD));
  }

  private List<Fact> commit(long number, String orderId, Instant at) {
    return turn.run(at, new CouponReactor.Commit(number, orderId));
  }

  private List<Fact> release(long number, String orderId, Instant at) {
    return turn.run(at, new CouponReactor.Release(number, orderId));
  }

  private void listen(Reactor.Reactions reactions) {
    reactions.onFact(
        CouponExpiring.class,
        (turn, near) ->
            told.add(
                "%d %s expires %s"
                    .formatted(
                        near.getNumber(),
                        near.getCouponId(),
                        Timestamps.toString(near.getExpiresAt()))));
    reactions.onFact(
        CouponMoved.class,
        (turn, moved) ->
            told.add(
                "%d %s %s".formatted(moved.getNumber(), moved.getCouponId(), moved.getState())));
  }

  /** What is told at a time, and not before, for which the timer is set. */
  private List<String> due(Instant at) {
    assertThat(turn.followUps()).singleElement().matches(left -> left.due().equals(at));
    told.clear();
    turn.settle(at.minusMillis(1));
    assertThat(told).isEmpty();
    turn.settle(at);
    return told;
  }

  private Coupon coupon(long number) {
    return turn.get(coupons, key(number)).coupon();
  }

  private long codeNumber(long number) {
    return turn.get(coupons, key(number)).codeNumber();
  }

  private CouponKey key(long number) {
    return new CouponKey(turn.viewer(), number);
  }

  private static Fact revoked(long number) {
    return revoked(number, Reward.newBuilder().setCoupon(CouponReward.newBuilder()));
  }

  private static Fact revoked(long number, Reward.Builder part) {
    return fact(GrantRevoked.newBuilder().setGrantNumber(number).setPart(part));
  }

  private static Fact fact(GrantIssued.Builder issued) {
    return Fact.newBuilder().setGrantIssued(issued).build();
  }

  private static Fact fact(GrantRevoked.Builder revoked) {
    return Fact.newBuilder().setGrantRevoked(revoked).build();
  }

  private static Timestamp time(Instant at) {
    return Timestamps.fromMillis(at.toEpochMilli());
  }

  private static Instant day(int number) {
    return NOON.plus(Duration.ofDays(number));
  }

  private static void notUsable(String message, ThrowingCallable action) {
    refused(ErrorReason.ERROR_REASON_COUPON_NOT_USABLE, message, action);
  }

  private static void refused(ErrorReason reason, String message, ThrowingCallable action) {
    assertThatThrownBy(action)
        .hasMessageStartingWith(message)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
