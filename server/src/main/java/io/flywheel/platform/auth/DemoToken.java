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
import java.util.Locale;
import java.util.Optional;

/** Tokens to try the service with. Thread-safe. */
public final class DemoToken {
  /** The merchant of all of these. */
  public static final String MERCHANT = "demo";

  private static final Duration LIFE = Duration.ofDays(30);

  private final AuthConfig config;
  private final TokenKeys keys;
  private final Clock clock;

  @Inject
  DemoToken(AuthConfig config, TokenKeys keys, Clock clock) {
    this.config = config;
    this.keys = keys;
    this.clock = clock;
  }

  /** A token of somebody of the merchant "demo"; nothing where keys were configured. */
  public Optional<String> create(Role role, String subject) throws IOException {
    return config.namesKey()
        ? Optional.empty()
        : keys.generatedSecret().map(secret -> sign(secret, role, subject, LIFE));
  }

  /**
   * A token of somebody of the merchant "demo", for whoever has switched the demo room on; nothing
   * where public keys were configured, by which none can be signed.
   */
  public Optional<String> create(Role role, String subject, Duration life) throws IOException {
    return keys.signingSecret().map(secret -> sign(secret, role, subject, life));
  }

  private String sign(String secret, Role role, String subject, Duration life) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(subject)
            .issuer(config.jwtIssuer().orElse(null))
            .audience(config.jwtAudience().orElse(null))
            .claim("merchant", MERCHANT)
            .claim("role", role.name().toLowerCase(Locale.ROOT))
            .expirationTime(Date.from(clock.instant().plus(life)))
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
