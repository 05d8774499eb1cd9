package io.flywheel.platform.auth;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import io.flywheel.platform.config.SettingsException;
import io.flywheel.platform.db.DataFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that tokens are checked with. Each setting fixes the algorithms too, so that no token
 * chooses its own: "none" is never among them, and a public key is never taken for a shared secret.
 * Thread-safe.
 */
@Singleton
final class TokenKeys {
  /** The file in the data folder with the secret that the service made for itself. */
  static final String SECRET_FILE = "jwt.secret";

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", Pattern.DOTALL);
  private static final int SHORTEST_SECRET = 32;
  private static final Set<JWSAlgorithm> PUBLIC_KEY_ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256);

  private final AuthConfig config;
  private final DataFolder folder;

  @Inject
  TokenKeys(AuthConfig config, DataFolder folder) {
    this.config = config;
    this.folder = folder;
    long given =
        Stream.of(
                config.jwtSecret(),
                config.jwtSecretFile(),
                config.jwtPublicKeyFile(),
                config.jwtJwks())
            .filter(Optional::isPresent)
            .count();
    if (given > 1) {
      throw new SettingsException(
          "auth: several keys (expected: one of auth.jwt-secret, auth.jwt-secret-file,"
              + " auth.jwt-public-key-file and auth.jwt-jwks)");
    }
  }

  /** The secret that the service made for itself, where no setting names a key. */
  Optional<String> generatedSecret() throws IOException {
    return config.namesTokenKey() ? Optional.empty() : Optional.of(folder.secret(SECRET_FILE));
  }

  /** The secret that tokens can be signed with too; empty: public keys were named. */
  Optional<String> signingSecret() throws IOException {
    if (config.jwtSecret().isPresent()) {
      return config.jwtSecret();
    } else if (config.jwtSecretFile().isPresent()) {
      return Optional.of(read("auth.jwt-secret-file", config.jwtSecretFile().get()).strip());
    }
    return generatedSecret();
  }

  JWSKeySelector<SecurityContext> selector() throws IOException {
    if (config.jwtSecret().isPresent()) {
      return secret("auth.jwt-secret", config.jwtSecret().get());
    } else if (config.jwtSecretFile().isPresent()) {
      Path file = config.jwtSecretFile().get();
      return secret("auth.jwt-secret-file", read("auth.jwt-secret-file", file).strip());
    } else if (config.jwtPublicKeyFile().isPresent()) {
      return publicKey(config.jwtPublicKeyFile().get());
    } else if (config.jwtJwks().isPresent()) {
      return new JWSVerificationKeySelector<>(
          PUBLIC_KEY_ALGORITHMS, keySet(config.jwtJwks().get()));
    }
    return secret(SECRET_FILE, folder.secret(SECRET_FILE));
  }

  private static JWSKeySelector<SecurityContext> secret(String setting, String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < SHORTEST_SECRET) {
      throw new SettingsException(
          "%s: %d bytes (expected: at least %d)".formatted(setting, bytes.length, SHORTEST_SECRET));
    }
    return new SingleKeyJWSKeySelector<>(
        JWSAlgorithm.HS256, new SecretKeySpec(bytes, "HmacSHA256"));
  }

  private static JWSKeySelector<SecurityContext> publicKey(Path file) {
    Matcher pem = PEM.matcher(read("auth.jwt-public-key-file", file));
    try {
      if (pem.find()) {
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        return new SingleKeyJWSKeySelector<>(
            JWSAlgorithm.RS256,
            KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded)));
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw notAPublicKey(file);
    }
    throw notAPublicKey(file);
  }

  private static SettingsException notAPublicKey(Path file) {
    return new SettingsException(
        "auth.jwt-public-key-file: " + file + " (expected: an RSA public key in PEM)");
  }

  private static JWKSource<SecurityContext> keySet(String fileOrUrl) throws IOException {
    if (fileOrUrl.startsWith("https://") || fileOrUrl.startsWith("http://")) {
      return JWKSourceBuilder.create(URI.create(fileOrUrl).toURL()).retrying(true).build();
    }
    try {
      return new ImmutableJWKSet<>(JWKSet.parse(read("auth.jwt-jwks", Path.of(fileOrUrl))));
    } catch (ParseException e) {
      throw new SettingsException(
          "auth.jwt-jwks: " + fileOrUrl + " (expected: a JSON Web Key Set)");
    }
  }

  private static String read(String setting, Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new SettingsException(setting + ": " + file + " (expected: a readable file)");
    }
  }
}
