package io.flywheel.referral;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GatheringCause;
import io.flywheel.v1.GatheringMoved;
import io.flywheel.v1.GatheringRule;
import io.flywheel.v1.GatheringState;
import io.flywheel.v1.JoinGatheringResponse;
import io.flywheel.v1.LeaveGatheringResponse;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StartGatheringResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The rules of gatherings. Whoever joins holds the gathering's row, so that nobody is one too many;
 * what it gives or gives back runs as each member's own action, by what the row says then: filled,
 * and the member is rewarded; ended, and what the member paid comes back. Each happens once, for a
 * member's own state says whether it has. Thread-safe.
 */
final class GatheringReactor implements Reactor {
  private static final int MAX_KEPT = 50;
  private static final Duration TRY_AGAIN_AFTER = Duration.ofMillis(100);

  /**
   * A viewer starts a gathering.
   *
   * @param candidates codes drawn at random, of which the first that is free is taken
   */
  record Start(String ruleId, String roomId, ImmutableList<String> candidates) {}

  /** A viewer joins a gathering. */
  record Join(String code) {}

  /** A viewer leaves a gathering. */
  record Leave(String code) {}

  private final ReferralStateSlice states;
  private final GatheringSlice gatherings;

  @Inject
  GatheringReactor(ReferralStateSlice states, GatheringSlice gatherings) {
    this.states = states;
    this.gatherings = gatherings;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Start.class, this::start);
    reactions.on(Join.class, this::join);
    reactions.on(Leave.class, this::leave);
    reactions.on(GatheringChanged.class, (turn, changed) -> settle(turn, changed.getCode()));
    reactions.on(GatheringDue.class, this::due);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof Join join) {
      wanted.get(states);
      wanted.peek(gatherings, key(wanted.action().viewer().merchantId(), join.code()));
    }
  }

  private void start(Turn turn, Start request) {
    GatheringRule rule =
        CompiledReferral.of(turn).rules().getGatheringsList().stream()
            .filter(one -> one.getId().equals(request.ruleId()))
            .findFirst()
            .orElseThrow(() -> notFound("rule_id", request.ruleId()));
    ReferralState state = turn.get(states);
    if (state.getStartedOrDefault(rule.getId(), 0) >= rule.getStarts()
        || state.getGatheringsList().stream().anyMatch(own -> isOpenOf(turn, own, rule))) {
      throw limit("rule_id: %s (expected: a gathering that the viewer may still start)", rule);
    }
    String code = freeCode(turn, request.candidates());
    long now = turn.at().toEpochMilli();
    GatheringRow row =
        GatheringRow.newBuilder()
            .setRule(rule)
            .addMemberIds(turn.viewer().viewerId())
            .setStartedMs(now)
            .setEndsMs(now + Durations.toMillis(rule.getWithin()))
            .setState(GatheringState.GATHERING_STATE_OPEN)
            .setRoomId(request.roomId())
            .build();
    turn.set(gatherings, key(turn, code), row);
    int started = state.getStartedOrDefault(rule.getId(), 0) + 1;
    enter(turn, state.toBuilder().putStarted(rule.getId(), started).build(), code, row);
    turn.respond(() ->
        StartGatheringResponse.newBuilder()
            .setGathering(Gatherings.shown(code, turn.get(gatherings, key(turn, code))))
            .addAllFacts(turn.facts())
            .build());
  }

  private boolean isOpenOf(Turn turn, OwnGathering own, GatheringRule rule) {
    if (own.getSettled()) {
      return false;
    }
    GatheringRow row = turn.peek(gatherings, key(turn, own.getCode()));
    return row.getRule().getId().equals(rule.getId())
        && row.getState() == GatheringState.GATHERING_STATE_OPEN
        && !row.getMemberIdsList().isEmpty()
        && row.getMemberIds(0).equals(turn.viewer().viewerId());
  }

  private String freeCode(Turn turn, List<String> candidates) {
    for (String code : candidates) {
      if (!turn.get(gatherings, key(turn, code)).hasRule()) {
        return code;
      }
    }
    throw ServiceException.notYet(
        ErrorReason.ERROR_REASON_OVERLOADED,
        "the codes that were drawn are taken; try again",
        TRY_AGAIN_AFTER);
  }

  private void join(Turn turn, Join request) {
    GatheringRow row = require(turn, request.code());
    turn.respond(() ->
        JoinGatheringResponse.newBuilder()
            .setGathering(
                Gatherings.shown(request.code(), turn.get(gatherings, key(turn, request.code()))))
            .addAllFacts(turn.facts())
            .build());
    if (row.getMemberIdsList().contains(turn.viewer().viewerId())) {
      return;
    }
    requireOpen(turn, row);
    boolean hasLeft =
        turn.get(states).getGatheringsList().stream()
            .anyMatch(own -> own.getCode().equals(request.code()));
    if (hasLeft) {
      throw limit("code: a gathering of %s that the viewer has left", row.getRule());
    }
    if (row.getRule().getNewcomersOnly() && !Newness.isNewToMerchant(turn)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NOT_ELIGIBLE, "code: a gathering that only newcomers may join");
    }
    ReferralState state = countJoin(turn, row.getRule());
    GatheringRow.Builder joined = row.toBuilder().addMemberIds(turn.viewer().viewerId());
    if (joined.getMemberIdsCount() == row.getRule().getPeople()) {
      joined.setState(GatheringState.GATHERING_STATE_FILLED);
    }
    turn.set(gatherings, key(turn, request.code()), joined.build());
    enter(turn, state, request.code(), joined.build());
    tellOthers(turn, request.code(), joined.build());
    settle(turn, request.code());
  }

  /** Notes a join of the day, of which there are so many at most over all gatherings. */
  private ReferralState countJoin(Turn turn, GatheringRule rule) {
    ReferralState state = turn.get(states);
    // What comes from a node whose clock is behind counts on the day that has begun.
    long today =
        Math.max(
            turn.program().calendar().dayOf(turn.at()).toEpochDay(), state.getJoinedEpochDay());
    int before = state.getJoinedEpochDay() == today ? state.getJoinedOnDay() : 0;
    if (before >= CompiledReferral.of(turn).rules().getJoinsPerDay()) {
      throw limit("code: one more gathering of %s (expected: on another day)", rule);
    }
    return state.toBuilder().setJoinedEpochDay(today).setJoinedOnDay(before + 1).build();
  }

  /** Takes the price, and sees to it that it is given back in time. */
  private void enter(Turn turn, ReferralState state, String code, GatheringRow row) {
    ReferralState.Builder after =
        state.toBuilder()
            .addGatherings(
                OwnGathering.newBuilder().setCode(code).setJoinedMs(turn.at().toEpochMilli()));
    if (after.getGatheringsCount() > MAX_KEPT) {
      removeOldest(after);
    }
    turn.set(states, after.build());
    if (row.getRule().hasPrice()) {
      Rewards.charge(turn, row.getRule().getPrice(), cause(code, row, turn.at().toEpochMilli()));
    }
    turn.followUp(
        turn.viewer(),
        Instant.ofEpochMilli(row.getEndsMs()),
        GatheringDue.newBuilder().setCode(code).build());
    tell(turn, code, row);
  }

  /** What is not settled yet is kept: it still has something to give. */
  private static void removeOldest(ReferralState.Builder state) {
    for (int i = 0; i < state.getGatheringsCount(); i++) {
      if (state.getGatherings(i).getSettled()) {
        state.removeGatherings(i);
        return;
      }
    }
  }

  private void leave(Turn turn, Leave request) {
    GatheringRow row = require(turn, request.code());
    int place = row.getMemberIdsList().indexOf(turn.viewer().viewerId());
    if (place < 0) {
      throw notFound("code", request.code());
    }
    requireOpen(turn, row);
    GatheringRow.Builder left = row.toBuilder().clearMemberIds();
    row.getMemberIdsList().stream()
        .filter(id -> !id.equals(turn.viewer().viewerId()))
        .forEach(left::addMemberIds);
    if (left.getMemberIdsCount() == 0) {
      left.setState(GatheringState.GATHERING_STATE_ENDED);
    }
    turn.set(gatherings, key(turn, request.code()), left.build());
    giveBack(turn, request.code(), row);
    tellOthers(turn, request.code(), left.build());
    turn.respond(() ->
        LeaveGatheringResponse.newBuilder()
            .setGathering(
                Gatherings.shown(request.code(), turn.get(gatherings, key(turn, request.code()))))
            .addAllFacts(turn.facts())
            .build());
  }

  private void due(Turn turn, GatheringDue due) {
    GatheringRow row = turn.get(gatherings, key(turn, due.getCode()));
    if (row.getState() == GatheringState.GATHERING_STATE_OPEN) {
      turn.set(
          gatherings,
          key(turn, due.getCode()),
          row.toBuilder().setState(GatheringState.GATHERING_STATE_ENDED).build());
    }
    settle(turn, due.getCode());
  }

  /** Gives the viewer what the gathering has come to, once. */
  private void settle(Turn turn, String code) {
    GatheringRow row = turn.get(gatherings, key(turn, code));
    int place = row.getMemberIdsList().indexOf(turn.viewer().viewerId());
    if (place < 0 || !isUnsettled(turn, code)) {
      return;
    }
    switch (row.getState()) {
      case GATHERING_STATE_FILLED -> {
        Cause cause = cause(code, row, own(turn, code).getJoinedMs());
        close(turn, code);
        GatheringRule rule = row.getRule();
        for (Reward reward : place == 0 ? rule.getLeaderList() : rule.getOthersList()) {
          Rewards.give(turn, reward, cause);
        }
        tell(turn, code, row);
      }
      case GATHERING_STATE_ENDED -> {
        giveBack(turn, code, row);
        tell(turn, code, row);
      }
      default -> tell(turn, code, row);
    }
  }

  private void giveBack(Turn turn, String code, GatheringRow row) {
    OwnGathering own = own(turn, code);
    close(turn, code);
    if (row.getRule().hasPrice()) {
      Rewards.refund(turn, row.getRule().getPrice(), cause(code, row, own.getJoinedMs()));
    }
  }

  private OwnGathering own(Turn turn, String code) {
    return turn.get(states).getGatheringsList().stream()
        .filter(one -> one.getCode().equals(code) && !one.getSettled())
        .findFirst()
        .orElseThrow();
  }

  private boolean isUnsettled(Turn turn, String code) {
    return turn.get(states).getGatheringsList().stream()
        .anyMatch(own -> own.getCode().equals(code) && !own.getSettled());
  }

  private void close(Turn turn, String code) {
    ReferralState.Builder state = turn.get(states).toBuilder();
    for (OwnGathering.Builder own : state.getGatheringsBuilderList()) {
      if (own.getCode().equals(code)) {
        own.setSettled(true);
      }
    }
    turn.set(states, state.build());
  }

  /** The gathering of a code, peeked at first, for a row is created for whatever is locked. */
  private GatheringRow require(Turn turn, String code) {
    if (!turn.peek(gatherings, key(turn, code)).hasRule()) {
      throw notFound("code", code);
    }
    return turn.get(gatherings, key(turn, code));
  }

  private static void requireOpen(Turn turn, GatheringRow row) {
    if (row.getState() != GatheringState.GATHERING_STATE_OPEN
        || turn.at().toEpochMilli() >= row.getEndsMs()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_GATHERING_CLOSED,
          "code: a gathering that has ended (expected: an open one)");
    }
  }

  private void tellOthers(Turn turn, String code, GatheringRow row) {
    for (String member : row.getMemberIdsList()) {
      if (!member.equals(turn.viewer().viewerId())) {
        turn.followUp(member, turn.at(), GatheringChanged.newBuilder().setCode(code).build());
      }
    }
  }

  private static void tell(Turn turn, String code, GatheringRow row) {
    turn.emit(
        GatheringMoved.newBuilder()
            .setCode(code)
            .setRuleId(row.getRule().getId())
            .setJoined(row.getMemberIdsCount())
            .setPeople(row.getRule().getPeople())
            .setState(row.getState())
            .build());
  }

  private static Cause cause(String code, GatheringRow row, long joinedMillis) {
    return Cause.newBuilder()
        .setGathering(
            GatheringCause.newBuilder()
                .setRuleId(row.getRule().getId())
                .setCode(code)
                .setJoinedAt(Timestamps.fromMillis(joinedMillis)))
        .build();
  }

  private static ServiceException notFound(String field, String id) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_GATHERING_NOT_FOUND,
        "%s: %s (expected: a gathering)".formatted(field, id));
  }

  private static ServiceException limit(String message, GatheringRule rule) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_GATHERING_LIMIT_REACHED, message.formatted(rule.getId()));
  }

  private static SharedKey key(Turn turn, String code) {
    return key(turn.viewer().merchantId(), code);
  }

  private static SharedKey key(String merchantId, String code) {
    return new SharedKey(merchantId, code);
  }
}
