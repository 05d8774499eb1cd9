package io.flywheel.platform.auth;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out from credentials who calls. Thread-safe. */
@Singleton
public final class Authenticator implements Lifecycle {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:@-]{1,64}");
  private static final String BEARER = "bearer ";

  private final ApiKeys apiKeys;
  private final TokenKeys keys;
  private final DefaultJWTProcessor<SecurityContext> tokens = new DefaultJWTProcessor<>();

  @Inject
  Authenticator(ApiKeys apiKeys, TokenKeys keys, Clock clock) {
    this.apiKeys = apiKeys;
    this.keys = keys;
    tokens.setJWTClaimsSetVerifier(new ClaimsVerifier(clock));
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
    return callerOf(verify(authorization.substring(BEARER.length()).strip()));
  }

  /** Whether the text may be the id of a merchant or a viewer. */
  static boolean isId(@Nullable String text) {
    return text != null && ID.matcher(text).matches();
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

  private static Caller callerOf(JWTClaimsSet claims) {
    String merchant = text(claims, "merchant");
    String subject = text(claims, "sub");
    String broadcast = text(claims, "broadcast");
    String roleName = text(claims, "role");
    Role role =
        Arrays.stream(Role.values())
            .filter(r -> r.name().toLowerCase(Locale.ROOT).equals(roleName))
            .findFirst()
            .orElseThrow(
                () -> refused("token: claim role (expected: viewer, host, merchant or platform)"));
    if (!isId(merchant) || !isId(subject)) {
      throw refused(
          "token: claims merchant and sub (expected: 1 to 64 letters, digits or . _ : @ -)");
    }
    if (!broadcast.isEmpty() && !isId(broadcast)) {
      throw refused("token: claim broadcast (expected: 1 to 64 letters, digits or . _ : @ -)");
    }
    return new Caller(merchant, role, subject, broadcast);
  }

  private static String text(JWTClaimsSet claims, String name) {
    return claims.getClaim(name) instanceof String text ? text : "";
  }

  private static ServiceException refused(String message) {
    return ServiceException.of(ErrorReason.ERROR_REASON_UNAUTHENTICATED, message);
  }

  /** Reckons a token's life by the service's clock. */
  private static final class ClaimsVerifier extends DefaultJWTClaimsVerifier<SecurityContext> {
    private final Clock clock;

    ClaimsVerifier(Clock clock) {
      super(null, Set.of("merchant", "role", "sub", "exp"));
      this.clock = clock;
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }
}
