package io.flywheel.program;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The ids that the parts of a program go by, so that they can refer to each other. */
public final class Names {
  private final Findings findings;
  private final Map<Kind, Map<String, String>> paths = new HashMap<>();

  /**
   * What goes by a name.
   *
   * @param one such as "a task" or "an item"
   */
  public record Kind(String one) {}

  Names(Findings findings) {
    this.findings = findings;
  }

  /**
   * Declares an id. A second of the same kind is reported; an empty one is nobody's.
   *
   * @param path what has the id, such as "tasks[3]"; the id itself stands in its field {@code id}
   */
  public void declare(Kind kind, String id, String path) {
    String earlier = id.isEmpty() ? null : of(kind).putIfAbsent(id, path);
    if (earlier != null) {
      findings.broken(
          path + ".id", expected(show(id), "an id of its own; " + earlier + " has this one"));
    }
  }

  public boolean isDeclared(Kind kind, String id) {
    return of(kind).containsKey(id);
  }

  /** The ids of a kind, in the program's order. */
  public Set<String> all(Kind kind) {
    return of(kind).keySet();
  }

  /** Where an id was declared, such as "tasks[3]". */
  public Optional<String> pathOf(Kind kind, String id) {
    return Optional.ofNullable(of(kind).get(id));
  }

  /** Reports an id that nobody declared, with the one that was meant. */
  public void require(Kind kind, String id, String path) {
    if (!isDeclared(kind, id)) {
      String meant =
          Spelling.nearest(id, all(kind)).map(name -> "; did you mean " + name + "?").orElse("");
      findings.broken(path, expected(show(id), "the id of " + kind.one + meant));
    }
  }

  private Map<String, String> of(Kind kind) {
    return paths.computeIfAbsent(kind, unused -> new LinkedHashMap<>());
  }
}
