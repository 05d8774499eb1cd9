package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListPointsEntriesResponse;
import io.flywheel.v1.PointsEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "ledger",
    mixinStandardHelpOptions = true,
    description = "Prints the entries of a viewer's points ledger, newest first.")
final class LedgerCommand implements Callable<Integer> {
  private static final int PAGE = 100;

  @Mixin private Connection connection = new Connection();

  @Parameters(
      paramLabel = "VIEWER",
      arity = "0..1",
      defaultValue = "",
      description = "The viewer; not needed with a viewer's own token.")
  private String viewer = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "So many entries at most. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--lang",
      description = "${COMPLETION-CANDIDATES}. Default: the machine's language.")
  private @Nullable Language language;

  @Option(names = "--json", description = "Print each entry on a line of its own.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    FactText text = new FactText(language == null ? Language.ofMachine() : language);
    ListPointsEntriesRequest.Builder page =
        ListPointsEntriesRequest.newBuilder().setViewerId(viewer);
    int left = limit;
    try (FlywheelClient client = connection.open()) {
      while (left > 0) {
        ListPointsEntriesResponse answer =
            client.points().listPointsEntries(page.setPageSize(Math.min(left, PAGE)).build());
        for (PointsEntry entry : answer.getEntriesList()) {
          out.println(json ? Json.line(entry) : text.line(entry));
        }
        left -= answer.getEntriesCount();
        if (answer.getNextPageToken().isEmpty()) {
          if (answer.hasOpening()) {
            out.println(json ? Json.line(answer.getOpening()) : text.line(answer.getOpening()));
          }
          break;
        }
        page.setPageToken(answer.getNextPageToken());
      }
    }
    return 0;
  }
}
