package io.flywheel.coupon;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CommitCouponResponse;
import io.flywheel.v1.Coupon;
import io.flywheel.v1.CouponCodes;
import io.flywheel.v1.CouponExpiring;
import io.flywheel.v1.CouponMoved;
import io.flywheel.v1.CouponReward;
import io.flywheel.v1.CouponState;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.ReleaseCouponResponse;
import io.flywheel.v1.ReserveCouponResponse;
import io.flywheel.v1.RevokeCouponResponse;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of coupons. Thread-safe. */
final class CouponReactor implements Reactor {
  static final int MAX_GUESSES = 10;
  static final Duration GUESSING = Duration.ofHours(1);

  private static final String TIMER = "coupons";

  private final CouponSlice coupons;
  private final CouponsSlice states;
  private final PoolSlice pools;
  private final Codes codes;

  @Inject
  CouponReactor(CouponSlice coupons, CouponsSlice states, PoolSlice pools, Codes codes) {
    this.coupons = coupons;
    this.states = states;
    this.pools = pools;
    this.codes = codes;
  }

  /**
   * A coupon is set aside for an order.
   *
   * @param number the coupon's; 0: the code is none of the viewer's
   * @param byCode whether a code was given, so that guesses count
   */
  record Reserve(long number, boolean byCode, String orderId, Duration holdFor) {}

  /** A coupon is used for an order. */
  record Commit(long number, String orderId) {}

  /** A coupon is given back by an order. */
  record Release(long number, String orderId) {}

