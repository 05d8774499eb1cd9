package io.flywheel.lantern;

import com.google.inject.Inject;
import io.flywheel.counting.Counter;
import io.flywheel.counting.Triggers;
import io.flywheel.program.ChainGraph;
import io.flywheel.program.ChainGraph.Place;
import io.flywheel.program.ChainGraph.Signal;
import io.flywheel.program.Expectations;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.LanternLit;
import io.flywheel.v1.LanternRules;
import io.flywheel.v1.Metric;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What a program says of lanterns. */
final class LanternSection implements ProgramSection<LanternSection.Compiled> {
  /** The rules, ready to count. */
  record Compiled(boolean isOn, long stock, long likes, List<Reward> rewards, Counter counter) {}

  private static final Metric LIKES =
      Metric.newBuilder().setTrigger(Trigger.TRIGGER_LIKE).setCount(CountBy.COUNT_BY_TIMES).build();

  private final Triggers triggers;

  @Inject
  LanternSection(Triggers triggers) {
    this.triggers = triggers;
  }

  @Override
  public void fill(Program.Builder program) {
    if (program.hasLanterns() && program.getLanterns().getStock() == 0) {
      program.getLanternsBuilder().setStock(2);
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    if (program.hasLanterns() && program.getLanterns().getRewardsCount() == 0) {
      findings.broken("lanterns.rewards", Expectations.expected("none", "what a lantern gives"));
    }
  }

  @Override
  public void checkChange(Program inForce, Program next, Instant now, Findings findings) {
    long before = inForce.getLanterns().getStock();
    if (next.getLanterns().getStock() < before) {
      findings.broken(
          "lanterns.stock",
          Expectations.expected(
              String.valueOf(next.getLanterns().getStock()), "at least " + before));
    }
  }

  @Override
  public Compiled compile(Program filled) {
    LanternRules rules = filled.getLanterns();
    return new Compiled(
        filled.hasLanterns(),
        rules.getStock(),
        rules.getLikes(),
        rules.getRewardsList(),
        triggers.compile(LIKES, "", "lanterns"));
  }

  @Override
  public void chains(Program program, ChainGraph graph) {
    Stream<Signal> rewards =
        program.getLanterns().getRewardsList().stream()
            .map(reward -> new Signal(RewardGiven.class, reward.getKindCase().name()));
    graph.add(
        new Place("lanterns", "lanterns.likes", "ask for more likes"),
        true,
        signal -> false,
        Stream.concat(Stream.of(new Signal(LanternLit.class, "")), rewards).toList());
  }
}
