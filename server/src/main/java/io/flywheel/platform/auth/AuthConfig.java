package io.flywheel.platform.auth;

import io.flywheel.platform.config.Description;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of authentication. */
public record AuthConfig(
    @Description(
            "The secret that signs tokens (HS256), at least 32 bytes. Without any of the jwt"
                + " settings the service makes one, in the file jwt.secret of the data folder.")
        Optional<String> jwtSecret,
    @Description("A file with the secret that signs tokens (HS256).") Optional<Path> jwtSecretFile,
    @Description("A PEM file with the public key of whoever signs tokens (RS256).")
        Optional<Path> jwtPublicKeyFile,
    @Description("A file or URL with the JSON Web Key Set of whoever signs tokens.")
        Optional<String> jwtJwks,
    @Description("What the claim iss of every token has to be. Without it, it may be anything.")
        Optional<String> jwtIssuer,
    @Description(
            "What the claim aud of every token has to be, or to hold. Without it, it may be"
                + " anything.")
        Optional<String> jwtAudience,
    @Description(
            "API keys of the platform's services as key=merchant, separated by commas; a key has at"
                + " least 16 characters.")
        Optional<String> apiKeys,
    @Description("A file with API keys of the platform's services, one key=merchant a line.")
        Optional<Path> apiKeysFile) {

  /** Whether a setting names who may call; otherwise the service makes a secret of its own. */
  boolean namesKey() {
    return namesTokenKey() || apiKeys.isPresent() || apiKeysFile.isPresent();
  }

  /** Whether a setting names what tokens are checked with. */
  boolean namesTokenKey() {
    return jwtSecret.isPresent()
        || jwtSecretFile.isPresent()
        || jwtPublicKeyFile.isPresent()
        || jwtJwks.isPresent();
  }
}
