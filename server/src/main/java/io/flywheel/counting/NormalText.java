package io.flywheel.counting;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Texts as they are told apart: in Unicode's compatibility form, without case, blanks and what
 * nobody sees. "d a m n", "ＤＡＭＮ" and "damn" are one text. Pure functions.
 */
final class NormalText {
  private NormalText() {}

  /** A text's normal form; empty: there is nothing in it to read. */
  static String of(String text) {
    String folded = fold(Normalizer.normalize(text, Normalizer.Form.NFKD));
    StringBuilder seen = new StringBuilder(folded.length());
    // Folding may leave what is not normal, so once more.
    Normalizer.normalize(folded, Normalizer.Form.NFKC)
        .codePoints()
        .filter(NormalText::isSeen)
        .forEach(seen::appendCodePoint);
    return seen.toString();
  }

  /**
   * By way of upper case, so that letters become one that have several small ones; each by itself,
   * since a sigma at a word's end would be another.
   */
  private static String fold(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    text.toUpperCase(Locale.ROOT)
        .codePoints()
        .map(Character::toLowerCase)
        .forEach(folded::appendCodePoint);
    return folded.toString();
  }

  private static boolean isSeen(int codePoint) {
    return !Character.isWhitespace(codePoint)
        && !Character.isSpaceChar(codePoint)
        && !Character.isISOControl(codePoint)
        && Character.getType(codePoint) != Character.FORMAT
        && !isIgnorable(codePoint);
  }

  /** Unicode's Default_Ignorable_Code_Point, as far as it is no format character. */
  private static boolean isIgnorable(int codePoint) {
    return codePoint == 0x034F
        || (codePoint >= 0x115F && codePoint <= 0x1160)
        || (codePoint >= 0x17B4 && codePoint <= 0x17B5)
        || (codePoint >= 0x180B && codePoint <= 0x180F)
        || (codePoint >= 0x2060 && codePoint <= 0x206F)
        || codePoint == 0x3164
        || (codePoint >= 0xFE00 && codePoint <= 0xFE0F)
        || codePoint == 0xFFA0
        || (codePoint >= 0xFFF0 && codePoint <= 0xFFF8)
        || (codePoint >= 0xE0000 && codePoint <= 0xE0FFF);
  }
}
