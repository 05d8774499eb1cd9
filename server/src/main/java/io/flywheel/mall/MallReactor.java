package io.flywheel.mall;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.Budgets;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.CancelRedemptionResponse;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.MallItem;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.PriceRefunded;
import io.flywheel.v1.RedeemItemResponse;
import io.flywheel.v1.Redemption;
import io.flywheel.v1.RedemptionCause;
import io.flywheel.v1.RedemptionMoved;
import io.flywheel.v1.RedemptionState;
import io.flywheel.v1.Reward;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of the mall. Thread-safe. */
final class MallReactor implements Reactor {
  /**
   * A viewer redeems an item.
   *
   * @param expectedPrice what the viewer was shown; null: any price is taken
   * @param delivery by the names of the item's fields
   */
  record Redeem(String itemId, @Nullable Price expectedPrice, Map<String, String> delivery) {}

  /**
   * What becomes of a redemption that waits for the merchant.
   *
   * @param to fulfilled, or cancelled
   * @param byViewer whether the viewer asks for it, who may cancel where the item allows it
   */
  record Move(long number, RedemptionState to, String reference, String reason, boolean byViewer) {}

  private final MallStateSlice states;
  private final StockSlice stock;
  private final RedemptionSlice redemptions;
  private final DeliveryAppender deliveries;

