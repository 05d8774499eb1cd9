package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.ListTasksResponse;
import io.flywheel.v1.TaskProgress;
import java.io.IOException;
import java.io.PrintWriter;
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
    name = "tasks",
    mixinStandardHelpOptions = true,
    description = "Prints a viewer's tasks and how far the viewer has come in each.")
final class TasksCommand implements Callable<Integer> {
  @Mixin private Connection connection = new Connection();

  @Parameters(
      paramLabel = "VIEWER",
      arity = "0..1",
      defaultValue = "",
      description = "The viewer; not needed with a viewer's own token.")
  private String viewer = "";

  @Mixin private Place place = new Place();

  @Option(
      names = "--lang",
      description = "${COMPLETION-CANDIDATES}. Default: the machine's language.")
  private @Nullable Language language;

  @Option(names = "--json", description = "Print the service's answer.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    ListTasksRequest request =
        ListTasksRequest.newBuilder()
            .setViewerId(viewer)
            .setRoomId(place.room())
            .setBroadcastId(place.broadcast())
            .build();
    PrintWriter out = spec.commandLine().getOut();
    try (FlywheelClient client = connection.open()) {
      ListTasksResponse answer = client.task().listTasks(request);
      if (json) {
        out.println(Json.pretty(answer));
      } else {
        print(answer, language == null ? Language.ofMachine() : language, out);
      }
      return 0;
    }
  }

  private static void print(ListTasksResponse answer, Language language, PrintWriter out) {
    for (TaskProgress task : answer.getTasksList()) {
      out.println(
          "%s (%s, %s): %s, %d%s%d"
              .formatted(
                  language.of(task.getTitle()),
                  task.getTaskId(),
                  task.getWindow(),
                  task.getState().name().replace("TASK_STATE_", "").toLowerCase(Locale.ROOT),
                  task.getCount(),
                  language.choose("，还差 ", ", missing "),
                  task.getMissing()));
    }
    if (answer.getHiddenTasks() > 0) {
      out.println(language.choose("未解锁的隐藏任务：", "Hidden tasks: ") + answer.getHiddenTasks());
    }
  }
}
