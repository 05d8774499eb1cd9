package io.flywheel.cli;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.Draw;
import io.flywheel.v1.ListRoomDrawEntrantsRequest;
import io.flywheel.v1.ListRoomDrawEntrantsResponse;
import io.flywheel.v1.ListRoomDrawsRequest;
import io.flywheel.v1.ListRoomDrawsResponse;
import io.flywheel.v1.RoomDrawView;
import io.flywheel.v1.RoomDrawWinner;
import io.flywheel.v1.SearchDrawsRequest;
import io.flywheel.v1.SearchDrawsResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "draws",
    mixinStandardHelpOptions = true,
    description = "The record of draws, which is kept for three years.",
    subcommands = {DrawsCommand.Export.class, DrawsCommand.Entrants.class})
final class DrawsCommand {
  /** Which draws. */
  static final class Which {
    @Option(
        names = "--lottery",
        paramLabel = "ID",
        required = true,
        description = "All viewers' draws of this lottery, also one that the program has no more.")
    private String lottery = "";

    @Option(
        names = "--room",
        paramLabel = "ID",
        required = true,
        description = "The draws of this room, newest first.")
    private String room = "";
  }

  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description =
          "Prints draws with what makes them checkable, as CSV with a head or as JSON Lines, which"
              + " verify-draw takes one by one. Needs a token for the role merchant or platform.")
  static final class Export implements Callable<Integer> {
    private static final int PAGE = 500;
    private static final int PAGE_OF_ROOM = 100;
    private static final List<String> COLUMNS =
        List.of(
            "lottery_id",
            "viewer_id",
            "draw_id",
            "drawn_at",
            "cost",
            "prize_id",
            "by_pity",
            "refunded",
            "number",
            "misses",
            "commitment",
            "server_seed",
            "client_seed",
            "weights",
            "configuration_hash");
    private static final List<String> COLUMNS_OF_ROOM =
        List.of(
            "room_id",
            "number",
            "room_draw_id",
            "state",
            "opened_at",
            "closes_at",
            "entrants",
            "winners",
            "commitment",
            "server_seed",
            "entrants_hash",
            "configuration_hash",
            "reason");

    @Mixin private Connection connection = new Connection();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Which which = new Which();

    @Option(
        names = "--format",
        defaultValue = "csv",
        description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ExportCommand.Format format = ExportCommand.Format.CSV;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
      boolean ofRoom = !which.room.isEmpty();
      if (format == ExportCommand.Format.CSV) {
        spec.commandLine().getOut().println(String.join(",", ofRoom ? COLUMNS_OF_ROOM : COLUMNS));
      }
      try (FlywheelClient client = connection.open()) {
        if (ofRoom) {
          ofRoom(client);
        } else {
          ofLottery(client);
        }
      }
      return 0;
    }

    private void ofLottery(FlywheelClient client) {
      SearchDrawsRequest.Builder page =
          SearchDrawsRequest.newBuilder().setLotteryId(which.lottery).setPageSize(PAGE);
      do {
        SearchDrawsResponse answer = client.lottery().searchDraws(page.build());
        answer.getDrawsList().forEach(draw -> print(draw, columns(draw)));
        page.setPageToken(answer.getNextPageToken());
      } while (!page.getPageToken().isEmpty());
    }

    private void ofRoom(FlywheelClient client) {
      ListRoomDrawsRequest.Builder page =
          ListRoomDrawsRequest.newBuilder().setRoomId(which.room).setPageSize(PAGE_OF_ROOM);
      do {
        ListRoomDrawsResponse answer = client.roomDraw().listRoomDraws(page.build());
        answer.getDrawsList().forEach(draw -> print(draw, columns(draw)));
        page.setPageToken(answer.getNextPageToken());
      } while (!page.getPageToken().isEmpty());
    }

    private void print(Message draw, List<Object> columns) {
      spec.commandLine()
          .getOut()
          .println(
              format == ExportCommand.Format.CSV
                  ? columns.stream().map(ExportCommand::quoted).collect(Collectors.joining(","))
                  : Json.line(draw));
    }

    private static List<Object> columns(Draw draw) {
      String weights =
          draw.getProof().getWeightsList().stream()
              .map(weight -> weight.getPrizeId() + "=" + weight.getWeight())
              .collect(Collectors.joining(" "));
      return List.of(
          draw.getLotteryId(),
          draw.getViewerId(),
          draw.getDrawId(),
          time(draw.getDrawnAt()),
          Json.line(draw.getCost()),
          draw.getPrizeId(),
          draw.getByPity(),
          draw.getRefunded(),
          draw.getProof().getNumber(),
          draw.getProof().getMisses(),
          draw.getProof().getCommitment(),
          draw.getProof().getServerSeed(),
          draw.getProof().getClientSeed(),
          weights,
          draw.getProof().getConfigurationHash());
    }

    private static List<Object> columns(RoomDrawView draw) {
      String winners =
          draw.getWinnersList().stream().map(Export::winner).collect(Collectors.joining(" "));
      return List.of(
          draw.getRoomId(),
          draw.getNumber(),
          draw.getRules().getId(),
          draw.getState().name().replace("ROOM_DRAW_STATE_", ""),
          time(draw.getOpenedAt()),
          time(draw.getClosesAt()),
          draw.getEntrants(),
          winners,
          draw.getCommitment(),
          draw.getServerSeed(),
          draw.getEntrantsHash(),
          draw.getConfigurationHash(),
          draw.getReason());
    }

    private static String winner(RoomDrawWinner winner) {
      String who = winner.getViewerId().isEmpty() ? winner.getTag() : winner.getViewerId();
      return who + "=" + winner.getPrizeId();
    }

    private static String time(Timestamp at) {
      return at.equals(Timestamp.getDefaultInstance()) ? "" : Timestamps.toString(at);
    }
  }

  @Command(
      name = "entrants",
      mixinStandardHelpOptions = true,
      description =
          "Prints the tags of all entrants of a room's draw that has ended, one a line, as verify-draw"
              + " --entrants takes them.")
  static final class Entrants implements Callable<Integer> {
    @Mixin private Connection connection = new Connection();

    @Option(names = "--room", paramLabel = "ID", required = true, description = "The room.")
    private String room = "";

    @Option(
        names = "--number",
        paramLabel = "N",
        required = true,
        description = "The draw's number in the room.")
    private long number;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      ListRoomDrawEntrantsRequest.Builder page =
          ListRoomDrawEntrantsRequest.newBuilder().setRoomId(room).setNumber(number);
      try (FlywheelClient client = connection.open()) {
        do {
          ListRoomDrawEntrantsResponse answer =
              client.roomDraw().listRoomDrawEntrants(page.build());
          answer.getTagsList().forEach(out::println);
          page.setPageToken(answer.getNextPageToken());
        } while (!page.getPageToken().isEmpty());
      }
      return 0;
    }
  }
}
