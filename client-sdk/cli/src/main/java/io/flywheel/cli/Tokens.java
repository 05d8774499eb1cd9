package io.flywheel.cli;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeyLengthException;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Signs tokens with a service's secret. Thread-safe. */
final class Tokens {
  private final MACSigner signer;

  private Tokens(MACSigner signer) {
    this.signer = signer;
  }

  static Tokens fromFile(Path secretFile) throws IOException {
    String secret;
    try {
      secret = Files.readString(secretFile).strip();
    } catch (NoSuchFileException e) {
      throw new InputException(
          "--secret-file: "
              + secretFile
              + " does not exist (expected: jwt.secret in the service's data folder)");
    }
    try {
      return new Tokens(new MACSigner(secret));
    } catch (KeyLengthException e) {
      throw new InputException(
          "--secret-file: " + secretFile + " is too short (expected: 32 bytes or more)");
    }
  }

  /** The merchant that a token names, without a look at its signature; null: it names none. */
  static @Nullable String merchantOf(String token) {
    try {
      return JWTParser.parse(token).getJWTClaimsSet().getStringClaim("merchant");
    } catch (ParseException e) {
      return null;
    }
  }

  /** A token of somebody. */
  String sign(String merchant, String role, String subject, Duration ttl) {
    return sign(Map.of("merchant", merchant, "role", role, "sub", subject), ttl);
  }

  /** A token with the claims that are not empty. */
  String sign(Map<String, String> claims, Duration ttl) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder all =
        new JWTClaimsSet.Builder()
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(ttl)));
    claims.forEach((claim, value) -> {
      if (!value.isEmpty()) {
        all.claim(claim, value);
      }
    });
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), all.build());
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