  /**
   * A coupon is taken back.
   *
   * @param revokedBy the subject of the token it was made with
   */
  record Revoke(long number, String reason, String revokedBy) {}

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(GrantIssued.class, this::issue);
    reactions.onFact(GrantRevoked.class, this::revoked);
    reactions.on(Reserve.class, this::reserve);
    reactions.on(Commit.class, this::commit);
    reactions.on(Release.class, this::release);
    reactions.on(Revoke.class, this::revoke);
    reactions.on(CouponsDue.class, this::settle);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    Object body = wanted.action().body();
    if (body instanceof Reserve || body instanceof CouponsDue) {
      wanted.get(states);
    }
  }

  private void issue(Turn turn, GrantIssued issued) {
    Grant grant = issued.getGrant();
    if (!grant.getReward().hasCoupon()) {
      return;
    }
    CouponReward reward = grant.getReward().getCoupon();
    Coupon.Builder coupon =
        Coupon.newBuilder()
            .setNumber(grant.getGrantNumber())
            .setViewerId(turn.viewer().viewerId())
            .setCouponId(reward.getCouponId())
            .setState(CouponState.COUPON_STATE_AVAILABLE)
            .setCause(grant.getCause())
            .setGrantedAt(grant.getGrantedAt())
            .setMovedAt(grant.getGrantedAt())
            .setValueMinor(reward.getValueMinor());
    if (reward.hasTitle()) {
      coupon.setTitle(reward.getTitle());
    }
    if (grant.hasExpiresAt()) {
      coupon.setExpiresAt(grant.getExpiresAt());
    }
    boolean isListed = reward.getCodes() == CouponCodes.COUPON_CODES_IMPORTED;
    turn.set(
        coupons,
        keyOf(turn, grant.getGrantNumber()),
        new CouponSlice.Held(
            coupon.build(),
            isListed ? "" : codes.next(),
            isListed ? next(turn, reward.getCouponId()) : 0));
    watch(turn, coupon.build());
  }

  /** The number of the next code of a coupon's list. */
  private long next(Turn turn, String couponId) {
    PoolSlice.Key key = new PoolSlice.Key(turn.viewer().merchantId(), couponId);
    long number = turn.get(pools, key) + 1;
    turn.set(pools, key, number);
    return number;
  }

  private void reserve(Turn turn, Reserve request) {
    if (request.byCode()) {
      requireFewGuesses(turn);
    }
    if (request.number() == 0) {
      guessed(turn);
      turn.respond(ReserveCouponResponse::getDefaultInstance);
      return;
    }
    Coupon coupon =
        CouponUse.reserve(
            require(turn, request.number()),
            request.orderId(),
            request.holdFor().toMillis(),
            millis(turn));
    move(turn, coupon);
    turn.respond(() ->
        ReserveCouponResponse.newBuilder().setCoupon(coupon).addAllFacts(turn.facts()).build());
  }

  private void commit(Turn turn, Commit request) {
    Coupon coupon =
        CouponUse.commit(require(turn, request.number()), request.orderId(), millis(turn));
    move(turn, coupon);
    turn.respond(() ->
        CommitCouponResponse.newBuilder().setCoupon(coupon).addAllFacts(turn.facts()).build());
  }

  private void release(Turn turn, Release request) {
    Coupon coupon =
        CouponUse.release(require(turn, request.number()), request.orderId(), millis(turn));
    move(turn, coupon);
    turn.respond(() ->
        ReleaseCouponResponse.newBuilder().setCoupon(coupon).addAllFacts(turn.facts()).build());
  }

  /** The grant is revoked, and the coupon with it. */
  private void revoke(Turn turn, Revoke request) {
    Coupon coupon = require(turn, request.number());
    if (!CouponUse.isRevocable(coupon)) {
      throw CouponUse.notUsable(coupon, "one that was neither used nor taken back");
    }
    Reward reward =
        Reward.newBuilder()
            .setCoupon(
                CouponReward.newBuilder()
                    .setCouponId(coupon.getCouponId())
                    .setTitle(coupon.getTitle()))
            .build();
    turn.emit(
        RewardRevoked.newBuilder()
            .setPart(reward)
            .setCause(coupon.getCause())
            .setPolicy(RefundPolicy.REFUND_POLICY_WITHIN_BALANCE)
            .setNumber(request.number())
            .setReason(
                Cause.newBuilder()
                    .setAdjustment(
                        AdjustmentCause.newBuilder()
                            .setReason(request.reason())
                            .setAdjustedBy(request.revokedBy())))
            .build());
    turn.respond(() ->
        RevokeCouponResponse.newBuilder()
            .setCoupon(turn.get(coupons, keyOf(turn, request.number())).coupon())
            .addAllFacts(turn.facts())
            .build());
  }

  /** What was used stays used. */
  private void revoked(Turn turn, GrantRevoked revoked) {
    if (!revoked.getPart().hasCoupon()) {
      return;
    }
    Coupon coupon = turn.get(coupons, keyOf(turn, revoked.getGrantNumber())).coupon();
    if (CouponUse.isRevocable(coupon)) {
      move(turn, CouponUse.revoke(coupon, millis(turn)));
    }
  }

  private void settle(Turn turn, CouponsDue due) {
    CouponsState.Builder state = turn.get(states).toBuilder();
    if (state.getWakesMs() == due.getDueMs()) {
      state.clearWakesMs();
    }
    Endings endings = new Endings(state);
    List<Coupon> reserved = new ArrayList<>();
    endings.take(
        millis(turn),
        (number, hasEnded) -> {
          Coupon kept = turn.get(coupons, keyOf(turn, number)).coupon();
          tell(turn, kept, hasEnded);
          if (hasEnded
              && CouponUse.at(kept, millis(turn)).getState() == CouponState.COUPON_STATE_RESERVED) {
            reserved.add(kept);
          }
        });
    // They end when their reservations lapse.
    for (Coupon kept : reserved) {
      endings.add(kept.getNumber(), Timestamps.toMillis(kept.getReservedUntil()), millis(turn));
    }
    wake(turn, state);
  }

  /**
   * Tells of an end, or that it is near, as long as the coupon can be used. The end of what was
   * given back after it was told then.
   */
  private void tell(Turn turn, Coupon kept, boolean hasEnded) {
    Coupon coupon = CouponUse.at(kept, millis(turn));
    if (hasEnded
        && coupon.getState() == CouponState.COUPON_STATE_EXPIRED
        && kept.getState() != CouponState.COUPON_STATE_EXPIRED) {
      turn.emit(moved(coupon));
    } else if (!hasEnded && coupon.getState() == CouponState.COUPON_STATE_AVAILABLE) {
      turn.emit(
          CouponExpiring.newBuilder()
              .setNumber(coupon.getNumber())
              .setCouponId(coupon.getCouponId())
              .setExpiresAt(coupon.getExpiresAt())
              .build());
    }
  }

  private void move(Turn turn, Coupon coupon) {
    CouponKey key = keyOf(turn, coupon.getNumber());
    turn.set(coupons, key, turn.get(coupons, key).with(coupon.toBuilder()));
    if (coupon.getState() == CouponState.COUPON_STATE_AVAILABLE) {
      watch(turn, coupon);
    }
    turn.emit(moved(coupon));
  }

  private void watch(Turn turn, Coupon coupon) {
    long endsMillis = Timestamps.toMillis(coupon.getExpiresAt());
    CouponsState.Builder state = turn.get(states).toBuilder();
    Endings endings = new Endings(state);
    if (coupon.hasExpiresAt() && endsMillis > millis(turn) && !endings.has(coupon.getNumber())) {
      endings.add(coupon.getNumber(), endsMillis, millis(turn));
      wake(turn, state);
    }
  }

  /** Sees to it that what is due next is told in time. A timer that is set for earlier stays. */
  private void wake(Turn turn, CouponsState.Builder state) {
    long next = new Endings(state).nextMillis();
    if (next > 0 && (state.getWakesMs() == 0 || next < state.getWakesMs())) {
      state.setWakesMs(next);
      turn.timer(TIMER, Instant.ofEpochMilli(next), CouponsDue.newBuilder().setDueMs(next).build());
    }
    turn.set(states, state.build());
  }

  private void requireFewGuesses(Turn turn) {
    CouponsState state = turn.get(states);
    long endsMillis = state.getGuessingSinceMs() + GUESSING.toMillis();
    if (state.getGuesses() >= MAX_GUESSES && millis(turn) < endsMillis) {
      Instant possibleAt = Instant.ofEpochMilli(endsMillis);
      throw ServiceException.until(
          ErrorReason.ERROR_REASON_TOO_MANY_GUESSES,
          "code: the viewer gave %d wrong ones within an hour (expected: fewer; possible at %s)"
              .formatted(state.getGuesses(), possibleAt),
          possibleAt);
    }
  }

  /** A wrong code is an outcome: it is kept, so that guessing comes to an end. */
  private void guessed(Turn turn) {
    CouponsState state = turn.get(states);
    boolean goesOn =
        state.getGuesses() > 0 && millis(turn) < state.getGuessingSinceMs() + GUESSING.toMillis();
    turn.set(
        states,
        state.toBuilder()
            .setGuessingSinceMs(goesOn ? state.getGuessingSinceMs() : millis(turn))
            .setGuesses(goesOn ? state.getGuesses() + 1 : 1)
            .build());
  }

  private Coupon require(Turn turn, long number) {
    Coupon coupon = turn.get(coupons, keyOf(turn, number)).coupon();
    if (coupon.getState() == CouponState.COUPON_STATE_UNSPECIFIED) {
      throw notFound(number);
    }
    return coupon;
  }

  /**
   * The viewer has no such coupon.
   *
   * @param number what was asked for; null: a code was
   */
  static ServiceException notFound(@Nullable Long number) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_COUPON_NOT_FOUND,
        number == null
            ? "code: none of the viewer's (expected: the code of one of the viewer's coupons)"
            : "number: %d (expected: the number of one of the viewer's coupons)".formatted(number));
  }

  private static CouponMoved moved(Coupon coupon) {
    return CouponMoved.newBuilder()
        .setNumber(coupon.getNumber())
        .setCouponId(coupon.getCouponId())
        .setState(coupon.getState())
        .setOrderId(coupon.getOrderId())
        .build();
  }

  private static CouponKey keyOf(Turn turn, long number) {
    return new CouponKey(turn.viewer(), number);
  }

  private static long millis(Turn turn) {
    return turn.at().toEpochMilli();
  }
}
