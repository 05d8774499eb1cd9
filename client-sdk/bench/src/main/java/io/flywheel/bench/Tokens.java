package io.flywheel.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Signs the benchmark's tokens. Not to be instantiated. */
final class Tokens {
  private static final Duration LIFE = Duration.ofDays(1);

  private Tokens() {}

  /** A token of the platform's services of a merchant. */
  static String platform(String secret, String merchant) {
    return token(secret, merchant, "platform", "bench");
  }

  /** A token of a viewer. */
  static String viewer(String secret, String merchant, String viewerId) {
    return token(secret, merchant, "viewer", viewerId);
  }

  private static String token(String secret, String merchant, String role, String subject) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(subject)
            .claim("merchant", merchant)
            .claim("role", role)
            .expirationTime(Date.from(Instant.now().plus(LIFE)))
            .build();
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(secret));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
