package io.flywheel.program;

import io.flywheel.v1.Program;

/**
 * A part of the program that reactors run on. Pure and thread-safe.
 *
 * @param <C> the compiled form, immutable; {@link CompiledProgram#get} hands it out
 */
public interface ProgramSection<C> extends ProgramPart {
  /**
   * Makes what reactors run on, once a version. A version that was applied must compile for ever,
   * also by a later build.
   *
   * @param filled the program with all defaults filled in
   */
  C compile(Program filled);
}
