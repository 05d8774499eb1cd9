package io.flywheel.conformance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens as a platform does. */
final class Tokens {
  static final String SECRET = "a secret that is known to these tests only";

  private Tokens() {}

  static String viewer(String merchant, String viewer) {
    return token(merchant, "viewer", viewer, 3_600, ",\"room\":\"room-1\"");
  }

  /** A viewer's token that ends so soon. */
  static String brief(String merchant, String viewer, long seconds) {
    return token(merchant, "viewer", viewer, seconds, ",\"room\":\"room-1\"");
  }

  static String platform(String merchant) {
    return token(merchant, "platform", "tests", 3_600, "");
  }

  /** Of the merchant's own people, who read figures and apply programs. */
  static String merchant(String merchant) {
    return token(merchant, "merchant", "tests", 3_600, "");
  }

  /** A viewer's token that ended some time ago. */
  static String ended(String merchant, String viewer) {
    return token(merchant, "viewer", viewer, -3_600, ",\"room\":\"room-1\"");
  }

  private static String token(
      String merchant, String role, String subject, long endsInSeconds, String more) {
    String claims =
        "{\"merchant\":\"%s\",\"role\":\"%s\",\"sub\":\"%s\",\"exp\":%d%s}"
            .formatted(
                merchant, role, subject, System.currentTimeMillis() / 1_000 + endsInSeconds, more);
    String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
