package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ValidateProgramRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = "Applies a program; prints its mistakes, and exits with 2, if it has any.")
final class ApplyCommand implements Callable<Integer> {
  @Mixin private Connection connection = new Connection();
  @Mixin private ProgramFile program = new ProgramFile();

  @Option(names = "--note", defaultValue = "", description = "A note for the list of versions.")
  private String note = "";

  @Option(
      names = "--expected-version",
      paramLabel = "N",
      description = "Apply only if this is the version in force; 0: none yet.")
  private @Nullable Long expectedVersion;

  @Option(names = "--json", description = "Print the service's answer.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    ApplyProgramRequest.Builder request =
        ApplyProgramRequest.newBuilder().setSource(program.read()).setNote(note);
    if (expectedVersion != null) {
      request.setExpectedVersion(expectedVersion);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (FlywheelClient client = connection.open()) {
      ApplyProgramResponse answer;
      try {
        answer = client.program().applyProgram(request.build());
      } catch (FlywheelException e) {
        if (e.reason() != ErrorReason.ERROR_REASON_INVALID_PROGRAM) {
          throw e;
        }
        printMistakes(client, request.build());
        return Main.INPUT_HAS_MISTAKES;
      }
      var version = answer.getVersion();
      out.println(
          json
              ? Json.pretty(answer)
              : program.name() + ": applied as version " + version.getVersion());
      return 0;
    }
  }

  /** Asks again for the mistakes alone, since only that answer has their lines. */
  private void printMistakes(FlywheelClient client, ApplyProgramRequest request) {
    var answer =
        client
            .program()
            .validateProgram(
                ValidateProgramRequest.newBuilder().setSource(request.getSource()).build());
    if (json) {
      spec.commandLine().getOut().println(Json.pretty(answer));
    } else {
      program.print(answer.getMistakesList(), spec.commandLine().getErr());
    }
  }
}
