package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

final class ValuesTest {
  private static final List<String> NASTY =
      List.of(
          "",
          " ",
          "'",
          "''",
          "\\",
          "\\'",
          "' OR 1=1 -- ",
          "\"",
          "`",
          "?",
          ";",
          "{d '2026-01-01'}",
          "/* */",
          "#",
          "%_",
          "\0",
          "\n\r\t\u001A\b",
          "\u007F\u0080\u00A0",
          "观众 签到",
          "😀'\\",
          "\u00BF\\'", // where a character set takes a sign for half of a letter
          "\uFF07\u02BC\u2019");

  private static final List<String> MODES =
      List.of(
          "",
          "STRICT_TRANS_TABLES",
          "NO_BACKSLASH_ESCAPES",
          "ANSI_QUOTES",
          "NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT,IGNORE_SPACE");

  private static final List<String> CHARACTER_SETS = List.of("utf8mb4", "latin1", "ascii", "gbk");

  @Test
  void theDatabaseReadsBackWhatWasWrittenUnderEverySqlModeAndCharacterSet() throws Exception {
    try (TestServer server = TestServer.start();
        Handle handle = Jdbi.open(server.instance(Database.class).connectOutsideOfPool())) {
      List<String> texts = texts();
      for (String mode : MODES) {
        handle.execute("SET sql_mode = '" + mode + "'");
        for (String set : CHARACTER_SETS) {
          handle.execute("SET character_set_client = " + set);
          List<String> read = new ArrayList<>();
          Script script = new Script(handle);
          script.readEach(
              "SELECT HEX(?) AS text, HEX(?) AS bytes, ? AS number, ? IS NULL AS nothing",
              texts,
              (values, text) ->
                  values
                      .text(text)
                      .bytes(text.getBytes(StandardCharsets.UTF_16BE))
                      .number(text.hashCode())
                      .text(null),
              row ->
                  read.add(
                      "%s %s %d %d"
                          .formatted(
                              row.getString("text"),
                              row.getString("bytes"),
                              row.getLong("number"),
                              row.getInt("nothing"))));
          script.run();
          assertThat(read)
              .as("mode '%s', character set %s", mode, set)
              .isEqualTo(texts.stream().map(ValuesTest::asRead).toList());
        }
      }
    }
  }

  @Test
  void nothingThatIsWrittenNeedsAnEscape() {
    for (String text : texts()) {
      Values values = new Values();
      values.beginRow();
      values.text(text);
      assertThat(values.toString()).matches("'[ -&(-\\[\\]-~]*'|_utf8mb4 X'[0-9A-F]*'");
    }
  }

  @Test
  void numbersAndBytesAreWrittenInFull() {
    Values values = new Values();
    values.beginRow();
    values.number(Long.MIN_VALUE).number(Long.MAX_VALUE).bytes(new byte[] {-1, 0, 16}).bytes(null);
    assertThat(values.toString())
        .isEqualTo("-9223372036854775808,9223372036854775807,X'FF0010',NULL");
    values.endRow(4);
  }

  @Test
  void aRowOrATextWithAnotherNumberOfValuesIsRefused() {
    Values values = new Values();
    values.beginRow();
    values.number(1);
    assertThatThrownBy(() -> values.endRow(2)).hasMessage("a row has 1 values (expected: 2)");
    values.beginTemplate("a = ? AND b = ?");
    values.number(1);
    assertThatThrownBy(values::endTemplate).hasMessageContaining("a value is missing");
    values.number(2);
    assertThatThrownBy(() -> values.number(3)).hasMessageContaining("a value too many");
  }

  private static String asRead(String text) {
    HexFormat hex = HexFormat.of().withUpperCase();
    return "%s %s %d 1"
        .formatted(
            hex.formatHex(text.getBytes(StandardCharsets.UTF_8)),
            hex.formatHex(text.getBytes(StandardCharsets.UTF_16BE)),
            (long) text.hashCode());
  }

  private static List<String> texts() {
    List<String> texts = new ArrayList<>(NASTY);
    SplittableRandom random = new SplittableRandom(15);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int letters = random.nextInt(12); letters > 0; letters--) {
        int most = random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1;
        int letter = random.nextInt(most);
        boolean isHalf = letter >= Character.MIN_SURROGATE && letter <= Character.MAX_SURROGATE;
        text.appendCodePoint(isHalf ? '\'' : letter);
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
