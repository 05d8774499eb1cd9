package io.flywheel.task;

import static io.flywheel.program.Expectations.expected;
import static java.util.stream.Collectors.joining;

import com.google.inject.Inject;
import com.google.protobuf.Message;
import io.flywheel.counting.Triggers;
import io.flywheel.program.ChainGraph;
import io.flywheel.program.ChainGraph.Place;
import io.flywheel.program.ChainGraph.Signal;
import io.flywheel.program.Cycles;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Goal;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.Payout;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.TagEntered;
import io.flywheel.v1.TagLeft;
import io.flywheel.v1.Task;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.Tier;
import io.flywheel.v1.TierReached;
import io.flywheel.v1.WindowKind;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What a program says of tasks. Thread-safe. */
final class TaskSection implements ProgramSection<CompiledTasks> {
  static final Names.Kind TASK = new Names.Kind("a task");

  private static final int MAX_TASKS = 200;

  private final Triggers triggers;
  private final RewardKinds kinds;

  @Inject
  TaskSection(Triggers triggers, RewardKinds kinds) {
    this.triggers = triggers;
    this.kinds = kinds;
  }

  @Override
  public void fill(Program.Builder program) {
    program.getTasksBuilderList().forEach(this::fill);
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getTasksCount() && !areTooMany(program); i++) {
      names.declare(TASK, program.getTasks(i).getId(), "tasks[" + i + "]");
      TaskRules.checkDurations(program.getTasks(i), "tasks[" + i + "].", findings);
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    if (areTooMany(program)) {
      return;
    }
    for (int i = 0; i < program.getTasksCount(); i++) {
      new TaskRules(program, i, triggers, names, findings).check();
    }
    checkRequired(program, findings);
    new FactBound(program, kinds).check(findings);
  }

  @Override
  public CompiledTasks compile(Program filled) {
    return new CompiledTasks(filled.getTasksList(), filled.getCurrency(), triggers);
  }

  @Override
  public void chains(Program program, ChainGraph graph) {
    for (int i = 0; i < program.getTasksCount() && !areTooMany(program); i++) {
      Task task = program.getTasks(i);
      Place place =
          new Place(
              name(program, i),
              "tasks[" + i + "].repeat",
              "give one of these tasks a cap, or take away its repeat");
      boolean bounded = !task.getRepeat() || task.hasCap();
      graph.add(place, bounded, setOffBy(task), tells(task));
    }
  }

  /** That there are too many was reported; the rules rely on the bound. */
  private static boolean areTooMany(Program program) {
    return program.getTasksCount() > MAX_TASKS;
  }

  private void fill(Task.Builder task) {
    if (task.getCount() == CountBy.COUNT_BY_UNSPECIFIED) {
      task.setCount(triggers.defaultCount(task.getTrigger()));
    }
    if (task.getWindow().getKind() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
      task.getWindowBuilder().setKind(WindowKind.WINDOW_KIND_ONCE);
    }
    if (task.getGoal() == Goal.GOAL_UNSPECIFIED) {
      task.setGoal(Goal.GOAL_VIEWER);
    }
    if (task.getPayout() == Payout.PAYOUT_UNSPECIFIED) {
      task.setPayout(Payout.PAYOUT_AT_ONCE);
    }
    if (task.hasCap() && task.getCap().getPer() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
      task.getCapBuilder().setPer(WindowKind.WINDOW_KIND_ONCE);
    }
    if (task.hasBudget() && task.getBudget().getPer() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
      task.getBudgetBuilder().setPer(WindowKind.WINDOW_KIND_ONCE);
    }
  }

  /** Reports tasks that never begin, because each waits for another. */
  private static void checkRequired(Program program, Findings findings) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < program.getTasksCount(); i++) {
      places.putIfAbsent(program.getTasks(i).getId(), i);
    }
    List<List<Integer>> cycles =
        Cycles.among(
            program.getTasksCount(),
            place ->
                program.getTasks(place).getRequiresList().stream()
                    .filter(places::containsKey)
                    .map(places::get)
                    .toList());
    for (List<Integer> cycle : cycles) {
      String first = name(program, cycle.getFirst());
      String names =
          cycle.stream().map(place -> name(program, place)).collect(joining(" -> ", "", " -> "));
      findings.broken(
          "tasks[" + cycle.getFirst() + "].requires",
          expected(names + first, "prerequisites that do not lead back to the task"));
    }
  }

  private static String name(Program program, int place) {
    return "tasks[" + place + "] (" + program.getTasks(place).getId() + ")";
  }

  private static Predicate<Signal> setOffBy(Task task) {
    return switch (task.getTrigger()) {
      case TRIGGER_TIER_REACHED -> ofTask(TierReached.class, task);
      case TRIGGER_TASK_COMPLETED -> ofTask(TaskCompleted.class, task);
      case TRIGGER_POINTS_EARNED -> signal -> signal.fact().equals(PointsBooked.class);
      case TRIGGER_GRANT_ISSUED -> signal -> signal.fact().equals(GrantIssued.class);
      case TRIGGER_TAG_ENTERED -> signal -> signal.fact().equals(TagEntered.class);
      case TRIGGER_TAG_LEFT -> signal -> signal.fact().equals(TagLeft.class);
      default -> signal -> false;
    };
  }

  private static Predicate<Signal> ofTask(Class<? extends Message> fact, Task task) {
    return signal ->
        signal.fact().equals(fact)
            && !signal.of().equals(task.getId())
            && (task.getOfTask().isEmpty() || signal.of().equals(task.getOfTask()));
  }

  /** What a task leads to without somebody's claim in between. */
  private static Set<Signal> tells(Task task) {
    Set<Signal> signals = new LinkedHashSet<>();
    signals.add(new Signal(TierReached.class, task.getId()));
    signals.add(new Signal(TaskCompleted.class, task.getId()));
    if (task.getPayout() != Payout.PAYOUT_ON_CLAIM) {
      for (Tier tier : task.getTiersList()) {
        for (Reward reward : tier.getRewardsList()) {
          signals.add(new Signal(RewardGiven.class, reward.getKindCase().name()));
        }
      }
    }
    return signals;
  }
}
