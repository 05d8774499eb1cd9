package io.flywheel.platform.auth;

import com.google.inject.Inject;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;

/** A token to try the service with, for installations that made their secret themselves. */
public final class DemoToken {
  private static final Duration LIFE = Duration.ofDays(30);

  private final TokenKeys keys;
  private final Clock clock;

  @Inject
  DemoToken(TokenKeys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * A token of the platform's services of the merchant "demo"; nothing where keys were configured.
   */
  public Optional<String> create() throws IOException {
    Optional<String> secret = keys.generatedSecret();
    return secret.isEmpty() ? Optional.empty() : Optional.of(sign(secret.get()));
  }

  private String sign(String secret) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject("demo")
            .claim("merchant", "demo")
            .claim("role", "platform")
            .expirationTime(Date.from(clock.instant().plus(LIFE)))
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
