package io.flywheel.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/** Finds things that lead back to themselves. */
public final class Cycles {
  private final IntFunction<List<Integer>> successors;
  private final Set<Integer> left = new HashSet<>();
  private final List<List<Integer>> cycles = new ArrayList<>();

  private Cycles(IntFunction<List<Integer>> successors) {
    this.successors = successors;
  }

  /**
   * Cycles among things by their places from 0, at least one wherever a thing leads back to itself;
   * nothing is in two of them.
   *
   * @param count how many things there are; bounds the recursion, so at most a few hundred
   * @param successors what a thing leads to
   */
  public static List<List<Integer>> among(int count, IntFunction<List<Integer>> successors) {
    Cycles search = new Cycles(successors);
    for (int place = 0; place < count; place++) {
      search.visit(place, new ArrayDeque<>());
    }
    return search.cycles;
  }

  private void visit(int place, Deque<Integer> trail) {
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
    for (int next : successors.apply(place)) {
      visit(next, trail);
    }
    trail.pop();
    left.add(place);
  }
}
