package io.flywheel.mall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CancelRedemptionResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ExperienceReward;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ItemState;
import io.flywheel.v1.MallItemView;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsPrice;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Price;
import io.flywheel.v1.RedeemItemResponse;
import io.flywheel.v1.Redemption;
import io.flywheel.v1.RedemptionState;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What can be redeemed, when, for what, and what becomes of it, without a database. */
final class MallRulesTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");

  private static final String PROGRAM =
      """
      name: mall
      time_zone: UTC
      mall:
        items:
          - {id: a, title: A, price: {points: 10}, rewards: [freeze: 1], limit: {count: 2, per: day}}
          - {id: b, title: B, price: {points: 1}, rewards: [freeze: 1], cooldown: 1h}
          - {id: c, title: C, price: {points: 1}, rewards: [freeze: 1], limit: {count: 1, per: week}}
          - {id: d, title: D, price: {points: 5}, rewards: [points: 2], limit: {count: 1}}
          - id: mug
            title: Mug
            price: {points: 30}
            member_prices:
              - {audience: viewer.experience >= 9, price: {points: 3}}
              - {audience: viewer.experience > 0, price: {points: 20}}
            stock: 2
            limit: {count: 2, per: day}
            fulfill_within: 2d
            viewer_may_cancel: true
            delivery_fields:
              - {name: address, label: Address, max_length: 10}
              - {name: note, label: Note, optional: true}
          - id: poster
            title: Poster
            price: {points: 1}
          - id: spring
            title: Spring
            price: {points: 1}
            rewards: [freeze: 1]
            sale_starts_at: 2026-03-03T00:00:00Z
            sale_ends_at: 2026-03-04T00:00:00Z
          - {id: vip, title: VIP, price: {points: 1}, rewards: [freeze: 1], audience: viewer.experience >= 9}
      """;

  private static final Map<String, String> ADDRESS = Map.of("address", "Lane 1");

  private final MallViews views = TestPrograms.instance(MallViews.class);
  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.all().compile(1, TestPrograms.check(PROGRAM).orThrow()),
          viewer("ann"),
          TestPrograms.reactors());

  MallRulesTest() {
    give("ann", 200, START.minusSeconds(60));
    give("bob", 200, START.minusSeconds(60));
    turn.setViewer(viewer("ann"));
  }

  @Test
  void anItemWithRewardsIsPaidAndGivenAtOnce() {
    List<Fact> facts = redeem("d", START);
    assertThat(facts.stream().map(Fact::getWhatCase).map(Enum::name))
        .containsSubsequence(
            "PRICE_CHARGED", "REDEMPTION_MOVED", "REWARD_GIVEN", "POINTS_BOOKED", "POINTS_BOOKED");
    assertThat(booked(facts)).containsExactly(-5L, 2L);
    Redemption redemption = turn.answer(RedeemItemResponse.class).getRedemption();
    assertThat(redemption.getRedemptionId()).isEqualTo("1");
    assertThat(redemption.getState()).isEqualTo(RedemptionState.REDEMPTION_STATE_FULFILLED);
    assertThat(redemption.hasFulfillBy()).isFalse();
    assertThat(redemption.getRedeemedAt()).isEqualTo(Timestamps.fromMillis(START.toEpochMilli()));
    assertThat(redemption.getItem().getId()).isEqualTo("d");
    assertThat(redemption.getViewerId()).isEqualTo("ann");
    facts.stream()
        .filter(Fact::hasRewardGiven)
        .forEach(fact ->
            assertThat(fact.getRewardGiven().getCause().getRedemption().getRedemptionId())
                .isEqualTo("1"));
    assertThat(turn.followUps()).isEmpty();
    assertThat(turn.answer(RedeemItemResponse.class).getFactsList()).isEqualTo(facts);
  }

  @Test
  void aLimitHoldsForItsStretchOfTimeAndEachItemHasItsOwn() {
    redeem("a", START);
    assertThat(view("a", START).getAllowed()).isEqualTo(1);
    redeem("a", START.plusSeconds(1));
    assertThat(view("a", START.plusSeconds(2)).getAllowed()).isZero();
    Instant midnight = Instant.parse("2026-03-03T00:00:00Z");
    refused(
        ErrorReason.ERROR_REASON_ITEM_LIMIT_REACHED,
        "item_id: a (expected: at most 2; possible at 2026-03-03T00:00:00Z)",
        () -> redeem("a", midnight.minusMillis(1)));
    assertThat(view("a", midnight.minusMillis(1)).getState())
        .isEqualTo(ItemState.ITEM_STATE_LIMIT_REACHED);
    assertThat(view("a", midnight.minusMillis(1)).getPossibleAt())
        .isEqualTo(Timestamps.fromMillis(midnight.toEpochMilli()));
    assertThat(view("a", midnight).getAllowed()).isEqualTo(2);
    redeem("a", midnight);
    redeem("c", START);
    refused(ErrorReason.ERROR_REASON_ITEM_LIMIT_REACHED, "item_id: c", () -> redeem("c", midnight));
    redeem("c", Instant.parse("2026-03-09T00:00:00Z"));
    redeem("d", START);
    refused(
        ErrorReason.ERROR_REASON_ITEM_LIMIT_REACHED,
        "item_id: d (expected: at most 1)",
        () -> redeem("d", Instant.parse("2027-03-09T00:00:00Z")));
    assertThat(view("d", START).hasPossibleAt()).isFalse();
    assertThat(view("b", START).hasAllowed()).isFalse();
  }

  @Test
  void anItemRestsBetweenTwoTimes() {
    redeem("b", START);
    Instant rested = START.plus(Duration.ofHours(1));
    refused(
        ErrorReason.ERROR_REASON_ITEM_LIMIT_REACHED,
        "item_id: b (expected: 3600s after the last time; possible at 2026-03-02T13:00:00Z)",
        () -> redeem("b", rested.minusMillis(1)));
    assertThat(view("b", rested.minusMillis(1)).getState())
        .isEqualTo(ItemState.ITEM_STATE_COOLING_DOWN);
    redeem("b", rested);
    // What comes with an earlier time does not shorten the rest.
    assertThat(view("b", rested.plusSeconds(3_599)).getState())
        .isEqualTo(ItemState.ITEM_STATE_COOLING_DOWN);
    assertThat(view("b", rested.plusSeconds(3_600)).getState())
        .isEqualTo(ItemState.ITEM_STATE_AVAILABLE);
  }

  @Test
  void aSaleBeginsAndEndsWhenItSays() {
    Instant begins = Instant.parse("2026-03-03T00:00:00Z");
    Instant ends = Instant.parse("2026-03-04T00:00:00Z");
    refused(
        ErrorReason.ERROR_REASON_NOT_ON_SALE,
        "item_id: spring (expected: an item whose sale is on; possible at 2026-03-03T00:00:00Z)",
        () -> redeem("spring", begins.minusMillis(1)));
    assertThat(view("spring", begins.minusMillis(1)).getState())
        .isEqualTo(ItemState.ITEM_STATE_COMING_SOON);
    redeem("spring", begins);
    redeem("spring", ends.minusMillis(1));
    refused(
        ErrorReason.ERROR_REASON_NOT_ON_SALE,
        "item_id: spring (expected: an item whose sale is on)",
        () -> redeem("spring", ends));
    assertThat(view("spring", ends).getState()).isEqualTo(ItemState.ITEM_STATE_ENDED);
  }

  @Test
  void anItemForSomeIsRefusedToOthersAndMembersPayTheFirstPriceThatIsTheirs() {
    refused(
        ErrorReason.ERROR_REASON_NOT_ELIGIBLE,
        "item_id: vip (expected: an item that is for the viewer)",
        () -> redeem("vip", START));
    assertThat(view("vip", START).getState()).isEqualTo(ItemState.ITEM_STATE_NOT_ELIGIBLE);
    assertThat(view("mug", START).getPrice()).isEqualTo(points(30));
    experience(1);
    assertThat(view("mug", START).getPrice()).isEqualTo(points(20));
    experience(8);
    assertThat(view("mug", START).getPrice()).isEqualTo(points(3));
    redeem("vip", START);
    assertThat(booked(turn.run(START, redeem("mug", points(3), ADDRESS)))).containsExactly(-3L);
  }

  @Test
  void thePriceThatWasShownIsThePriceThatIsPaid() {
    refused(
        ErrorReason.ERROR_REASON_PRICE_CHANGED,
        "expected_price",
        () -> turn.run(START, redeem("a", points(9), Map.of())));
    turn.run(START, redeem("a", points(10), Map.of()));
    refused(ErrorReason.ERROR_REASON_ITEM_NOT_FOUND, "item_id: z", () -> redeem("z", START));
    assertThat(turn.get(TestPrograms.instance(MallStateSlice.class), viewer("ann")).getItemsList())
        .hasSize(1);
  }

  @Test
  void aDeliveredItemWaitsForTheMerchantAndPiecesRunOut() {
    turn.run(START, redeem("mug", null, Map.of("address", " Lane 1 ", "note", "")));
    Redemption redemption = turn.answer(RedeemItemResponse.class).getRedemption();
    assertThat(redemption.getState()).isEqualTo(RedemptionState.REDEMPTION_STATE_RESERVED);
    assertThat(redemption.getDeliveryMap()).as("answers are stored, and addresses not").isEmpty();
    assertThat(turn.rows(DeliveryAppender.Row.class))
        .containsExactly(new DeliveryAppender.Row(new RedemptionKey(viewer("ann"), 1), ADDRESS));
    Instant due = START.plus(Duration.ofDays(2));
    assertThat(redemption.getFulfillBy()).isEqualTo(Timestamps.fromMillis(due.toEpochMilli()));
    assertThat(turn.followUps())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.due()).isEqualTo(due);
          assertThat(left.target()).isEqualTo(viewer("ann"));
        });
    assertThat(view("mug", START).getLeft()).isEqualTo(1);
    turn.setViewer(viewer("bob"));
    turn.run(START, redeem("mug", null, ADDRESS));
    assertThat(view("mug", START).getLeft()).isZero();
    assertThat(view("mug", START).getState()).isEqualTo(ItemState.ITEM_STATE_SOLD_OUT);
    refused(
        ErrorReason.ERROR_REASON_SOLD_OUT,
        "item_id: mug (expected: an item of which some are left)",
        () -> turn.run(START, redeem("mug", null, ADDRESS)));
    // The poster needs no address, and nothing is kept of it.
    turn.run(START, redeem("poster", null, Map.of()));
    assertThat(turn.rows(DeliveryAppender.Row.class)).hasSize(2);
    assertThat(turn.answer(RedeemItemResponse.class).getRedemption().getFulfillBy())
        .isEqualTo(Timestamps.fromMillis(START.plus(Duration.ofDays(14)).toEpochMilli()));
  }

  @Test
  void aDeliveryIsWhatTheItemAsksFor() {
    invalid("delivery.colour", Map.of("address", "Lane 1", "colour", "red"));
    invalid("delivery.address", Map.of());
    invalid("delivery.address", Map.of("address", "  "));
    invalid("delivery.address", Map.of("address", "12345678901"));
    invalid("delivery.note", Map.of("address", "Lane 1", "note", "n".repeat(201)));
    turn.run(START, redeem("mug", null, Map.of("address", "1234567890", "note", "n".repeat(200))));
  }

  @Test
  void whatIsCancelledGivesBackPricePieceAndTurnOnce() {
    turn.run(START, redeem("mug", null, ADDRESS));
    List<Fact> facts = move(1, RedemptionState.REDEMPTION_STATE_CANCELLED, "ann", true);
    assertThat(booked(facts)).containsExactly(30L);
    assertThat(facts.stream().filter(Fact::hasRedemptionMoved))
        .singleElement()
        .satisfies(fact ->
            assertThat(fact.getRedemptionMoved().getState())
                .isEqualTo(RedemptionState.REDEMPTION_STATE_CANCELLED));
    Redemption redemption = turn.answer(CancelRedemptionResponse.class).getRedemption();
    assertThat(redemption.getReason()).isEqualTo("why");
    assertThat(redemption.getReference()).isEqualTo("ref");
    assertThat(turn.answer(CancelRedemptionResponse.class).getFactsList()).isEqualTo(facts);
    assertThat(view("mug", START).getLeft()).isEqualTo(2);
    assertThat(view("mug", START).getAllowed()).isEqualTo(2);
    refused(
        ErrorReason.ERROR_REASON_REDEMPTION_ENDED,
        "redemption_id: 1 is cancelled",
        () -> move(1, RedemptionState.REDEMPTION_STATE_FULFILLED, "ann", false));
    turn.settle(START.plus(Duration.ofDays(9)));
    assertThat(view("mug", START).getLeft()).as("given back once").isEqualTo(2);
  }

  @Test
  void whatIsCancelledOnAnotherDayDoesNotWidenTheLimitOfThatDay() {
    turn.run(START, redeem("mug", null, ADDRESS));
    Instant tomorrow = START.plus(Duration.ofDays(1));
    turn.run(tomorrow, redeem("mug", null, ADDRESS));
    turn.run(
        tomorrow,
        new MallReactor.Move(1, RedemptionState.REDEMPTION_STATE_CANCELLED, "", "", false));
    assertThat(view("mug", tomorrow).getAllowed()).isEqualTo(1);
    assertThat(view("mug", tomorrow).getLeft()).isEqualTo(1);
  }

  @Test
  void whatIsFulfilledGivesNothingBack() {
    turn.run(START, redeem("mug", null, ADDRESS));
    List<Fact> facts = move(1, RedemptionState.REDEMPTION_STATE_FULFILLED, "ann", false);
    assertThat(booked(facts)).isEmpty();
    assertThat(view("mug", START).getLeft()).isEqualTo(1);
    turn.settle(START.plus(Duration.ofDays(9)));
    assertThat(redemption(1).getState()).isEqualTo(RedemptionState.REDEMPTION_STATE_FULFILLED);
    refused(
        ErrorReason.ERROR_REASON_REDEMPTION_ENDED,
        "redemption_id: 1 is fulfilled",
        () -> move(1, RedemptionState.REDEMPTION_STATE_CANCELLED, "ann", true));
  }

  @Test
  void whatTheMerchantDoesNotFulfilInTimeExpiresAndIsGivenBack() {
    turn.run(START, redeem("mug", null, ADDRESS));
    turn.settle(START.plus(Duration.ofDays(2)).minusMillis(1));
    assertThat(redemption(1).getState()).isEqualTo(RedemptionState.REDEMPTION_STATE_RESERVED);
    turn.settle(START.plus(Duration.ofDays(2)));
    assertThat(redemption(1).getState()).isEqualTo(RedemptionState.REDEMPTION_STATE_EXPIRED);
    assertThat(view("mug", START).getLeft()).isEqualTo(2);
    refused(
        ErrorReason.ERROR_REASON_REDEMPTION_ENDED,
        "redemption_id: 1 is expired",
        () -> move(1, RedemptionState.REDEMPTION_STATE_CANCELLED, "ann", true));
  }

  @Test
  void viewersCancelOnlyWhatTheyMay() {
    turn.run(START, redeem("poster", null, Map.of()));
    refused(
        ErrorReason.ERROR_REASON_REDEMPTION_ENDED,
        "an item that viewers may cancel",
        () -> move(1, RedemptionState.REDEMPTION_STATE_CANCELLED, "ann", true));
    move(1, RedemptionState.REDEMPTION_STATE_CANCELLED, "ann", false);
    refused(
        ErrorReason.ERROR_REASON_REDEMPTION_NOT_FOUND,
        "redemption_id: 7",
        () -> move(7, RedemptionState.REDEMPTION_STATE_CANCELLED, "ann", false));
  }

  @Test
  void allItemsAreShownInTheProgramsOrder() {
    turn.setAt(START);
    assertThat(views.all(turn).stream().map(view -> view.getItem().getId()))
        .containsExactly("a", "b", "c", "d", "mug", "poster", "spring", "vip");
    assertThat(views.all(turn).getFirst().hasLeft()).isFalse();
    assertThat(views.all(turn).getFirst().hasPossibleAt()).isFalse();
    refused(ErrorReason.ERROR_REASON_ITEM_NOT_FOUND, "item_id: z", () -> view("z", START));
  }

  private List<Fact> redeem(String item, Instant at) {
    return turn.run(at, redeem(item, null, Map.of()));
  }

  private static MallReactor.Redeem redeem(
      String item, @Nullable Price expected, Map<String, String> delivery) {
    return new MallReactor.Redeem(item, expected, delivery);
  }

  private List<Fact> move(long number, RedemptionState to, String viewer, boolean byViewer) {
    turn.setViewer(viewer(viewer));
    return turn.run(START, new MallReactor.Move(number, to, "ref", "why", byViewer));
  }

  private MallItemView view(String item, Instant at) {
    turn.setAt(at);
    return views.one(turn, item);
  }

  private Redemption redemption(long number) {
    return turn.get(
        TestPrograms.instance(RedemptionSlice.class), new RedemptionKey(viewer("ann"), number));
  }

  private void give(String viewer, long points, Instant at) {
    turn.setViewer(viewer(viewer));
    turn.run(
        at,
        Fact.newBuilder()
            .setRewardGiven(
                RewardGiven.newBuilder()
                    .setReward(
                        Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(points))))
            .build());
  }

  private void experience(long amount) {
    turn.run(
        START,
        Fact.newBuilder()
            .setRewardGiven(
                RewardGiven.newBuilder()
                    .setReward(
                        Reward.newBuilder()
                            .setExperience(ExperienceReward.newBuilder().setAmount(amount))))
            .build());
  }

  private void invalid(String field, Map<String, String> delivery) {
    refused(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        field + ": ",
        () -> turn.run(START, redeem("mug", null, delivery)));
  }

  private static void refused(ErrorReason reason, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  private static List<Long> booked(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasPointsBooked)
        .map(Fact::getPointsBooked)
        .map(booked ->
            booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_SPENT
                ? -booked.getAmount()
                : booked.getAmount())
        .toList();
  }

  private static Price points(long amount) {
    return Price.newBuilder().setPoints(PointsPrice.newBuilder().setAmount(amount)).build();
  }

  private static ViewerKey viewer(String id) {
    return new ViewerKey("shop", id);
  }
}
