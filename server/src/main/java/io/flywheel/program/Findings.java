package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import io.flywheel.v1.ProgramMistake;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The mistakes of one document and the lines that its paths stand in. What could not be read is
 * reported once: rules that would stumble over the gap stay silent. Not thread-safe.
 */
public final class Findings {
  /** The path of mistakes that concern the document as a whole. */
  static final String DOCUMENT = "document";

  private static final int MAX_ANSWERED = 100;
  private static final int MAX_KEPT = 10_000;

  private final Map<String, Integer> lines = new HashMap<>();
  private final Map<String, String> durations = new HashMap<>();
  private final List<ProgramMistake> mistakes = new ArrayList<>();
  private final Set<String> reported = new HashSet<>();
  private final Set<String> unreadable = new HashSet<>();
  private final Set<String> aroundUnreadable = new HashSet<>();

  /** Notes the line, from 1, that a path stands in. */
  void standsIn(String path, int line) {
    lines.putIfAbsent(path, line);
  }

  /** Notes that a duration stands for a number of seconds. */
  void isDuration(String path, String text) {
    durations.put(path, text);
  }

  /**
   * Reports a duration where a number stands for no seconds; the field's owner says so, before
   * other rules read the number. Nothing happens where no duration is written.
   *
   * @param expected such as "a whole number; durations are for watch time"
   */
  public void refuseDuration(String path, String expected) {
    String text = durations.get(path);
    if (text != null) {
      unreadable(path, lineOf(path), Expectations.expected(Expectations.show(text), expected));
    }
  }

  /** Whether the document says anything at this path. */
  public boolean isGiven(String path) {
    return lines.containsKey(path);
  }

  /** Reports what could not be read. */
  void unreadable(String path, int line, String message) {
    keep(path, line, message);
    markUnreadable(path);
  }

  /** Keeps rules from reporting a path, because what was meant for it could not be read. */
  void markUnreadable(String path) {
    unreadable.add(path);
    for (String above = parent(path); !above.isEmpty(); above = parent(above)) {
      aroundUnreadable.add(above);
    }
  }

  /** Reports a broken rule, unless a mistake at the path is known already. */
  public void broken(String path, String message) {
    if (!isUnreadable(path) && reported.add(path)) {
      keep(path, lineOf(path), message);
    }
  }

  /** Whether a mistake at this very path was reported, or what belongs there could not be read. */
  public boolean isFaulty(String path) {
    return reported.contains(path) || isUnreadable(path);
  }

  /** The first mistakes in the order of the document. */
  public ImmutableList<ProgramMistake> mistakes() {
    return mistakes.stream()
        .sorted(Comparator.comparingInt(ProgramMistake::getLine))
        .limit(MAX_ANSWERED)
        .collect(ImmutableList.toImmutableList());
  }

  private void keep(String path, int line, String message) {
    if (mistakes.size() < MAX_KEPT) {
      mistakes.add(
          ProgramMistake.newBuilder().setPath(path).setLine(line).setMessage(message).build());
    }
  }

  private boolean isUnreadable(String path) {
    if (aroundUnreadable.contains(path)) {
      return true;
    }
    for (String above = path; !above.isEmpty(); above = parent(above)) {
      if (unreadable.contains(above)) {
        return true;
      }
    }
    return false;
  }

  private int lineOf(String path) {
    for (String above = path; !above.isEmpty(); above = parent(above)) {
      Integer line = lines.get(above);
      if (line != null) {
        return line;
      }
    }
    return 1;
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
  }
}
