package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.ListTaskTotalsRequest;
import io.flywheel.v1.ListTaskTotalsResponse;
import io.flywheel.v1.TaskTotals;
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
    name = "totals",
    mixinStandardHelpOptions = true,
    description =
        "Prints what each task has given to all viewers together, and what it withheld and why."
            + " Needs a token for the role host, merchant or platform.")
final class TotalsCommand implements Callable<Integer> {
  @Mixin private Connection connection = new Connection();

  @Option(
      names = "--from",
      paramLabel = "DAY",
      defaultValue = "",
      description = "The first day, such as 2026-11-01. Default: the earliest that is known.")
  private String from = "";

  @Option(
      names = "--to",
      paramLabel = "DAY",
      defaultValue = "",
      description = "The last day. Default: today.")
  private String to = "";

  @Option(
      names = "--lang",
      description = "${COMPLETION-CANDIDATES}. Default: the machine's language.")
  private @Nullable Language language;

  @Option(names = "--json", description = "Print the service's answer.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    ListTaskTotalsRequest request =
        ListTaskTotalsRequest.newBuilder().setFirstDay(from).setLastDay(to).build();
    PrintWriter out = spec.commandLine().getOut();
    try (FlywheelClient client = connection.open()) {
      ListTaskTotalsResponse answer = client.task().listTaskTotals(request);
      if (json) {
        out.println(Json.pretty(answer));
      } else {
        Language said = language == null ? Language.ofMachine() : language;
        answer.getTasksList().forEach(task -> out.println(line(task, said)));
      }
      return 0;
    }
  }

  private static String line(TaskTotals task, Language said) {
    String line =
        task.getTaskId()
            + said.choose(": 达成 ", ": reached ")
            + task.getReached()
            + said.choose("，已发放 ", ", given ")
            + task.getGiven()
            + said.choose("（积分 ", " (")
            + task.getPoints()
            + said.choose("）", " points)");
    if (task.getWithheldByCap() > 0) {
      line += said.choose("，因个人上限未发放 ", ", withheld by the cap ") + task.getWithheldByCap();
    }
    if (task.getWithheldByBudget() > 0) {
      line += said.choose("，因预算用完未发放 ", ", withheld by the budget ") + task.getWithheldByBudget();
    }
    return line;
  }
}
