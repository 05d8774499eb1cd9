package io.flywheel.program;

import static io.flywheel.program.Expectations.expected;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which rules set off which, joined by the facts that they tell and listen to, at once or by what
 * they leave to be done later, for the same viewer or another. A chain of rules without bound that
 * leads back to its beginning never ends, and is refused. Not thread-safe.
 */
public final class ChainGraph {
  /**
   * A fact as far as rules choose by it.
   *
   * @param fact the type of the fact's payload
   * @param of what the fact is of, where listeners ask for it: a task's id, a reward's kind; else
   *     empty
   */
  public record Signal(Class<? extends Message> fact, String of) {}

  /**
   * Where a program's author sees a rule, and what helps if its chain never ends.
   *
   * @param name such as "tasks[3] (watch)"
   * @param path the field that a mistake is reported at
   * @param remedy such as "give one of these tasks a cap"
   */
  public record Place(String name, String path, String remedy) {}

  private record Rule(Predicate<Signal> listensTo, ImmutableList<Signal> tells) {
    boolean isSetOffBy(Rule other) {
      return other.tells.stream().anyMatch(listensTo);
    }
  }

  private record Placed(Place place, boolean bounded, Rule rule) {}

  private final List<Placed> placed = new ArrayList<>();
  private final List<Rule> everywhere = new ArrayList<>();

  ChainGraph() {}

  /**
   * Adds a rule that the program's author wrote.
   *
   * @param bounded whether it fires a bounded number of times, or only after somebody's call
   */
  public void add(
      Place place, boolean bounded, Predicate<Signal> listensTo, Collection<Signal> tells) {
    placed.add(new Placed(place, bounded, new Rule(listensTo, ImmutableList.copyOf(tells))));
  }

  /** Adds a rule that holds in every program and fires as often as it is set off. */
  public void addToEveryProgram(Predicate<Signal> listensTo, Signal... tells) {
    everywhere.add(new Rule(listensTo, ImmutableList.copyOf(tells)));
  }

  void check(Findings findings) {
    for (List<Integer> cycle : Cycles.among(placed.size(), this::setsOffForEver)) {
      List<Place> places = cycle.stream().map(i -> placed.get(i).place).toList();
      Place first = places.getFirst();
      String names =
          places.stream().map(Place::name).collect(Collectors.joining(" -> "))
              + " -> "
              + first.name;
      findings.broken(first.path, expected(names, "a chain that ends; " + first.remedy));
    }
  }

  /** The rules without bound that a rule without bound sets off, with no other's help. */
  private List<Integer> setsOffForEver(int from) {
    if (placed.get(from).bounded) {
      return List.of();
    }
    Set<Rule> through = withAllItSetsOff(placed.get(from).rule);
    return IntStream.range(0, placed.size())
        .filter(to -> !placed.get(to).bounded)
        .filter(to -> through.stream().anyMatch(placed.get(to).rule::isSetOffBy))
        .boxed()
        .toList();
  }

  /** A rule, and those of every program that it sets off in the end. */
  private Set<Rule> withAllItSetsOff(Rule first) {
    Set<Rule> found = new HashSet<>(Set.of(first));
    Deque<Rule> left = new ArrayDeque<>(List.of(first));
    for (Rule rule = left.poll(); rule != null; rule = left.poll()) {
      for (Rule next : everywhere) {
        if (next.isSetOffBy(rule) && found.add(next)) {
          left.add(next);
        }
      }
    }
    return found;
  }
}
