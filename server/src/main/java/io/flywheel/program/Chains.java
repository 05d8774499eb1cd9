package io.flywheel.program;

import static io.flywheel.program.Expectations.expected;

import io.flywheel.v1.Payout;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.Task;
import io.flywheel.v1.Tier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds chains of tasks that never begin, because each waits for another, and chains that never
 * end, because each task sets off another again and again. Not thread-safe.
 */
final class Chains {
  private final Program program;
  private final Map<String, Integer> places;
  private final Findings findings;
  private final BitSet payPoints;
  private final BitSet payGrants;

  Chains(Program program, Map<String, Integer> places, Findings findings) {
    this.program = program;
    this.places = places;
    this.findings = findings;
    this.payPoints = paying(program, true);
    this.payGrants = paying(program, false);
  }

  void check() {
    for (List<Integer> cycle : cycles(this::required)) {
      report(cycle, "requires", "prerequisites that do not lead back to the task");
    }
    for (List<Integer> cycle : cycles(this::setOffForEver)) {
      report(
          cycle,
          "repeat",
          "a chain that ends; give one of these tasks a cap, or take away its repeat");
    }
  }

  private void report(List<Integer> cycle, String field, String expectation) {
    String names =
        cycle.stream().map(this::name).collect(Collectors.joining(" -> "))
            + " -> "
            + name(cycle.getFirst());
    findings.broken("tasks[" + cycle.getFirst() + "]." + field, expected(names, expectation));
  }

  private String name(int place) {
    return "tasks[" + place + "] (" + program.getTasks(place).getId() + ")";
  }

  private List<Integer> required(int place) {
    return program.getTasks(place).getRequiresList().stream()
        .filter(places::containsKey)
        .map(places::get)
        .toList();
  }

  /** The tasks without bound that a task without bound sets off. */
  private List<Integer> setOffForEver(int place) {
    IntPredicate isSetOff = other -> isWithoutBound(other) && setsOff(place, other);
    return isWithoutBound(place)
        ? IntStream.range(0, program.getTasksCount()).filter(isSetOff).boxed().toList()
        : List.of();
  }

  /** Whether a task may fire any number of times in one window. */
  private boolean isWithoutBound(int place) {
    Task task = program.getTasks(place);
    return task.getRepeat() && !task.hasCap();
  }

  private boolean setsOff(int from, int to) {
    Task target = program.getTasks(to);
    String source = program.getTasks(from).getId();
    return switch (target.getTrigger()) {
      // Every task that repeats reaches its last tier.
      case TRIGGER_TIER_REACHED, TRIGGER_TASK_COMPLETED ->
          from != to && (target.getOfTask().isEmpty() || target.getOfTask().equals(source));
      case TRIGGER_POINTS_EARNED -> payPoints.get(from);
      case TRIGGER_GRANT_ISSUED -> payGrants.get(from);
      default -> false;
    };
  }

  /** The tasks that give points, or anything else, without somebody's claim in between. */
  private static BitSet paying(Program program, boolean points) {
    BitSet paying = new BitSet();
    for (int place = 0; place < program.getTasksCount(); place++) {
      paying.set(place, pays(program.getTasks(place), points));
    }
    return paying;
  }

  private static boolean pays(Task task, boolean points) {
    if (task.getPayout() == Payout.PAYOUT_ON_CLAIM) {
      return false;
    }
    for (Tier tier : task.getTiersList()) {
      for (Reward reward : tier.getRewardsList()) {
        if (reward.hasPoints() == points) {
          return true;
        }
      }
    }
    return false;
  }

  /** What a task leads to. */
  private interface Successors {
    List<Integer> of(int place);
  }

  /** Cycles, at least one wherever tasks lead back to themselves; no task is in two of them. */
  private List<List<Integer>> cycles(Successors successors) {
    List<List<Integer>> cycles = new ArrayList<>();
    Set<Integer> left = new HashSet<>();
    for (int place = 0; place < program.getTasksCount(); place++) {
      visit(place, successors, new ArrayDeque<>(), left, cycles);
    }
    return cycles;
  }

  /** Depth first; a program's 200 tasks bound the recursion. */
  private static void visit(
      int place,
      Successors successors,
      Deque<Integer> trail,
      Set<Integer> left,
      List<List<Integer>> cycles) {
    if (left.contains(place)) {
      return;
    }
    if (trail.contains(place)) {
      List<Integer> cycle = new ArrayList<>(trail).reversed();
      cycle = cycle.subList(cycle.indexOf(place), cycle.size());
      Set<Integer> members = Set.copyOf(cycle);
      if (cycles.stream().flatMap(List::stream).noneMatch(members::contains)) {
        cycles.add(cycle);
      }
      return;
    }
    trail.push(place);
    for (int next : successors.of(place)) {
      visit(next, successors, trail, left, cycles);
    }
    trail.pop();
    left.add(place);
  }
}
