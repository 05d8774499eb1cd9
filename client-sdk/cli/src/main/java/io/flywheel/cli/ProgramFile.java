package io.flywheel.cli;

import io.flywheel.v1.ProgramMistake;
import io.flywheel.v1.ProgramSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The program that a command is about: a file, standard input or a built-in template. */
final class ProgramFile {
  @ArgGroup(multiplicity = "1")
  private Choice choice = new Choice();

  static final class Choice {
    @Parameters(
        paramLabel = "FILE",
        description = "The program, YAML or JSON; \"-\" for standard input.")
    private @Nullable Path file;

    @Option(
        names = "--template",
        paramLabel = "NAME",
        description = "A built-in program, such as growth-flywheel.")
    private @Nullable String template;
  }

  String name() {
    return choice.file != null ? choice.file.toString() : "template " + choice.template;
  }

  ProgramSource read() throws IOException {
    if (choice.template != null) {
      return ProgramSource.newBuilder().setTemplate(choice.template).build();
    }
    Path file = choice.file;
    byte[] document =
        file == null || file.toString().equals("-")
            ? System.in.readAllBytes()
            : Files.readAllBytes(file);
    return ProgramSource.newBuilder()
        .setDocument(new String(document, java.nio.charset.StandardCharsets.UTF_8))
        .build();
  }

  /** One line a mistake, in the form that editors jump to: file:line: path: what is wrong. */
  void print(List<ProgramMistake> mistakes, PrintWriter out) {
    for (ProgramMistake mistake : mistakes) {
      String line = mistake.getLine() == 0 ? "" : ":" + mistake.getLine();
      out.println(name() + line + ": " + mistake.getPath() + ": " + mistake.getMessage());
    }
    out.println(mistakes.size() + (mistakes.size() == 1 ? " mistake" : " mistakes"));
  }
}
