package io.flywheel.badge;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.AwardBadgeResponse;
import io.flywheel.v1.BadgeAward;
import io.flywheel.v1.BadgeAwardState;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.PreviewBadgeResponse;

/** Begins runs over the journal, in the merchant's turns. Thread-safe. */
final class AwardReactor implements Reactor {
  /**
   * The merchant begins a run.
   *
   * @param awardId the run's id, if it is a new one
   * @param announce whether what it gives is celebrated
   */
  record Begin(String badgeId, String awardId, boolean preview, boolean announce) {}

  private final AwardSlice slice;

  @Inject
  AwardReactor(AwardSlice slice) {
    this.slice = slice;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Begin.class, this::begin);
  }

  private void begin(Turn turn, Begin begin) {
    CompiledBadge badge = CompiledBadges.of(turn).require(begin.badgeId());
    if (!BadgeSection.isRetroactive(badge)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_BADGE_NOT_RETROACTIVE,
          "badge_id: %s (expected: a badge with a metric that looks at no texts, for the journal keeps none)"
              .formatted(badge.id()));
    }
    AwardKey key = new AwardKey(turn.viewer().merchantId(), badge.id(), begin.preview());
    AwardSlice.Run former = turn.get(slice, key);
    AwardSlice.Run run = former.done() ? next(turn, badge, begin, former) : former;
    if (former.done()) {
      turn.set(slice, key, run);
    }
    turn.respond(() ->
        begin.preview()
            ? PreviewBadgeResponse.newBuilder().setPreview(shown(run)).build()
            : AwardBadgeResponse.newBuilder().setAward(shown(run)).build());
  }

  private static AwardSlice.Run next(
      Turn turn, CompiledBadge badge, Begin begin, AwardSlice.Run former) {
    boolean isSameRule = former.ordered().getRule() == badge.rule();
    boolean isAdded =
        isSameRule && shown(former).getState() == BadgeAwardState.BADGE_AWARD_STATE_DONE;
    long from = isSameRule ? former.ordered().getFromVersion() : 0;
    OrderedAward ordered =
        OrderedAward.newBuilder()
            .setAwardId(begin.awardId())
            .setBegunMillis(turn.at().toEpochMilli())
            .setAnnounce(begin.announce())
            .setProgramVersion(turn.program().version())
            .setRule(badge.rule())
            .setFromVersion(isAdded ? former.ordered().getProgramVersion() : from)
            .build();
    BadgeAward shown =
        BadgeAward.newBuilder()
            .setAwardId(ordered.getAwardId())
            .setState(BadgeAwardState.BADGE_AWARD_STATE_WAITING)
            .setBegunAt(Timestamps.fromMillis(ordered.getBegunMillis()))
            .setProgramVersion(ordered.getProgramVersion())
            .build();
    return new AwardSlice.Run(
        ordered,
        AwardProgress.newBuilder()
            .setAwardId(ordered.getAwardId())
            .setShown(shown.toByteString())
            .build(),
        false);
  }

  /** What is told of a run. */
  static BadgeAward shown(AwardSlice.Run run) {
    try {
      return BadgeAward.parseFrom(run.progress().getShown());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a badge_award's progress can't be read", e);
    }
  }
}
