package io.flywheel.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Tokens whose signatures nobody looks at. */
final class Jwts {
  private Jwts() {}

  static String ending(long endsAtMillis) {
    return of("{\"exp\": " + endsAtMillis / 1_000 + "}");
  }

  static String of(String claims) {
    byte[] payload = claims.getBytes(StandardCharsets.UTF_8);
    return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(payload) + ".c2ln";
  }
}
