package io.flywheel.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.v1.Draw;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "verify-draw",
    mixinStandardHelpOptions = true,
    description =
        "Reckons a draw again from its public values, without a service; exit code 2 if something"
            + " does not agree.")
final class VerifyDrawCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description =
          "A Draw as JSON, as Draw and ListDraws answer it; - for standard input. What was won is"
              + " its prizeId.")
  private String file = "-";

  @Option(
      names = "--commitment",
      paramLabel = "HASH",
      defaultValue = "",
      description =
          "The commitment that was noted before the draw, as GetLottery answers it. Without it the"
              + " one in the file is taken, which only shows that the file agrees with itself.")
  private String commitment = "";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Draw draw = read();
    FairDraw fair = new FairDraw(draw.getProof());
    Optional<String> mistake = fair.mistake(draw.getPrizeId(), commitment);
    PrintWriter out = spec.commandLine().getOut();
    if (mistake.isPresent()) {
      out.println("does not agree: " + mistake.get());
      return Main.INPUT_HAS_MISTAKES;
    }
    out.println(
        "agrees: draw "
            + draw.getProof().getDrawId()
            + " comes to "
            + fair.number()
            + " and wins "
            + FairDraw.named(fair.prize()));
    if (commitment.isEmpty()) {
      out.println("the commitment is the file's own; --commitment compares the one noted before");
    }
    return 0;
  }

  private Draw read() throws IOException {
    String text =
        file.equals("-")
            ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
            : new String(Files.readAllBytes(Path.of(file)), StandardCharsets.UTF_8);
    Draw.Builder draw = Draw.newBuilder();
    try {
      JsonFormat.parser().merge(text, draw);
    } catch (InvalidProtocolBufferException e) {
      throw new InputException(
          file + ": " + e.getMessage() + " (expected: a Draw as JSON, as ListDraws answers it)");
    }
    if (!draw.hasProof()) {
      throw new InputException(file + ": no proof (expected: a Draw with its proof)");
    }
    return draw.build();
  }
}
