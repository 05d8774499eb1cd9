package io.flywheel.cli;

import com.google.protobuf.util.Timestamps;
import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.ExplainTaskRequest;
import io.flywheel.v1.ExplainTaskResponse;
import io.flywheel.v1.RuleVerdict;
import io.flywheel.v1.TaskProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Says rule by rule why a viewer has or has not got a task's reward.")
final class ExplainCommand implements Callable<Integer> {
  @Mixin private Connection connection = new Connection();

  @Parameters(paramLabel = "TASK", description = "The task's id.")
  private String task = "";

  @Option(
      names = "--viewer",
      defaultValue = "",
      description = "The viewer; not needed with a viewer's own token.")
  private String viewer = "";

  @Mixin private Place place = new Place();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "The time whose day, week or window is meant, such as 2026-11-11T20:00:00+08:00; at most"
              + " 30 days ago. Default: now.")
  private @Nullable OffsetDateTime at;

  @Option(
      names = "--lang",
      description = "${COMPLETION-CANDIDATES}. Default: the machine's language.")
  private @Nullable Language language;

  @Option(names = "--json", description = "Print the service's answer.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    ExplainTaskRequest.Builder request =
        ExplainTaskRequest.newBuilder()
            .setViewerId(viewer)
            .setTaskId(task)
            .setRoomId(place.room())
            .setBroadcastId(place.broadcast());
    if (at != null) {
      request.setAt(Timestamps.fromMillis(at.toInstant().toEpochMilli()));
    }
    try (FlywheelClient client = connection.open()) {
      ExplainTaskResponse answer = client.task().explainTask(request.build());
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.pretty(answer));
      } else {
        print(answer, language == null ? Language.ofMachine() : language, out);
      }
      return 0;
    }
  }

  private static void print(ExplainTaskResponse answer, Language language, PrintWriter out) {
    TaskProgress progress = answer.getTask();
    String state = progress.getState().name().replace("TASK_STATE_", "").toLowerCase(Locale.ROOT);
    out.println(
        language.of(progress.getTitle())
            + " ("
            + progress.getTaskId()
            + ", "
            + progress.getWindow()
            + "): "
            + state
            + ", "
            + progress.getCount()
            + language.choose("，还差 ", ", missing ")
            + progress.getMissing());
    for (RuleVerdict rule : answer.getRulesList()) {
      out.println(
          (rule.getHolds() ? "  ✓ " : "  ✗ ")
              + rule.getRule()
              + ": "
              + language.of(rule.getDetail()));
    }
    if (answer.hasSummary()) {
      out.println("→ " + language.of(answer.getSummary()));
    }
  }
}
