package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelException;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An expression in CEL over an event or a fact that gives a text, such as the id of what it speaks
 * of; bounded as a {@link Condition} is. Immutable and thread-safe.
 */
public final class TextExpression {
  private static final Logger log = LoggerFactory.getLogger(TextExpression.class);

  private static final CelCompiler EVENT_COMPILER = Condition.eventCompiler(SimpleType.STRING);
  private static final CelCompiler FACT_COMPILER = Condition.factCompiler(SimpleType.STRING);

  private final @Nullable Program program;

  private TextExpression(@Nullable Program program) {
    this.program = program;
  }

  /**
   * Reports what is wrong with an expression.
   *
   * @param subject EVENT or FACT
   * @param path the field that it stands in
   */
  public static void check(Subject subject, String expression, String path, Findings findings) {
    if (findings.isFaulty(path)) {
      return;
    }
    ImmutableList<CelIssue> issues = issues(subject, expression);
    if (!issues.isEmpty()) {
      CelIssue issue = issues.getFirst();
      findings.broken(
          path,
          Expectations.expected(
              Expectations.show(expression),
              "a text in CEL; column %d: %s"
                  .formatted(issue.getSourceLocation().getColumn() + 1, wording(issue, subject))));
    }
  }

  /**
   * Plans an expression that was stored. What can't be planned any more gives no text.
   *
   * @param subject EVENT or FACT
   * @param name whose expression it is, for the log
   */
  public static TextExpression ofStored(Subject subject, String expression, String name) {
    if (expression.isEmpty()) {
      return new TextExpression(null);
    }
    try {
      return new TextExpression(Condition.plan(compiler(subject).compile(expression).getAst()));
    } catch (CelException e) {
      log.warn("{}: a stored expression gives nothing now: {}", name, e.getMessage());
      return new TextExpression(null);
    }
  }

  /** The text; empty where it can't be evaluated, too. */
  public String of(@Nullable Event event, @Nullable Fact fact) {
    if (program == null) {
      return "";
    }
    try {
      Map<String, Object> variables = event != null ? Map.of("event", event) : facts(fact);
      return program.eval(variables) instanceof String text ? text : "";
    } catch (CelEvaluationException e) {
      return "";
    }
  }

  /** As of conditions, which may speak of the viewer, too. */
  private static String wording(CelIssue issue, Subject subject) {
    return Condition.wording(issue, subject)
        .replace("the condition may speak", "it may speak")
        .replace(" and viewer", "");
  }

  private static Map<String, Object> facts(@Nullable Fact fact) {
    return fact == null ? Map.of() : Map.of("fact", fact);
  }

  private static ImmutableList<CelIssue> issues(Subject subject, String expression) {
    CelValidationResult result = compiler(subject).compile(expression);
    if (result.hasError()) {
      return ImmutableList.copyOf(result.getErrors());
    }
    try {
      return Condition.literalIssues(result.getAst());
    } catch (CelValidationException e) {
      return ImmutableList.copyOf(e.getErrors());
    }
  }

  private static CelCompiler compiler(Subject subject) {
    return subject == Subject.FACT ? FACT_COMPILER : EVENT_COMPILER;
  }
}
