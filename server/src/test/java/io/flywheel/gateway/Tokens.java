package io.flywheel.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.flywheel.platform.auth.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;

/** Tokens whose life is reckoned by the clock on the wall, as Envoy does. */
final class Tokens {
  /** The merchant of all of them. */
  static final String MERCHANT = "m";

  private Tokens() {}

  static String sign(String secret, Role role, String subject, Duration life) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader(JWSAlgorithm.HS256),
              new JWTClaimsSet.Builder()
                  .subject(subject)
                  .claim("merchant", MERCHANT)
                  .claim("role", role.name().toLowerCase(Locale.ROOT))
                  .expirationTime(Date.from(Instant.now().plus(life)))
                  .build());
      token.sign(new MACSigner(secret));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
