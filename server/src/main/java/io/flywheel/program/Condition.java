package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelException;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.Program;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A condition in CEL, planned once and evaluated often. What one evaluation may cost is bounded by
 * the length of the expression, by the number of rounds of its macros and by the sizes of events
 * and profiles. Immutable and thread-safe.
 */
public final class Condition {

  /** What a condition may speak of beside the viewer. */
  public enum Subject {
    EVENT,
    FACT,
    VIEWER_ONLY
  }

  /** The fields of the viewer that an expression names, or the viewer as a whole. */
  private static final Pattern VIEWER = Pattern.compile("\\bviewer\\b(?:\\s*\\.\\s*(\\w+))?");

  private static final ImmutableSet<String> ALL_FIELDS =
      ViewerProfile.getDescriptor().getFields().stream()
          .map(FieldDescriptor::getName)
          .collect(ImmutableSet.toImmutableSet());

  /** The condition that holds for everyone. */
  public static final Condition ALWAYS = new Condition(null, true, "");

  private static final Condition NEVER = new Condition(null, false, "");

  private static final Logger log = LoggerFactory.getLogger(Condition.class);

  private static final int MAX_ROUNDS = 1_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .comprehensionMaxIterations(MAX_ROUNDS)
          .maxParseRecursionDepth(32)
          .maxExpressionCodePointSize(1_000)
          .maxRegexProgramSize(1_000)
          .build();

  private static final CelCompiler EVENT_COMPILER =
      withViewer(compiler(SimpleType.BOOL))
          .addVar("event", type(Event.getDescriptor().getFullName()))
          .build();
  private static final CelCompiler FACT_COMPILER =
      withViewer(compiler(SimpleType.BOOL))
          .addVar("fact", type(Fact.getDescriptor().getFullName()))
          .build();
  private static final CelCompiler VIEWER_COMPILER = withViewer(compiler(SimpleType.BOOL)).build();

  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.plannerRuntimeBuilder()
          .setOptions(OPTIONS)
          .setStandardFunctions(ConditionFunctions.STANDARD)
          .addFunctionBindings(ConditionFunctions.OWN)
          .addFileTypes(
              Event.getDescriptor().getFile(),
              Fact.getDescriptor().getFile(),
              ViewerProfile.getDescriptor().getFile())
          .build();

  private final @Nullable Program program;
  private final boolean withoutProgram;
  private final ImmutableSet<String> viewerFields;

  private Condition(@Nullable Program program, boolean withoutProgram, String expression) {
    this.program = program;
    this.withoutProgram = withoutProgram;
    this.viewerFields = viewerFields(expression);
  }

  /**
   * Reports what is wrong with an expression.
   *
   * @param path the field that it stands in
   */
  public static void check(Subject subject, String expression, String path, Findings findings) {
    // A text over its limit was reported as such.
    if (findings.isFaulty(path)) {
      return;
    }
    List<CelIssue> issues = issues(subject, expression);
    if (!issues.isEmpty()) {
      CelIssue issue = issues.getFirst();
      int line = issue.getSourceLocation().getLine();
      String where =
          (line > 1 ? "line " + line + ", " : "")
              + "column "
              + (issue.getSourceLocation().getColumn() + 1);
      findings.broken(
          path,
          Expectations.expected(
              Expectations.show(expression),
              "a condition in CEL; " + where + ": " + wording(issue, subject)));
    }
  }

  /**
   * What is wrong with an expression: it is no condition, or what it says without looking at
   * anything can't be reckoned. Empty when nothing is.
   */
  static ImmutableList<CelIssue> issues(Subject subject, String expression) {
    if (expression.isEmpty()) {
      return ImmutableList.of();
    }
    CelValidationResult result = compile(subject, expression);
    if (result.hasError()) {
      return result.getErrors();
    }
    try {
      return ConditionLiterals.issues(result.getAst(), RUNTIME);
    } catch (CelValidationException e) {
      return ImmutableList.copyOf(e.getErrors());
    }
  }

  /**
   * Plans an expression.
   *
   * @throws CelValidationException if it is no condition
   */
  public static Condition of(Subject subject, String expression)
      throws CelValidationException, CelEvaluationException {
    if (expression.isEmpty()) {
      return ALWAYS;
    }
    CelAbstractSyntaxTree ast = compile(subject, expression).getAst();
    return new Condition(RUNTIME.createProgram(ast), false, expression);
  }

  /**
   * Plans an expression that was stored. A version that was applied must load for ever: what can't
   * be planned any more holds for nobody.
   *
   * @param name whose condition it is, for the log
   */
  public static Condition ofStored(Subject subject, String expression, String name) {
    try {
      return of(subject, expression);
    } catch (CelException e) {
      log.warn("{}: a stored condition holds for nobody now: {}", name, e.getMessage());
      return NEVER;
    }
  }

  /** Whether the condition holds for everyone and everything. */
  public boolean isAlways() {
    return program == null && withoutProgram;
  }

  /** The fields of the viewer that it may ask for, by their names in the contract. */
  public ImmutableSet<String> viewerFields() {
    return viewerFields;
  }

  private static ImmutableSet<String> viewerFields(String expression) {
    ImmutableSet.Builder<String> fields = ImmutableSet.builder();
    for (Matcher named = VIEWER.matcher(expression); named.find(); ) {
      String field = named.group(1);
      if (field == null || !ALL_FIELDS.contains(field)) {
        return ALL_FIELDS; // who knows what becomes of it
      }
      fields.add(field);
    }
    return fields.build();
  }

