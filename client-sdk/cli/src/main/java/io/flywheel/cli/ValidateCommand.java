package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.ValidateProgramRequest;
import io.flywheel.v1.ValidateProgramResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description =
        "Checks a program without applying it and prints every mistake; exit code 2 if there are"
            + " any. Needs neither a service nor a token: the rules are in the server's jar. With"
            + " --target a service is asked.")
final class ValidateCommand implements Callable<Integer> {
  @Mixin private Connection connection = new Connection();
  @Mixin private ProgramFile program = new ProgramFile();

  @Option(names = "--json", description = "Print the service's answer.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    ValidateProgramRequest request =
        ValidateProgramRequest.newBuilder().setSource(program.read()).build();
    ValidateProgramResponse answer = validate(request);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.pretty(answer));
    } else if (answer.getMistakesCount() > 0) {
      program.print(answer.getMistakesList(), out);
    } else {
      out.println(
          program.name() + ": no mistakes, " + answer.getProgram().getTasksCount() + " tasks");
    }
    return answer.getMistakesCount() > 0 ? Main.INPUT_HAS_MISTAKES : 0;
  }

  /** By the rules that are here, unless a service is named, or there are none. */
  private ValidateProgramResponse validate(ValidateProgramRequest request) throws IOException {
    boolean isNamed = spec.commandLine().getParseResult().hasMatchedOption("--target");
    Optional<LocalRules> rules = isNamed ? Optional.empty() : LocalRules.find();
    if (rules.isPresent()) {
      return rules.get().check(request.getSource());
    }
    try (FlywheelClient client = connection.open()) {
      return client.program().validateProgram(request);
    }
  }
}
