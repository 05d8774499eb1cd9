package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.program.ChainGraph;
import io.flywheel.program.ChainGraph.Signal;
import io.flywheel.program.ProgramPart;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.Program;
import io.flywheel.v1.RewardGiven;

/** What is kept as a grant is granted, however often. Thread-safe. */
final class GrantChain implements ProgramPart {
  private final RewardKinds kinds;

  @Inject
  GrantChain(RewardKinds kinds) {
    this.kinds = kinds;
  }

  @Override
  public void chains(Program program, ChainGraph graph) {
    graph.addToEveryProgram(
        signal -> signal.fact().equals(RewardGiven.class) && kinds.isGranted(signal.of()),
        new Signal(GrantIssued.class, ""));
  }
}
