package io.flywheel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Draws are checked without the service that made them; the numbers were reckoned in Python. */
final class VerifyDrawTest {
  private static final String COMMITMENT =
      "0ebe2fe703bb2c4235a5946026926bd4abe8ae48ad5920981ceb5d6df4bbe37a";
  private static final String DRAW =
      "{'drawId': '1', 'lotteryId': 'spring', 'viewerId': 'anna', 'prizeId': 'mug', 'proof': {"
          + "'commitment': '"
          + COMMITMENT
          + "', 'serverSeed': '5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f',"
          + " 'clientSeed': 'lucky', 'drawId': '1', 'weights': [{'prizeId': 'poster', 'weight':"
          + " 200000}, {'prizeId': 'mug', 'weight': 600000}], 'number': 713554}}";

  @TempDir private Path folder;

  @Test
  void aDrawThatAgreesWithItsPublicValuesIsTold() throws IOException {
    Cli cli = verify(DRAW, COMMITMENT);
    assertThat(cli.exitCode).as(cli.toString()).isZero();
    assertThat(cli.out).isEqualTo("agrees: draw 1 comes to 713554 and wins mug\n");
    assertThat(verify(DRAW, "").out).contains("--commitment compares the one noted before");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'prizeId': 'mug', 'proof' | 'prizeId': 'poster', 'proof' | wins mug, not poster",
        "'number': 713554 | 'number': 713555 | the seeds come to 713554, not 713555",
        "'clientSeed': 'lucky' | 'clientSeed': 'chosen' | the seeds come to",
        "'weight': 200000 | 'weight': 800000 | wins poster, not mug",
        "'serverSeed': '5f | 'serverSeed': '5e | not the one that was committed to",
        "'number': 713554 | 'number': 713554, 'pityMisses': 3, 'misses': 3, 'pityPrizeId': 'car' |"
            + " wins car, not mug"
      })
  void aForgedDrawDoesNotAgree(String right, String forged, String mistake) throws IOException {
    assertThat(DRAW).contains(right.replace("''", "'"));
    Cli cli = verify(DRAW.replace(right, forged), "");
    assertThat(cli.exitCode).as(cli.toString()).isEqualTo(Main.INPUT_HAS_MISTAKES);
    assertThat(cli.out).contains(mistake);
  }

  @Test
  void aSeedThatWasSwappedWithItsCommitmentIsFoundOutByTheOneNotedBefore() throws IOException {
    Cli cli = verify(DRAW, COMMITMENT.replace("0e", "0f"));
    assertThat(cli.exitCode).isEqualTo(Main.INPUT_HAS_MISTAKES);
    assertThat(cli.out).contains("not the one that was committed to");
  }

  @Test
  void aFileThatIsNoDrawIsNamedWithWhatIsExpected() throws IOException {
    Cli cli = verify("{'drawId': '1'}", "");
    assertThat(cli.exitCode).isEqualTo(Main.INPUT_HAS_MISTAKES);
    assertThat(cli.err).contains("no proof (expected: a Draw with its proof)");
  }

  private Cli verify(String draw, String commitment) throws IOException {
    Path file = folder.resolve("draw.json");
    Files.write(file, draw.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    return commitment.isEmpty()
        ? Cli.run("verify-draw", file.toString())
        : Cli.run("verify-draw", file.toString(), "--commitment", commitment);
  }
}
