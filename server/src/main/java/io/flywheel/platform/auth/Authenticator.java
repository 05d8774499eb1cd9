package io.flywheel.platform.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out from credentials who calls. Thread-safe. */
@Singleton
public final class Authenticator implements Lifecycle {
  private static final String BEARER = "bearer ";

  /** How long a token that was found good is not looked at again, as long as it has not ended. */
  private static final Duration TRUSTED = Duration.ofSeconds(30);

  private static final int MAX_TRUSTED = 20_000;

  private final ApiKeys apiKeys;
  private final TokenKeys keys;
  private final Clock clock;

  /** By a hash of the token, for whom it was lately found good. */
  private final Cache<HashCode, Verified> verified =
      Caffeine.newBuilder().maximumSize(MAX_TRUSTED).build();

  private final DefaultJWTProcessor<SecurityContext> tokens = new DefaultJWTProcessor<>();

  private record Verified(Caller caller, Instant since) {
    boolean holdsAt(Instant now) {
      return !now.isBefore(since)
          && now.isBefore(since.plus(TRUSTED))
          && now.isBefore(caller.expiresAt());
    }
  }

  @Inject
  Authenticator(AuthConfig config, ApiKeys apiKeys, TokenKeys keys, Clock clock) {
    this.apiKeys = apiKeys;
    this.keys = keys;
    this.clock = clock;
    tokens.setJWTClaimsSetVerifier(new ClaimsVerifier(config, clock));
  }

  @Override
  public Phase phase() {
    return Phase.STORAGE;
  }

  @Override
  public void start() throws IOException {
    tokens.setJWSKeySelector(keys.selector());
  }

  /** Whoever the metadata's credentials prove; an API key goes before a token. */
  public Caller authenticate(@Nullable String authorization, @Nullable String apiKey) {
    if (apiKey != null) {
      return apiKeys
          .find(apiKey)
          .orElseThrow(() -> refused("x-api-key: not a key of this service"));
    } else if (authorization == null) {
      throw refused(
          "no credentials (expected: metadata \"authorization: Bearer TOKEN\" or \"x-api-key\")");
    } else if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      throw refused("authorization: another scheme (expected: Bearer TOKEN)");
    }
    return ofToken(authorization.substring(BEARER.length()).strip());
  }

  private Caller ofToken(String token) {
    HashCode hash = Hashing.sha256().hashString(token, StandardCharsets.UTF_8);
    Instant now = clock.instant();
    Verified known = verified.getIfPresent(hash);
    if (known != null && known.holdsAt(now)) {
      return known.caller();
    }
    JWTClaimsSet claims = verify(token);
    Caller caller = TokenClaims.callerOf(claims, claims.getExpirationTime().toInstant());
    verified.put(hash, new Verified(caller, now));
    return caller;
  }

  private JWTClaimsSet verify(String token) {
    try {
      return tokens.process(token, null);
    } catch (ParseException e) {
      throw refused("token: malformed (expected: a signed JSON Web Token)");
    } catch (BadJOSEException e) {
      throw refused("token: " + e.getMessage());
    } catch (KeySourceException e) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_UNAUTHENTICATED, "token: its key can't be fetched right now");
    } catch (JOSEException e) {
      throw refused("token: cannot be checked");
    }
  }

  private static ServiceException refused(String message) {
    return ServiceException.of(ErrorReason.ERROR_REASON_UNAUTHENTICATED, message);
  }

  /**
   * Reckons a token's life by the service's clock, and asks for the issuer and the audience where
   * they are set.
   */
  private static final class ClaimsVerifier extends DefaultJWTClaimsVerifier<SecurityContext> {
    private static final Duration LONGEST_LIFE = Duration.ofDays(366);

    private final Optional<String> issuer;
    private final Optional<String> audience;
    private final Clock clock;

    ClaimsVerifier(AuthConfig config, Clock clock) {
      super(null, Set.of("merchant", "role", "sub", "exp"));
      this.issuer = config.jwtIssuer();
      this.audience = config.jwtAudience();
      this.clock = clock;
    }

    @Override
    public void verify(JWTClaimsSet claims, @Nullable SecurityContext context)
        throws BadJWTException {
      super.verify(claims, context);
      Date end = claims.getExpirationTime();
      if (end == null) {
        throw new BadJWTException("claim exp (expected: a time in seconds since 1970)");
      } else if (end.toInstant().isAfter(clock.instant().plus(LONGEST_LIFE))) {
        throw new BadJWTException("claim exp (expected: at most a year ahead)");
      } else if (issuer.isPresent() && !issuer.get().equals(claims.getIssuer())) {
        throw new BadJWTException("claim iss (expected: the issuer of the service's settings)");
      } else if (audience.isPresent() && !claims.getAudience().contains(audience.get())) {
        throw new BadJWTException("claim aud (expected: the audience of the service's settings)");
      }
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }
}
