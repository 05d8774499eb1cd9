package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.client.Watch;
import io.flywheel.v1.Fact;
import io.flywheel.v1.WatchViewerResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description =
        "Prints a viewer's standing, then what each action sets off, as it comes. Ends with"
            + " Ctrl-C.")
final class WatchCommand implements Callable<Integer> {
  @Mixin private Connection connection = new Connection();

  @Parameters(
      paramLabel = "VIEWER",
      arity = "0..1",
      defaultValue = "",
      description = "The viewer; not needed with a viewer's own token.")
  private String viewer = "";

  @Option(
      names = "--lang",
      description = "${COMPLETION-CANDIDATES}. Default: the machine's language.")
  private @Nullable Language language;

  @Option(
      names = "--updates",
      paramLabel = "N",
      description = "End after so many updates, the standing among them.")
  private int updates;

  @Option(names = "--json", description = "Print each update on a line of its own.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    FactText text = new FactText(language == null ? Language.ofMachine() : language);
    BreakReport breaks = new BreakReport(spec.commandLine().getErr());
    CompletableFuture<Void> end = new CompletableFuture<>();
    AtomicInteger printed = new AtomicInteger();
    try (FlywheelClient client = connection.open();
        Watch<WatchViewerResponse> watch =
            client.watchViewer(
                viewer,
                update -> {
                  print(update, text, out);
                  if (printed.incrementAndGet() == updates) {
                    end.complete(null);
                  }
                },
                breaks::broken)) {
      var unused = watch.done().whenComplete((nothing, failure) -> fail(end, failure));
      end.get();
      return 0;
    } catch (ExecutionException e) {
      throw FlywheelException.from(e.getCause() == null ? e : e.getCause());
    }
  }

  private static void fail(CompletableFuture<Void> end, @Nullable Throwable failure) {
    if (failure != null) {
      end.completeExceptionally(failure);
    }
  }

  private void print(WatchViewerResponse update, FactText text, PrintWriter out) {
    if (json) {
      out.println(Json.line(update));
    } else if (update.hasSnapshot()) {
      out.println(text.standing(update.getSnapshot()));
    } else {
      for (Fact fact : update.getChange().getFactsList()) {
        out.println(text.line(fact));
      }
    }
  }
}
