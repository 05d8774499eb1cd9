package io.flywheel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private static final String CONFIGURATION =
      "689811ad0a62b84fd531d49f6002eb79133ce1d8f051296330552e674c133f41";
  private static final String BEFORE =
      "{'lottery': {'id': 'spring', 'prizes': [{'id': 'poster', 'odds': 200000}, {'id': 'mug',"
          + " 'odds': 600000}]}, 'commitment': '"
          + COMMITMENT
          + "', 'configurationHash': '"
          + CONFIGURATION
          + "'}";

  private static final String ANNA =
      "5897100b6a7629c041589cb2c258dc8b05a7a0916102f08c3999bf7771c98799";
  private static final String BOB =
      "18bfcdcaa07c18b77b7394c9ecc9660c3496d887358b2c9b572ad847f681166b";
  private static final String CLEO =
      "8b6c21d10c3b4601a902531932f55e8db317709c6501aabd132f448baaad836e";
  private static final String DAN =
      "adf5d26947bd4e07b4788c9609d001fadf63edba7288b73634a432db1af40711";
  private static final String ROOM_DRAW =
      "{'roomId': 'r', 'number': '7', 'state': 'ROOM_DRAW_STATE_DRAWN', 'entrants': '4', 'rules':"
          + " {'id': 'bag', 'threshold': '2', 'prizes': [{'id': 'mug', 'winners': 1}, {'id': 'pen',"
          + " 'winners': 2}]}, 'commitment': '"
          + COMMITMENT
          + "', 'configurationHash':"
          + " 'e6f413739b19e90ebde64e87d5a8d8bcf7d205c6fd41f771cf1db9df76f09c8d',"
          + " 'serverSeed': '5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f5f',"
          + " 'entrantsHash': 'ea7f48b5f887515f2b3939527d77f492a20e9f487e6afa95c189547b759c71e8',"
          + " 'winners': [{'viewerId': 'cleo', 'prizeId': 'mug', 'tag': '"
          + CLEO
          + "'}, {'prizeId': 'pen', 'tag': '"
          + ANNA
          + "'}, {'viewerId': 'dan', 'prizeId': 'pen', 'tag': '"
          + DAN
          + "'}]}";

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

  /** What was published before the draw tells of prizes and odds that were changed since. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'odds': 600000 | 'odds': 500000 | not the one whose hash was published",
        "'lottery': | 'loterie': | expected: a LotteryView as JSON",
        "0ebe2f | 0fbe2f | not the one that was committed to"
      })
  void whatWasPublishedBeforeIsComparedToo(String right, String other, String mistake)
      throws IOException {
    String draw =
        DRAW.replace("'number'", "'configurationHash': '" + CONFIGURATION + "', 'number'");
    Cli cli = Cli.run("verify-draw", file("d", draw), "--before", file("b", BEFORE));
    assertThat(cli.exitCode).as(cli.toString()).isZero();
    assertThat(cli.out).isEqualTo("agrees: draw 1 comes to 713554 and wins mug\n");
    assertThat(BEFORE).contains(right);
    Cli changed =
        Cli.run(
            "verify-draw", file("d", draw), "--before", file("b", BEFORE.replace(right, other)));
    assertThat(changed.exitCode).isEqualTo(Main.INPUT_HAS_MISTAKES);
    assertThat(changed.toString()).contains(mistake);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'weight': 600000 | 'weight': 700000 | the weight of mug is 700000, not the published 600000",
        "'number': | 'pityMisses': 2, 'number': | the pity is not the one that was published",
        "'configurationHash': ' | 'configurationHash': 'f | configuration is not the one"
      })
  void aDrawByAnotherConfigurationDoesNotAgree(String right, String forged, String mistake)
      throws IOException {
    String draw =
        DRAW.replace("'number'", "'configurationHash': '" + CONFIGURATION + "', 'number'");
    assertThat(draw).contains(right);
    Cli cli =
        Cli.run(
            "verify-draw", file("d", draw.replace(right, forged)), "--before", file("b", BEFORE));
    assertThat(cli.exitCode).as(cli.toString()).isEqualTo(Main.INPUT_HAS_MISTAKES);
    assertThat(cli.out).contains(mistake);
  }

  @Test
  void aRoomsDrawIsReckonedFromItsEntrants() throws IOException {
    String tags = String.join("\n", DAN, ANNA, CLEO, BOB) + "\n";
    Cli cli = verifyRoomDraw(ROOM_DRAW, tags, "--viewer", "bob", "--commitment", COMMITMENT);
    assertThat(cli.exitCode).as(cli.toString()).isZero();
    assertThat(cli.out)
        .isEqualTo(
            "agrees: draw 7 of room r has 4 entrants and 3 winners\nbob is among the entrants as "
                + BOB
                + "\n");
    String answer =
        "{'tags': ['" + String.join("', '", ANNA, BOB, CLEO, DAN) + "'], 'nextPageToken': ''}";
    Cli json = verifyRoomDraw(ROOM_DRAW, answer.replace('\'', '"'), "--viewer", "eve");
    assertThat(json.exitCode).as(json.toString()).isZero();
    assertThat(json.out).contains("eve is not among them: ", "--commitment compares");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'viewerId': 'cleo' | 'viewerId': 'eve' | eve has another tag than 8b6c",
        "'prizeId': 'mug' | 'prizeId': 'pen' | winner 1 is 8b6c21d10c3b",
        "'winners': 2 | 'winners': 1 | the rules are not those whose hash was published",
        "'entrantsHash': 'ea | 'entrantsHash': 'eb | the tags are not the entrants",
        "'serverSeed': '5f | 'serverSeed': '5e | not the one that was committed to",
        "'state': 'ROOM_DRAW_STATE_DRAWN' | 'state': 'ROOM_DRAW_STATE_OPEN' | not drawn yet"
      })
  void aForgedRoomDrawDoesNotAgree(String right, String forged, String mistake) throws IOException {
    assertThat(ROOM_DRAW).contains(right);
    Cli cli =
        verifyRoomDraw(ROOM_DRAW.replace(right, forged), String.join("\n", ANNA, BOB, CLEO, DAN));
    assertThat(cli.exitCode).as(cli.toString()).isEqualTo(Main.INPUT_HAS_MISTAKES);
    assertThat(cli.toString()).contains(mistake);
  }

  @Test
  void anEntrantWhoWasLeftOutIsFoundOut() throws IOException {
    Cli cli = verifyRoomDraw(ROOM_DRAW, String.join("\n", ANNA, CLEO, DAN));
    assertThat(cli.out).contains("the tags are not the entrants that were frozen");
  }

  private Cli verifyRoomDraw(String draw, String tags, String... more) throws IOException {
    Path entrants = folder.resolve("entrants");
    Files.write(entrants, tags.getBytes(StandardCharsets.UTF_8));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("verify-draw", file("draw", draw), "--entrants", entrants.toString()));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray(String[]::new));
  }

  private String file(String name, String json) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    return file.toString();
  }

  private Cli verify(String draw, String commitment) throws IOException {
    Path file = folder.resolve("draw.json");
    Files.write(file, draw.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    return commitment.isEmpty()
        ? Cli.run("verify-draw", file.toString())
        : Cli.run("verify-draw", file.toString(), "--commitment", commitment);
  }
}