  /**
   * Whether the condition holds. One that can't be reckoned does not.
   *
   * @param viewer asked only where the expression speaks of the viewer
   */
  public boolean test(@Nullable Event event, @Nullable Fact fact, Supplier<ViewerProfile> viewer) {
    return reckon(event, fact, viewer).holds();
  }

  /**
   * Whether the condition holds, and if it can't be reckoned, why: it divides by zero, or asks for
   * an item that is not there.
   *
   * @param viewer asked only where the expression speaks of the viewer
   */
  public Verdict reckon(
      @Nullable Event event, @Nullable Fact fact, Supplier<ViewerProfile> viewer) {
    if (program == null) {
      return withoutProgram ? Verdict.HOLDS : Verdict.FAILS;
    }
    Variables variables = new Variables(event, fact, viewer);
    Verdict verdict;
    try {
      Object result = program.eval(variables);
      verdict = Boolean.TRUE.equals(result) ? Verdict.HOLDS : Verdict.FAILS;
    } catch (CelEvaluationException e) {
      verdict = variables.failure == null ? problem(e) : Verdict.FAILS;
    }
    if (variables.failure != null) {
      throw variables.failure;
    }
    return verdict;
  }

  private static Verdict problem(CelEvaluationException e) {
    return new Verdict(false, ConditionLiterals.wording(e));
  }

  /**
   * What became of a condition.
   *
   * @param holds whether it holds
   * @param problem why it could not be reckoned; empty: it could
   */
  public record Verdict(boolean holds, String problem) {
    static final Verdict HOLDS = new Verdict(true, "");
    static final Verdict FAILS = new Verdict(false, "");
  }

  static String wording(CelIssue issue, Subject subject) {
    String message = issue.getMessage().replace(" (in container '')", "").replaceAll("\\s+", " ");
    if (message.contains("undeclared reference to 'event'")) {
      return subject == Subject.FACT
          ? "this trigger is set off by facts, so the condition may speak of fact and viewer"
          : "an audience may speak of viewer only";
    }
    if (message.contains("undeclared reference to 'fact'")) {
      return subject == Subject.EVENT
          ? "this trigger is set off by events, so the condition may speak of event and viewer"
          : "an audience may speak of viewer only";
    }
    // What else the parser or checker would have taken is a list too long to help.
    return message.replaceAll(" \\(candidates: .*| expecting \\{.*", "");
  }

  private static CelValidationResult compile(Subject subject, String expression) {
    CelCompiler compiler =
        switch (subject) {
          case EVENT -> EVENT_COMPILER;
          case FACT -> FACT_COMPILER;
          case VIEWER_ONLY -> VIEWER_COMPILER;
        };
    return compiler.compile(expression);
  }

  /** Compiles what speaks of an event alone. */
  static CelCompiler eventCompiler(CelType result) {
    return compiler(result).addVar("event", type(Event.getDescriptor().getFullName())).build();
  }

  /** Compiles what speaks of a fact alone. */
  static CelCompiler factCompiler(CelType result) {
    return compiler(result).addVar("fact", type(Fact.getDescriptor().getFullName())).build();
  }

  /** Plans what was compiled. */
  static Program plan(CelAbstractSyntaxTree ast) throws CelEvaluationException {
    return RUNTIME.createProgram(ast);
  }

  /** What of it can't be reckoned, whatever it looks at. */
  static ImmutableList<CelIssue> literalIssues(CelAbstractSyntaxTree ast) {
    return ConditionLiterals.issues(ast, RUNTIME);
  }

  private static CelCompilerBuilder compiler(CelType result) {
    return CelCompilerFactory.standardCelCompilerBuilder()
        .setOptions(OPTIONS)
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
        .addFileTypes(
            Event.getDescriptor().getFile(),
            Fact.getDescriptor().getFile(),
            ViewerProfile.getDescriptor().getFile())
        .setResultType(result);
  }

  private static CelCompilerBuilder withViewer(CelCompilerBuilder compiler) {
    return compiler.addVar("viewer", type(ViewerProfile.getDescriptor().getFullName()));
  }

  private static StructTypeReference type(String name) {
    return StructTypeReference.create(name);
  }

  /** What a condition speaks of. Used by one thread, once. */
  private static final class Variables implements CelVariableResolver {
    private final @Nullable Event event;
    private final @Nullable Fact fact;
    private final Supplier<ViewerProfile> viewer;

    /**
     * Why the viewer can't be told yet, such as that a state has to be loaded first. CEL would take
     * it for a failure of the condition.
     */
    private @Nullable RuntimeException failure;

    Variables(@Nullable Event event, @Nullable Fact fact, Supplier<ViewerProfile> viewer) {
      this.event = event;
      this.fact = fact;
      this.viewer = viewer;
    }

    @Override
    public Optional<Object> find(String name) {
      return switch (name) {
        case "event" -> Optional.ofNullable(event);
        case "fact" -> Optional.ofNullable(fact);
        case "viewer" -> Optional.of(viewer());
        default -> Optional.empty();
      };
    }

    private ViewerProfile viewer() {
      try {
        return viewer.get();
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
    }
  }
}
