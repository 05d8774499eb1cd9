package io.flywheel.audience;

import io.flywheel.counting.SmallCells;
import io.flywheel.v1.FunnelStep;
import io.flywheel.v1.GetFunnelResponse;
import io.flywheel.v1.SummarizeAudienceResponse;
import io.flywheel.v1.TagCount;

/** Answers as those get them who may not see people. Pure functions. */
final class WithoutPeople {
  private WithoutPeople() {}

  static SummarizeAudienceResponse summary(SummarizeAudienceResponse summary) {
    SummarizeAudienceResponse.Builder answer =
        summary.toBuilder().setViewers(SmallCells.shown(summary.getViewers()));
    answer.getTagsBuilderList().forEach(WithoutPeople::hideSmall);
    return answer.build();
  }

  private static void hideSmall(TagCount.Builder tag) {
    tag.setSuppressed(
            SmallCells.isSmall(tag.getViewers())
                || SmallCells.isSmall(tag.getEnteredIn7Days())
                || SmallCells.isSmall(tag.getLeftIn7Days()))
        .setViewers(SmallCells.shown(tag.getViewers()))
        .setEnteredIn7Days(SmallCells.shown(tag.getEnteredIn7Days()))
        .setLeftIn7Days(SmallCells.shown(tag.getLeftIn7Days()));
  }

  static GetFunnelResponse funnel(GetFunnelResponse funnel) {
    GetFunnelResponse.Builder answer =
        funnel.toBuilder()
            .setViewers(SmallCells.shown(funnel.getViewers()))
            .setLookedAt(SmallCells.shown(funnel.getLookedAt()));
    for (FunnelStep.Builder step : answer.getStepsBuilderList()) {
      step.setSuppressed(SmallCells.isSmall(step.getViewers()))
          .setViewers(SmallCells.shown(step.getViewers()));
    }
    return answer.build();
  }
}
