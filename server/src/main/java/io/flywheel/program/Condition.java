package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
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
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A condition in CEL, planned once and evaluated often. What one evaluation may cost is bounded by
 * the length of the expression, by the number of rounds of its macros and by the sizes of events
 * and profiles. Immutable and thread-safe.
 */
final class Condition {

  /** What a condition may speak of beside the viewer. */
  enum Subject {
    EVENT,
    FACT,
    VIEWER_ONLY
  }

  /** The condition that holds for everyone. */
  static final Condition ALWAYS = new Condition(null);

  private static final int MAX_ROUNDS = 1_000;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .comprehensionMaxIterations(MAX_ROUNDS)
          .maxParseRecursionDepth(32)
          .maxExpressionCodePointSize(1_000)
          .maxRegexProgramSize(1_000)
          .build();

  private static final CelCompiler EVENT_COMPILER =
      compiler().addVar("event", type(Event.getDescriptor().getFullName())).build();
  private static final CelCompiler FACT_COMPILER =
      compiler().addVar("fact", type(Fact.getDescriptor().getFullName())).build();
  private static final CelCompiler VIEWER_COMPILER = compiler().build();

  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.plannerRuntimeBuilder()
          .setOptions(OPTIONS)
          .addFileTypes(
              Event.getDescriptor().getFile(),
              Fact.getDescriptor().getFile(),
              ViewerProfile.getDescriptor().getFile())
          .build();

  private final @Nullable Program program;

  private Condition(@Nullable Program program) {
    this.program = program;
  }

  /** What is wrong with an expression; empty when nothing is. */
  static ImmutableList<CelIssue> check(Subject subject, String expression) {
    return expression.isEmpty() ? ImmutableList.of() : compile(subject, expression).getErrors();
  }

  /**
   * Plans an expression.
   *
   * @throws CelValidationException if {@link #check} finds something wrong
   */
  static Condition of(Subject subject, String expression)
      throws CelValidationException, CelEvaluationException {
    if (expression.isEmpty()) {
      return ALWAYS;
    }
    CelAbstractSyntaxTree ast = compile(subject, expression).getAst();
    return new Condition(RUNTIME.createProgram(ast));
  }

  /** Whether the condition holds for everyone and everything. */
  boolean isAlways() {
    return program == null;
  }

  /**
   * Whether the condition holds. An evaluation that fails, such as a division by zero, counts as
   * false.
   *
   * @param viewer asked only where the expression speaks of the viewer
   */
  boolean test(@Nullable Event event, @Nullable Fact fact, Supplier<ViewerProfile> viewer) {
    if (program == null) {
      return true;
    }
    try {
      return Boolean.TRUE.equals(program.eval(new Variables(event, fact, viewer)));
    } catch (CelEvaluationException e) {
      return false;
    }
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

  private static CelCompilerBuilder compiler() {
    return CelCompilerFactory.standardCelCompilerBuilder()
        .setOptions(OPTIONS)
        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
        .addFileTypes(
            Event.getDescriptor().getFile(),
            Fact.getDescriptor().getFile(),
            ViewerProfile.getDescriptor().getFile())
        .addVar("viewer", type(ViewerProfile.getDescriptor().getFullName()))
        .setResultType(SimpleType.BOOL);
  }

  private static StructTypeReference type(String name) {
    return StructTypeReference.create(name);
  }

  private record Variables(
      @Nullable Event event, @Nullable Fact fact, Supplier<ViewerProfile> viewer)
      implements CelVariableResolver {
    @Override
    public Optional<Object> find(String name) {
      return switch (name) {
        case "event" -> Optional.ofNullable(event);
        case "fact" -> Optional.ofNullable(fact);
        case "viewer" -> Optional.of(viewer.get());
        default -> Optional.empty();
      };
    }
  }
}
