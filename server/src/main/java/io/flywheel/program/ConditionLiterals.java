package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.exceptions.CelAttributeNotFoundException;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what of a condition can never be reckoned, whatever it looks at: a date that there is not,
 * a regular expression that is none. Not to be instantiated.
 */
final class ConditionLiterals {
  /** What takes a time apart, in a time zone that may be named. */
  private static final Set<String> OF_TIMES =
      Set.of(
          "getDate",
          "getDayOfMonth",
          "getDayOfWeek",
          "getDayOfYear",
          "getFullYear",
          "getHours",
          "getMilliseconds",
          "getMinutes",
          "getMonth",
          "getSeconds");

  /** What the runtime says, and how people say it. */
  private static final ImmutableMap<String, String> WORDS =
      ImmutableMap.of(
          "/ by zero", "a division by zero",
          "Index out of bounds: (.*)", "there is no item $1",
          "For input string: (.*)", "$1 is no number",
          "(?:long|integer) overflow|Overflow", "a number that is too large");

  private ConditionLiterals() {}

  static ImmutableList<CelIssue> issues(CelAbstractSyntaxTree ast, CelRuntime runtime) {
    List<CelIssue> issues = new ArrayList<>();
    CelNavigableAst.fromAst(ast)
        .getRoot()
        .allNodes()
        .filter(node -> node.getKind() == ExprKind.Kind.CALL)
        .forEach(node -> {
          String problem = problem(node, ast, runtime);
          if (problem != null) {
            issues.add(CelIssue.formatError(node.id(), placeOf(node, ast), problem));
          }
        });
    return ImmutableList.copyOf(issues);
  }

  /** Why something could not be reckoned, in a line. */
  static String wording(CelEvaluationException e) {
    String message = "";
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CelAttributeNotFoundException) {
        return "there is no key " + cause.getMessage();
      }
      message =
          String.valueOf(cause.getMessage()).replaceFirst("^evaluation error[^:]*:(?:\\d+:)? ", "");
      for (Map.Entry<String, String> words : WORDS.entrySet()) {
        if (message.matches(words.getKey())) {
          return message.replaceFirst(words.getKey(), words.getValue());
        }
      }
    }
    return message;
  }

  private static @Nullable String problem(
      CelNavigableExpr node, CelAbstractSyntaxTree ast, CelRuntime runtime) {
    CelExpr.CelCall call = node.expr().call();
    if (call.function().equals("matches")) {
      CelExpr pattern = call.args().getLast();
      return isText(pattern)
          ? Regex.problem(pattern.constant().stringValue())
          : "a regular expression is written out, in quotes";
    }
    if (OF_TIMES.contains(call.function())
        && !call.args().isEmpty()
        && isText(call.args().getLast())) {
      String zone = call.args().getLast().constant().stringValue();
      return isZone(zone) ? null : "there is no time zone " + Expectations.show(zone);
    }
    String failure = isConstant(node) ? failure(node, ast, runtime) : null;
    return failure != null && call.function().equals("timestamp") && isText(call.args().getLast())
        ? "there is no time " + Expectations.show(call.args().getLast().constant().stringValue())
        : failure;
  }

  private static boolean isText(CelExpr expr) {
    return expr.getKind() == ExprKind.Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }

  private static boolean isZone(String zone) {
    try {
      return zone.matches("[+-]?\\d\\d:\\d\\d") || ZoneId.of(zone) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isConstant(CelNavigableExpr node) {
    return node.descendants()
        .allMatch(inner ->
            switch (inner.getKind()) {
              case CONSTANT, CALL, LIST, MAP -> true;
              default -> false;
            });
  }

  private static @Nullable String failure(
      CelNavigableExpr node, CelAbstractSyntaxTree ast, CelRuntime runtime) {
    CelAbstractSyntaxTree alone =
        CelAbstractSyntaxTree.newCheckedAst(
            node.expr(), ast.getSource(), ast.getReferenceMap(), ast.getTypeMap());
    try {
      Object unused = runtime.createProgram(alone).eval();
      return null;
    } catch (CelEvaluationException e) {
      return wording(e);
    }
  }

  private static CelSourceLocation placeOf(CelNavigableExpr node, CelAbstractSyntaxTree ast) {
    return ast.getSource()
        .getOffsetLocation(ast.getSource().getPositionsMap().getOrDefault(node.id(), 0))
        .orElse(CelSourceLocation.NONE);
  }
}
