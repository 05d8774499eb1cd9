package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramMistake;
import java.util.stream.Collectors;

/**
 * A program read from a document, with every mistake in it. Immutable and thread-safe.
 *
 * @param program the program with all defaults filled in; incomplete where there are mistakes
 * @param mistakes the mistakes in the order of the document, at most 100
 */
public record CheckedProgram(Program program, ImmutableList<ProgramMistake> mistakes) {

  /** The program, for documents that are known to be right. */
  public Program orThrow() {
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException(
          mistakes.stream().map(CheckedProgram::describe).collect(Collectors.joining("\n")));
    }
    return program;
  }

  /** "path (line): message". */
  public static String describe(ProgramMistake mistake) {
    return mistake.getPath() + " (" + mistake.getLine() + "): " + mistake.getMessage();
  }
}
