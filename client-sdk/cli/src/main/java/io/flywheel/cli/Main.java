package io.flywheel.cli;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The program {@code flywheel}: exit code 0 for done, 1 for a call that failed, 2 for input with
 * mistakes.
 */
@Command(
    name = "flywheel",
    description = "Gamification for live-streaming rooms, from the command line.",
    mixinStandardHelpOptions = true,
    version = "flywheel 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ValidateCommand.class,
      ApplyCommand.class,
      TokenCommand.class,
      ReplayCommand.class,
      SimulateCommand.class,
      WatchCommand.class,
      ExplainCommand.class,
      TasksCommand.class,
      LedgerCommand.class,
      TotalsCommand.class,
      ExportCommand.class,
      DrawsCommand.class,
      VerifyDrawCommand.class,
      WebhooksCommand.class,
      CodesCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a call failed",
      "2:the input, or the command line, has mistakes; what was right was done"
    })
public final class Main {
  static final int CALL_FAILED = 1;
  static final int INPUT_HAS_MISTAKES = 2;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  private boolean verbose;

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine(utf8(System.out), utf8(System.err)).execute(args));
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    Main main = new Main();
    return new CommandLine(main)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(java.time.Duration.class, Durations::parse)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> Failures.print(failure, main.verbose, command.getErr()));
  }

  /** Texts are in Chinese too, so the platform's charset, often ASCII on servers, would not do. */
  private static PrintWriter utf8(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
