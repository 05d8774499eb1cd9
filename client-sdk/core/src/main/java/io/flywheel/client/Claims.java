package io.flywheel.client;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a token says of its bearer, as far as this client reads it: the service verifies it. A token
 * that is no JWT, such as an API key, says nothing. Immutable.
 */
final class Claims {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private final String payload;

  private Claims(String payload) {
    this.payload = payload;
  }

  static Claims of(String token) {
    String[] parts = token.split("\\.", -1);
    return new Claims(parts.length == 3 ? decode(parts[1]) : "");
  }

  /** When the token ends, in milliseconds since 1970; Long.MAX_VALUE: it does not say. */
  long endsAtMillis() {
    Matcher end = Pattern.compile("\"exp\"\\s*:\\s*(\\d{1,15})").matcher(payload);
    return end.find() ? Long.parseLong(end.group(1)) * 1_000 : Long.MAX_VALUE;
  }

  /** The merchant and the subject, as one text; null where the token does not say both. */
  @Nullable String bearer() {
    String merchant = text("merchant");
    String subject = text("sub");
    return merchant == null || subject == null ? null : merchant + "/" + subject;
  }

  private @Nullable String text(String claim) {
    Matcher value =
        Pattern.compile("\"" + claim + "\"\\s*:\\s*\"([A-Za-z0-9._:@-]{1,64})\"").matcher(payload);
    return value.find() ? value.group(1) : null;
  }

  /**
   * By hand: java.util.Base64 is not on every Android that this runs on. Empty for what is none.
   */
  private static String decode(String base64Url) {
    byte[] bytes = new byte[base64Url.length() * 3 / 4];
    int written = 0;
    int bits = 0;
    int held = 0;
    for (int i = 0; i < base64Url.length() && base64Url.charAt(i) != '='; i++) {
      int value = ALPHABET.indexOf(base64Url.charAt(i));
      if (value < 0) {
        return "";
      }
      bits = bits << 6 | value;
      held += 6;
      if (held >= Byte.SIZE) {
        held -= Byte.SIZE;
        bytes[written] = (byte) (bits >> held);
        written++;
      }
    }
    return new String(bytes, 0, written, StandardCharsets.UTF_8);
  }
}
