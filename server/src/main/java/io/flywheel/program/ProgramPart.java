package io.flywheel.program;

import io.flywheel.v1.Program;
import java.time.Instant;

/**
 * What a feature says of programs: defaults, rules for what may be written, and which of its rules
 * set off others. Each feature binds its own with {@link Programs#sections}; nothing else knows the
 * fields. They are asked in the order in which {@code Main} lists their modules. Pure and
 * thread-safe.
 */
public interface ProgramPart {
  /** Writes out what the program leaves to defaults. Filling a filled program changes nothing. */
  default void fill(Program.Builder program) {}

  /** Declares the ids that this or another part may refer to, before anything is checked. */
  default void declare(Program program, Names names, Findings findings) {}

  /**
   * Reports what breaks the rules that the contract itself does not state.
   *
   * @param program as it was written, without defaults; incomplete where something could not be
   *     read
   */
  default void check(Program program, Names names, Findings findings) {}

  /**
   * Reports what may not change any more.
   *
   * @param inForce the program in force, with all defaults filled in
   * @param next the program that shall follow it, with all defaults filled in
   */
  default void checkChange(Program inForce, Program next, Instant now, Findings findings) {}

  /** Adds the rules that set off others, so that chains that can't end are found. */
  default void chains(Program program, ChainGraph graph) {}
}
