package io.flywheel.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.v1.Draw;
import io.flywheel.v1.ListRoomDrawEntrantsResponse;
import io.flywheel.v1.LotteryView;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.RoomDrawView;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "verify-draw",
    mixinStandardHelpOptions = true,
    description =
        "Reckons a draw of a lottery, or of a room, again from its public values, without a service;"
            + " exit code 2 if something does not agree.")
final class VerifyDrawCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description =
          "A Draw as JSON, as Draw and ListDraws answer it, or with --entrants a RoomDrawView, as"
              + " ListRoomDraws answers it; - for standard input.")
  private String file = "-";

  @Option(
      names = "--commitment",
      paramLabel = "HASH",
      defaultValue = "",
      description =
          "The commitment that was noted before the draw. Without it the one in the file is taken,"
              + " which only shows that the file agrees with itself.")
  private String commitment = "";

  @Option(
      names = "--before",
      paramLabel = "FILE",
      defaultValue = "",
      description =
          "The LotteryView as JSON, as GetLottery answered it before the draw: its commitment, its"
              + " configuration and its odds are compared too.")
  private String before = "";

  @Option(
      names = "--entrants",
      paramLabel = "FILE",
      defaultValue = "",
      description =
          "The entrants' tags of a room's draw, one a line, as the command draws entrants prints"
              + " them, or a ListRoomDrawEntrantsResponse as JSON.")
  private String entrants = "";

  @Option(
      names = "--viewer",
      paramLabel = "ID",
      defaultValue = "",
      description = "With --entrants: says whether this viewer is among them.")
  private String viewer = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (!entrants.isEmpty()) {
      return verifyRoomDraw();
    }
    Draw.Builder read = Draw.newBuilder();
    parse(file, read, "a Draw as JSON, as ListDraws answers it");
    if (!read.hasProof()) {
      throw new InputException(
          file
              + ": no proof (expected: a Draw with its proof), nor --entrants, which a room's draw needs");
    }
    Draw draw = read.build();
    FairDraw fair = new FairDraw(draw.getProof());
    Optional<String> mistake = Optional.empty();
    String noted = commitment;
    if (!before.isEmpty()) {
      LotteryView.Builder view = LotteryView.newBuilder();
      parse(before, view, "a LotteryView as JSON, as GetLottery answers it");
      mistake = fair.mistake(view.build());
      noted = noted.isEmpty() ? view.getCommitment() : noted;
    }
    String compared = noted;
    mistake = mistake.or(() -> fair.mistake(draw.getPrizeId(), compared));
    return tell(
        mistake,
        "draw "
            + draw.getProof().getDrawId()
            + " comes to "
            + fair.number()
            + " and wins "
            + FairDraw.named(fair.prize()),
        noted);
  }

  private int verifyRoomDraw() throws IOException {
    RoomDrawView.Builder draw = RoomDrawView.newBuilder();
    parse(file, draw, "a RoomDrawView as JSON, as ListRoomDraws answers it");
    if (draw.getState() != RoomDrawState.ROOM_DRAW_STATE_DRAWN) {
      throw new InputException(file + ": not drawn yet (expected: state ROOM_DRAW_STATE_DRAWN)");
    }
    FairRoomDraw fair = new FairRoomDraw(draw.build(), tags());
    int exitCode =
        tell(
            fair.mistake(commitment),
            "draw "
                + draw.getNumber()
                + " of room "
                + draw.getRoomId()
                + " has "
                + draw.getEntrants()
                + " entrants and "
                + draw.getWinnersCount()
                + " winners",
            commitment);
    if (!viewer.isEmpty()) {
      spec.commandLine()
          .getOut()
          .println(
              viewer
                  + (fair.hasEntered(viewer)
                      ? " is among the entrants as "
                      : " is not among them: ")
                  + fair.tagOf(viewer));
    }
    return exitCode;
  }

  private int tell(Optional<String> mistake, String outcome, String noted) {
    PrintWriter out = spec.commandLine().getOut();
    if (mistake.isPresent()) {
      out.println("does not agree: " + mistake.get());
      return Main.INPUT_HAS_MISTAKES;
    }
    out.println("agrees: " + outcome);
    if (noted.isEmpty()) {
      out.println("the commitment is the file's own; --commitment compares the one noted before");
    }
    return 0;
  }

  private List<String> tags() throws IOException {
    String text = text(entrants);
    if (text.stripLeading().startsWith("{")) {
      ListRoomDrawEntrantsResponse.Builder response = ListRoomDrawEntrantsResponse.newBuilder();
      parse(entrants, response, "a ListRoomDrawEntrantsResponse as JSON");
      return new ArrayList<>(response.getTagsList());
    }
    return Arrays.stream(text.split("\\R"))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toList());
  }

  private static void parse(String file, Message.Builder message, String expected)
      throws IOException {
    try {
      JsonFormat.parser().merge(text(file), message);
    } catch (InvalidProtocolBufferException e) {
      throw new InputException(file + ": " + e.getMessage() + " (expected: " + expected + ")");
    }
  }

  private static String text(String file) throws IOException {
    byte[] bytes = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
