package io.flywheel.coupon;

import com.google.inject.Inject;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * Makes codes: 16 letters and digits, of 80 bits by chance, in groups of four. Letters that are
 * easily mistaken for digits are left out. Thread-safe.
 */
final class Codes {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 16;
  private static final int GROUP = 4;

  private final SecureRandom random = new SecureRandom();

  @Inject
  Codes() {}

  /** A new code. */
  String next() {
    StringBuilder code = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return code.toString();
  }

  /** A code as it is shown: {@code 7Q2M-…}. */
  static String shown(String made) {
    StringBuilder shown = new StringBuilder(LENGTH + LENGTH / GROUP);
    for (int i = 0; i < made.length(); i++) {
      if (i > 0 && i % GROUP == 0) {
        shown.append('-');
      }
      shown.append(made.charAt(i));
    }
    return shown.toString();
  }

  /** What was typed, as a code that was made is kept. */
  static String plain(String typed) {
    return typed
        .replaceAll("[-\\s]", "")
        .toUpperCase(Locale.ROOT)
        .replace('O', '0')
        .replace('I', '1')
        .replace('L', '1');
  }
}
