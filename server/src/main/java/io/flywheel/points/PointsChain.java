package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.program.ChainGraph;
import io.flywheel.program.ChainGraph.Signal;
import io.flywheel.program.ProgramPart;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;

/** Points that are given are booked, however often. Thread-safe. */
final class PointsChain implements ProgramPart {
  private static final Signal POINTS_GIVEN =
      new Signal(RewardGiven.class, Reward.KindCase.POINTS.name());

  @Inject
  PointsChain() {}

  @Override
  public void chains(Program program, ChainGraph graph) {
    graph.addToEveryProgram(POINTS_GIVEN::equals, new Signal(PointsBooked.class, ""));
  }
}
