package io.flywheel.program;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.inject.Binder;
import com.google.inject.Inject;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.v1.Program;
import java.time.Instant;
import java.util.Set;

/** Reads, checks and compiles programs, by what each feature says of its part. Thread-safe. */
public final class Programs {
  private final ImmutableSet<ProgramPart> parts;

  @Inject
  Programs(Set<ProgramPart> parts) {
    this.parts = ImmutableSet.copyOf(parts);
  }

  /**
   * Where a feature's module binds its part, which is a {@link ProgramSection} where it is
   * compiled.
   */
  public static Multibinder<ProgramPart> sections(Binder binder) {
    return Multibinder.newSetBinder(binder, ProgramPart.class);
  }

  /** Reads and checks YAML or JSON. */
  public CheckedProgram check(String document) {
    Findings findings = new Findings();
    Program program = ProgramParser.parse(document, findings);
    if (!findings.isFaulty(Findings.DOCUMENT)) {
      check(program, findings);
    }
    return new CheckedProgram(fill(program), findings.mistakes());
  }

  /**
   * Reports what may not change any more.
   *
   * @param inForce the program in force, with all defaults filled in
   * @param next the program that shall follow it, with all defaults filled in
   */
  public void checkChange(Program inForce, Program next, Instant now, Findings findings) {
    parts.forEach(part -> part.checkChange(inForce, next, now, findings));
  }

  /** The program with all defaults written out; filling a filled program changes nothing. */
  public Program fill(Program program) {
    Program.Builder filled = program.toBuilder();
    ProgramTime.fill(filled);
    parts.forEach(part -> part.fill(filled));
    return filled.build();
  }

  /** Compiles a program that was checked, now or when it was stored. */
  public CompiledProgram compile(long version, Program program) {
    Program filled = fill(program);
    ImmutableMap.Builder<Class<?>, Object> compiled = ImmutableMap.builder();
    for (ProgramPart part : parts) {
      if (part instanceof ProgramSection<?> section) {
        compiled.put(section.getClass(), section.compile(filled));
      }
    }
    return new CompiledProgram(version, filled, compiled.buildOrThrow());
  }

  private void check(Program program, Findings findings) {
    ContractRules.check(program, findings);
    ProgramTime.check(program, findings);
    Names names = new Names(findings);
    parts.forEach(part -> part.declare(program, names, findings));
    parts.forEach(part -> part.check(program, names, findings));
    ChainGraph graph = new ChainGraph();
    parts.forEach(part -> part.chains(program, graph));
    graph.check(findings);
  }
}