  @Inject
  MallReactor(
      MallStateSlice states,
      StockSlice stock,
      RedemptionSlice redemptions,
      DeliveryAppender deliveries) {
    this.states = states;
    this.stock = stock;
    this.redemptions = redemptions;
    this.deliveries = deliveries;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Redeem.class, this::redeem);
    reactions.on(Move.class, this::move);
    reactions.on(RedemptionDue.class, this::expire);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof Redeem) {
      wanted.get(states);
    }
  }

  private void redeem(Turn turn, Redeem request) {
    CompiledItem compiled = CompiledMall.of(turn).require(request.itemId());
    MallItem item = compiled.item();
    MallState bought = turn.get(states);
    requireAvailable(compiled, Availability.of(turn, compiled, bought));
    Price price = compiled.priceFor(turn::profileNow);
    if (request.expectedPrice() != null && !request.expectedPrice().equals(price)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_PRICE_CHANGED,
          "expected_price: another one (expected: what the item costs the viewer now)");
    }
    Map<String, String> delivery = Delivery.check(item, request.delivery());
    takePiece(turn, item);
    Budgets.of(turn)
        .require(
            turn,
            BudgetSource.BUDGET_SOURCE_MALL,
            Budgets.Cost.of(item.getRewardsList()),
            "item_id: " + item.getId());
    long number = bought.getRedemptions() + 1;
    RedemptionKey key = new RedemptionKey(turn.viewer(), number);
    turn.set(
        states,
        Bought.plusOne(
            bought,
            item.getId(),
            Availability.stretch(turn, item, turn.at()).name(),
            millis(turn)));
    turn.emit(PriceCharged.newBuilder().setPrice(price).setCause(causeOf(item, number)).build());
    begin(turn, key, compiled, price);
    if (!delivery.isEmpty()) {
      turn.append(deliveries, new DeliveryAppender.Row(key, delivery));
    }
    // The answer is kept for repeated requests, so that it must not have what can be deleted.
    turn.respond(() ->
        RedeemItemResponse.newBuilder()
            .setRedemption(turn.get(redemptions, key))
            .addAllFacts(turn.facts())
            .build());
  }

  /** A crowd looks at what is left without a lock; who takes a piece locks it and looks again. */
  private void takePiece(Turn turn, MallItem item) {
    ItemKey key = new ItemKey(turn.viewer().merchantId(), item.getId());
    if (item.hasStock() && turn.peek(stock, key) >= item.getStock()) {
      throw soldOut(item);
    }
    long sold = turn.get(stock, key);
    if (item.hasStock() && sold >= item.getStock()) {
      throw soldOut(item);
    }
    turn.set(stock, key, sold + 1);
  }

  private void begin(Turn turn, RedemptionKey key, CompiledItem compiled, Price price) {
    MallItem item = compiled.item();
    Timestamp now = Timestamps.fromMillis(millis(turn));
    Redemption.Builder redemption =
        Redemption.newBuilder()
            .setRedemptionId(Long.toString(key.number()))
            .setViewerId(turn.viewer().viewerId())
            .setItem(item)
            .setPrice(price)
            .setState(
                compiled.isDelivered()
                    ? RedemptionState.REDEMPTION_STATE_RESERVED
                    : RedemptionState.REDEMPTION_STATE_FULFILLED)
            .setRedeemedAt(now)
            .setMovedAt(now);
    if (compiled.isDelivered()) {
      Timestamp due = Timestamps.add(now, item.getFulfillWithin());
      redemption.setFulfillBy(due);
      turn.followUp(
          turn.viewer(),
          Instant.ofEpochMilli(Timestamps.toMillis(due)),
          RedemptionDue.newBuilder().setNumber(key.number()).build());
    }
    turn.set(redemptions, key, redemption.build());
    tell(turn, redemption.build());
    for (Reward reward : item.getRewardsList()) {
      Rewards.giveBudgeted(turn, reward, causeOf(item, key.number()));
    }
  }

  private void move(Turn turn, Move request) {
    RedemptionKey key = new RedemptionKey(turn.viewer(), request.number());
    Redemption redemption = turn.get(redemptions, key);
    if (redemption.getState() == RedemptionState.REDEMPTION_STATE_UNSPECIFIED) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_REDEMPTION_NOT_FOUND,
          "redemption_id: %d (expected: one of the viewer's redemptions)"
              .formatted(request.number()));
    }
    if (redemption.getState() != RedemptionState.REDEMPTION_STATE_RESERVED) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_REDEMPTION_ENDED,
          "redemption_id: %d is %s (expected: one that waits for the merchant)"
              .formatted(request.number(), word(redemption.getState())));
    }
    if (request.byViewer() && !redemption.getItem().getViewerMayCancel()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_REDEMPTION_ENDED,
          "redemption_id: %d (expected: a redemption of an item that viewers may cancel)"
              .formatted(request.number()));
    }
    end(turn, key, request.to(), request.reference(), request.reason());
    turn.respond(() ->
        CancelRedemptionResponse.newBuilder()
            .setRedemption(turn.get(redemptions, key))
            .addAllFacts(turn.facts())
            .build());
  }

  private void expire(Turn turn, RedemptionDue due) {
    RedemptionKey key = new RedemptionKey(turn.viewer(), due.getNumber());
    if (turn.get(redemptions, key).getState() == RedemptionState.REDEMPTION_STATE_RESERVED) {
      end(turn, key, RedemptionState.REDEMPTION_STATE_EXPIRED, "", "");
    }
  }

  /** Ends a redemption that waits; what the viewer does not get is given back. */
  private void end(
      Turn turn, RedemptionKey key, RedemptionState to, String reference, String reason) {
    Redemption redemption =
        turn.get(redemptions, key).toBuilder()
            .setState(to)
            .setMovedAt(Timestamps.fromMillis(millis(turn)))
            .setReference(reference)
            .setReason(reason)
            .build();
    turn.set(redemptions, key, redemption);
    tell(turn, redemption);
    if (to == RedemptionState.REDEMPTION_STATE_FULFILLED) {
      return;
    }
    MallItem item = redemption.getItem();
    ItemKey itemKey = new ItemKey(turn.viewer().merchantId(), item.getId());
    turn.set(stock, itemKey, turn.get(stock, itemKey) - 1);
    Instant redeemedAt = Instant.ofEpochMilli(Timestamps.toMillis(redemption.getRedeemedAt()));
    String stretch = Availability.stretch(turn, item, redeemedAt).name();
    turn.set(states, Bought.minusOne(turn.get(states), item.getId(), stretch));
    turn.emit(
        PriceRefunded.newBuilder()
            .setPart(redemption.getPrice())
            .setCause(causeOf(item, key.number()))
            .build());
  }

  private static void requireAvailable(CompiledItem compiled, Availability availability) {
    MallItem item = compiled.item();
    Instant possibleAt =
        availability.possibleMillis() == 0
            ? null
            : Instant.ofEpochMilli(availability.possibleMillis());
    switch (availability.state()) {
      case ITEM_STATE_ENDED ->
          throw refusal(
              ErrorReason.ERROR_REASON_NOT_ON_SALE, item, "an item whose sale is on", null);
      case ITEM_STATE_COMING_SOON ->
          throw refusal(
              ErrorReason.ERROR_REASON_NOT_ON_SALE, item, "an item whose sale is on", possibleAt);
      case ITEM_STATE_NOT_ELIGIBLE ->
          throw refusal(
              ErrorReason.ERROR_REASON_NOT_ELIGIBLE, item, "an item that is for the viewer", null);
      case ITEM_STATE_LIMIT_REACHED ->
          throw refusal(
              ErrorReason.ERROR_REASON_ITEM_LIMIT_REACHED,
              item,
              "at most %d".formatted(item.getLimit().getCount()),
              possibleAt);
      case ITEM_STATE_COOLING_DOWN ->
          throw refusal(
              ErrorReason.ERROR_REASON_ITEM_LIMIT_REACHED,
              item,
              "%s after the last time".formatted(Durations.toString(item.getCooldown())),
              possibleAt);
      default -> {}
    }
  }

  private static ServiceException refusal(
      ErrorReason reason, MallItem item, String expected, @Nullable Instant possibleAt) {
    return ServiceException.until(
        reason,
        "item_id: %s (expected: %s%s)"
            .formatted(
                item.getId(), expected, possibleAt == null ? "" : "; possible at " + possibleAt),
        possibleAt);
  }

  private static ServiceException soldOut(MallItem item) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_SOLD_OUT,
        "item_id: %s (expected: an item of which some are left)".formatted(item.getId()));
  }

  private static void tell(Turn turn, Redemption redemption) {
    turn.emit(
        RedemptionMoved.newBuilder()
            .setRedemptionId(redemption.getRedemptionId())
            .setItemId(redemption.getItem().getId())
            .setState(redemption.getState())
            .build());
  }

  private static Cause causeOf(MallItem item, long number) {
    return Cause.newBuilder()
        .setRedemption(
            RedemptionCause.newBuilder()
                .setItemId(item.getId())
                .setRedemptionId(Long.toString(number)))
        .build();
  }

  private static String word(RedemptionState state) {
    return switch (state) {
      case REDEMPTION_STATE_FULFILLED -> "fulfilled";
      case REDEMPTION_STATE_CANCELLED -> "cancelled";
      case REDEMPTION_STATE_EXPIRED -> "expired";
      default -> "open";
    };
  }

  private static long millis(Turn turn) {
    return turn.at().toEpochMilli();
  }
}
