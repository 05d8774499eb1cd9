package io.flywheel.analytics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Visits of a batch in groups that move the same figures, each of which is written by a statement
 * of its own. Groups of a few are one, which names all that any of its visits moves.
 */
final class VisitGroups {
  /** A statement costs as much as some rows, so fewer are not worth one. */
  private static final int FEWEST = 16;

  private VisitGroups() {}

  /**
   * Visits that one statement writes.
   *
   * @param figures the figures that are not zero, of all of them
   */
  record Group(List<Figure> figures, List<Tally.Visit> visits) {}

  /** The groups; each keeps its visits in the order in which they came. */
  static List<Group> of(Collection<Tally.Visit> visits) {
    Map<Integer, List<Tally.Visit>> byFigures = new TreeMap<>();
    for (Tally.Visit visit : visits) {
      byFigures.computeIfAbsent(visit.counts.figures(), unused -> new ArrayList<>()).add(visit);
    }
    List<Group> groups = new ArrayList<>();
    List<Tally.Visit> rest = new ArrayList<>();
    int ofRest = 0;
    for (Map.Entry<Integer, List<Tally.Visit>> group : byFigures.entrySet()) {
      if (group.getValue().size() < FEWEST) {
        rest.addAll(group.getValue());
        ofRest |= group.getKey();
      } else {
        groups.add(new Group(figures(group.getKey()), group.getValue()));
      }
    }
    if (!rest.isEmpty()) {
      groups.add(new Group(figures(ofRest), rest));
    }
    return groups;
  }

  private static List<Figure> figures(int bits) {
    return Stream.of(Figure.values()).filter(figure -> (bits >> figure.bit() & 1) == 1).toList();
  }
}
