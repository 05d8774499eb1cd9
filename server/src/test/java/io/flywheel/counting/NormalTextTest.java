package io.flywheel.counting;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Texts that read the same are one text, however they are written. */
class NormalTextTest {
  private static final List<String> LETTERS =
      List.of("a", "k", "z", "7", "!", "é", "ñ", "å", "ß", "Ж", "σ", "é", "が", "한", "你", "😀", "ﬁ");

  /** What nobody sees: blanks, controls, format characters and what Unicode says to ignore. */
  private static final List<String> UNSEEN =
      List.of(
          " ",
          "\t",
          "\n",
          "\u0000",
          "\u0007",
          "\u0085",
          "\u00a0",
          "\u00ad",
          "\u034f",
          "\u061c",
          "\u115f",
          "\u1680",
          "\u17b4",
          "\u180e",
          "\u2003",
          "\u200b",
          "\u200d",
          "\u2028",
          "\u202e",
          "\u2060",
          "\u2065",
          "\u3000",
          "\u3164",
          "\ufe0f",
          "\ufeff",
          "\uffa0",
          new String(Character.toChars(0xE0061)),
          new String(Character.toChars(0xE01EF)));

  @Property(tries = 2_000)
  void howATextIsWrittenMakesNoOther(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < 1 + random.nextInt(8); i++) {
      plain.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    String text = plain.toString();
    assertThat(NormalText.of(written(text, random))).as(text).isEqualTo(NormalText.of(text));
    assertThat(NormalText.of(NormalText.of(text)))
        .as("once is enough")
        .isEqualTo(NormalText.of(text));
  }

  @Property(tries = 500)
  void textsOfOtherLettersAreOthers(@ForAll long seed) {
    Random random = new Random(seed);
    String one = letters(random);
    String other = letters(random);
    assertThat(NormalText.of(written(one, random)).equals(NormalText.of(written(other, random))))
        .as("%s and %s", one, other)
        .isEqualTo(one.equals(other));
  }

  @Property(tries = 200)
  void ofWhatNobodySeesNothingIsLeft(@ForAll long seed) {
    assertThat(NormalText.of(written("", new Random(seed)))).isEmpty();
  }

  @Example
  void nothingUnseenIsLeftOfAnyCharacter() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (Character.getType(codePoint) == Character.SURROGATE) {
        continue;
      }
      String normal = NormalText.of(new String(Character.toChars(codePoint)));
      assertThat(normal.codePoints().anyMatch(NormalTextTest::isUnseen))
          .as("U+%04X", codePoint)
          .isFalse();
    }
  }

  private static boolean isUnseen(int codePoint) {
    return Character.isSpaceChar(codePoint)
        || Character.isISOControl(codePoint)
        || Character.getType(codePoint) == Character.FORMAT;
  }

  private static String letters(Random random) {
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      letters.append((char) ('a' + random.nextInt(3)));
    }
    return letters.toString();
  }

  /** The same to read, in other characters. */
  private static String written(String text, Random random) {
    StringBuilder written = new StringBuilder();
    hide(written, random);
    text.codePoints()
        .forEach(codePoint -> {
          String letter = new String(Character.toChars(codePoint));
          written.append(
              switch (random.nextInt(5)) {
                case 0 -> letter.toUpperCase(java.util.Locale.ROOT);
                case 1 -> Normalizer.normalize(letter, Normalizer.Form.NFD);
                case 2 -> Normalizer.normalize(letter, Normalizer.Form.NFKC);
                case 3 -> wide(codePoint);
                default -> letter;
              });
          hide(written, random);
        });
    return written.toString();
  }

  private static String wide(int codePoint) {
    return new String(
        Character.toChars(codePoint > ' ' && codePoint < 127 ? codePoint + 0xFEE0 : codePoint));
  }

  private static void hide(StringBuilder written, Random random) {
    while (random.nextInt(3) == 0) {
      written.append(UNSEEN.get(random.nextInt(UNSEEN.size())));
    }
  }
}
