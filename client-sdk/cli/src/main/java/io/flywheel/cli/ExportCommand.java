package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.ListViewersRequest;
import io.flywheel.v1.ListViewersResponse;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerSummary;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description =
        "Prints the standings of all viewers, in the order of their ids: as CSV with a head, or as"
            + " JSON Lines. Needs a token for the role host, merchant or platform.")
final class ExportCommand implements Callable<Integer> {
  private static final int PAGE = 100;
  private static final List<String> COLUMNS =
      List.of(
          "viewer_id",
          "first_seen_at",
          "points",
          "experience",
          "streak",
          "check_ins",
          "orders",
          "ordered_minor",
          "badges",
          "privileges",
          "completed_tasks");

  private static final Pattern FORMULA = Pattern.compile("[=+\\-@\t\r]");
  private static final Pattern NUMBER = Pattern.compile("-\\d+(\\.\\d+)?");

  enum Format {
    CSV,
    JSONL
  }

  @Mixin private Connection connection = new Connection();

  @Option(
      names = "--format",
      defaultValue = "csv",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.CSV;

  @Option(
      names = "--prefix",
      defaultValue = "",
      description = "Only viewers whose id begins with this.")
  private String prefix = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.CSV) {
      out.println(String.join(",", COLUMNS));
    }
    ListViewersRequest.Builder page =
        ListViewersRequest.newBuilder().setViewerIdPrefix(prefix).setPageSize(PAGE);
    try (FlywheelClient client = connection.open()) {
      while (true) {
        ListViewersResponse answer = client.viewer().listViewers(page.build());
        for (ViewerSummary viewer : answer.getViewersList()) {
          out.println(format == Format.CSV ? csv(viewer) : Json.line(viewer));
        }
        if (answer.getNextPageToken().isEmpty()) {
          return 0;
        }
        page.setPageToken(answer.getNextPageToken());
      }
    }
  }

  private static String csv(ViewerSummary viewer) {
    ViewerProfile profile = viewer.getProfile();
    return List.<Object>of(
            viewer.getViewerId(),
            profile.hasFirstSeenAt()
                ? Instant.ofEpochSecond(
                    profile.getFirstSeenAt().getSeconds(), profile.getFirstSeenAt().getNanos())
                : "",
            profile.getPoints(),
            profile.getExperience(),
            profile.getStreak(),
            profile.getCheckIns(),
            profile.getOrders(),
            profile.getOrderedMinor(),
            String.join(" ", profile.getBadgesList()),
            String.join(" ", profile.getPrivilegesList()),
            String.join(" ", profile.getCompletedTasksList()))
        .stream()
        .map(ExportCommand::quoted)
        .collect(Collectors.joining(","));
  }

  /** As RFC 4180 has it, and so that no spreadsheet runs what viewers wrote as a formula. */
  static String quoted(Object value) {
    String text = value.toString();
    if (FORMULA.matcher(text).lookingAt() && !NUMBER.matcher(text).matches()) {
      text = "'" + text;
    }
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
