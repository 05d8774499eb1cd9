package io.flywheel.program;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Regular expressions of conditions. How large one becomes when it is compiled is known before it
 * is, so that none can exhaust the memory; each is compiled once. Not to be instantiated.
 */
final class Regex {
  private static final int MAX_LENGTH = 200;

  /** How many instructions a compiled expression may have. */
  private static final int MAX_SIZE = 1_000;

  /** What programs in force have is far less; what falls out is compiled again. */
  private static final Cache<String, Pattern> COMPILED =
      Caffeine.newBuilder().maximumSize(10_000).build();

  private Regex() {}

  /** What is wrong with an expression; null: nothing. */
  static @Nullable String problem(String expression) {
    if (expression.codePointCount(0, expression.length()) > MAX_LENGTH) {
      return "a regular expression has at most " + MAX_LENGTH + " characters";
    }
    if (new Size(expression).ofAll() > MAX_SIZE) {
      return "a regular expression repeats its parts at most " + MAX_SIZE + " times in all";
    }
    try {
      Pattern compiled = Pattern.compile(expression);
      return compiled.programSize() > MAX_SIZE
          ? "a regular expression has at most " + MAX_SIZE + " steps once it is compiled"
          : null;
    } catch (PatternSyntaxException e) {
      return "a regular expression of RE2: " + e.getDescription();
    }
  }

  /**
   * Whether a text has a part that matches.
   *
   * @throws IllegalArgumentException if {@link #problem} finds something wrong
   */
  static boolean find(String text, String expression) {
    return COMPILED.get(expression, Regex::compile).matcher(text).find();
  }

  private static Pattern compile(String expression) {
    String problem = problem(expression);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    return Pattern.compile(expression);
  }

  /** Counts the parts of an expression with all their repeats, without a parser's strictness. */
  private static final class Size {
    private final String expression;
    private int at;

    Size(String expression) {
      this.expression = expression;
    }

    long ofAll() {
      long size = 0;
      while (at < expression.length()) {
        size += ofAlternatives();
        at++; // a bracket that closes nothing
      }
      return size;
    }

    /** Up to the bracket that closes the group, or the end. */
    private long ofAlternatives() {
      long size = 0;
      while (at < expression.length() && expression.charAt(at) != ')') {
        size = Math.min(size + ofPart(), Integer.MAX_VALUE);
      }
      return size;
    }

    private long ofPart() {
      long size = ofAtom();
      while (at < expression.length() && "*+?{".indexOf(expression.charAt(at)) >= 0) {
        size = Math.min(size * repeats(), Integer.MAX_VALUE);
      }
      return size;
    }

    private long ofAtom() {
      char first = expression.charAt(at++);
      switch (first) {
        case '(' -> {
          long inside = ofAlternatives();
          at++;
          return inside + 2;
        }
        case '[' -> {
          skipClass();
          return 1;
        }
        case '\\' -> {
          return afterBackslash();
        }
        default -> {
          return 1;
        }
      }
    }

    /**
     * A quoted text is as long as it is; of a class such as \p{Greek} the brackets are no repeat.
     */
    private long afterBackslash() {
      if (at >= expression.length()) {
        return 1;
      }
      char kind = expression.charAt(at++);
      if (kind == 'Q') {
        int end = expression.indexOf("\\E", at);
        int begun = at;
        at = end < 0 ? expression.length() : end + 2;
        return Math.max(1, at - begun);
      }
      if ("pPx".indexOf(kind) >= 0 && at < expression.length() && expression.charAt(at) == '{') {
        int end = expression.indexOf('}', at);
        at = end < 0 ? expression.length() : end + 1;
      }
      return 1;
    }

    private void skipClass() {
      int begun = at;
      while (at < expression.length() && (expression.charAt(at) != ']' || at == begun)) {
        if (expression.charAt(at) == '^' && at == begun) {
          begun++;
        }
        at += expression.charAt(at) == '\\' ? 2 : 1;
      }
      at++;
    }

    /** How often what is before it is repeated: 2 for an open end, as it is compiled. */
    private long repeats() {
      if (expression.charAt(at++) != '{') {
        return 2;
      }
      int end = expression.indexOf('}', at);
      if (end < 0) {
        return 1;
      }
      String[] bounds = expression.substring(at, end).split(",", -1);
      at = end + 1;
      long most = 1;
      for (String bound : bounds) {
        most = Math.max(most, bound.matches("\\d{1,9}") ? Long.parseLong(bound) : 1);
      }
      return bounds.length == 2 && bounds[1].isEmpty() ? most + 1 : most;
    }
  }
}
