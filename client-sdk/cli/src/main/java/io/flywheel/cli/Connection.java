package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of every command that calls the service. */
final class Connection {
  @Option(
      names = "--target",
      defaultValue = "localhost:9090",
      description = "Host and port of the service. Default: ${DEFAULT-VALUE}.")
  private String target = "";

  @Option(names = "--tls", description = "Encrypt the connection.")
  private boolean tls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "The certificates (PEM) to trust instead of the machine's. Implies --tls.")
  private @Nullable Path ca;

  @ArgGroup private @Nullable Credential credential;

  /** At most one of them; without any, the environment's FLYWHEEL_TOKEN. */
  static final class Credential {
    @Option(names = "--token", description = "A token. Default: the environment's FLYWHEEL_TOKEN.")
    private @Nullable String token;

    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        description = "A file with a token, read again when the token has expired.")
    private @Nullable Path tokenFile;

    @Option(names = "--api-key", description = "An API key of the platform's services.")
    private @Nullable String apiKey;
  }

  String target() {
    return target;
  }

  boolean hasCredential() {
    return credential != null || environmentToken() != null;
  }

  /**
   * Whom the credential is of, to tell one from another: a token's merchant; of what names none,
   * the beginning of its hash. Empty: there is no credential.
   */
  String bearer() throws IOException {
    String text = environmentToken();
    if (credential != null && credential.token != null) {
      text = credential.token;
    } else if (credential != null && credential.apiKey != null) {
      text = credential.apiKey;
    } else if (credential != null && credential.tokenFile != null) {
      text = Files.readString(credential.tokenFile);
    }
    if (text == null) {
      return "";
    }
    String merchant = Tokens.merchantOf(text.strip());
    return merchant == null ? Hashes.sha256(text.strip()).substring(0, 16) : merchant;
  }

  FlywheelClient open() throws IOException {
    FlywheelClient.Builder builder = unauthenticated();
    if (credential == null) {
      String token = environmentToken();
      if (token != null) {
        builder.token(token);
      }
    } else if (credential.token != null) {
      builder.token(credential.token.strip());
    } else if (credential.apiKey != null) {
      builder.apiKey(credential.apiKey.strip());
    } else if (credential.tokenFile != null) {
      Path file = credential.tokenFile;
      if (Files.readString(file).isBlank()) {
        throw new InputException("--token-file: " + file + " is empty (expected: a token)");
      }
      builder.tokens(() -> read(file));
    }
    return builder.build();
  }

  /** A client without credentials, to give some to. */
  FlywheelClient.Builder unauthenticated() throws IOException {
    FlywheelClient.Builder builder =
        FlywheelClient.builder().target(target).userAgent("flywheel-cli");
    if (ca != null) {
      builder.channelCredentials(
          TlsChannelCredentials.newBuilder().trustManager(ca.toFile()).build());
    } else if (!tls) {
      builder.plaintext();
    }
    return builder;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable String environmentToken() {
    return System.getenv("FLYWHEEL_TOKEN");
  }
}
