package io.flywheel.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** A run of the command line with what it printed. */
final class Cli {
  final int exitCode;
  final String out;
  final String err;

  private Cli(int exitCode, String out, String err) {
    this.exitCode = exitCode;
    this.out = out;
    this.err = err;
  }

  static Cli run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true)).execute(args);
    return new Cli(exitCode, out.toString(), err.toString());
  }

  /** A run against a service. */
  static Cli run(TestService service, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--target", service.target()));
    return run(all.toArray(String[]::new));
  }

  @Override
  public String toString() {
    return "exit code " + exitCode + "\n" + out + err;
  }
}
