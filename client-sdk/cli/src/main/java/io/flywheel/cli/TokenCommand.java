package io.flywheel.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    description = "Prints a token, signed with the service's secret.")
final class TokenCommand implements Callable<Integer> {
  /** As long as the service takes tokens for. */
  private static final Duration LONGEST = Duration.ofDays(366);

  /** What a token's owner may do. */
  enum Role {
    VIEWER,
    ANALYST,
    HOST,
    MERCHANT,
    PLATFORM
  }

  @Option(names = "--merchant", required = true, description = "The merchant's id.")
  private String merchant = "";

  @Option(
      names = "--role",
      required = true,
      description = "One of: ${COMPLETION-CANDIDATES}, in any case.")
  private Role role = Role.VIEWER;

  @Option(
      names = "--subject",
      required = true,
      description = "Who it is for: a viewer's id, or the name of a host, a person or a service.")
  private String subject = "";

  @Option(
      names = "--room",
      defaultValue = "",
      description = "The room that a viewer's token lets into. Default: none is named.")
  private String room = "";

  @Option(
      names = "--broadcast",
      defaultValue = "",
      description = "The broadcast that a viewer's token is for. Default: none.")
  private String broadcast = "";

  @Option(
      names = "--name",
      defaultValue = "",
      description = "The name to show of a viewer, at most 64 characters. Default: none.")
  private String name = "";

  @Option(
      names = "--picture",
      defaultValue = "",
      paramLabel = "URL",
      description = "The https:// address of a viewer's picture. Default: none.")
  private String picture = "";

  @Option(
      names = "--issuer",
      defaultValue = "",
      description = "The claim iss, where the service requires one. Default: none.")
  private String issuer = "";

  @Option(
      names = "--audience",
      defaultValue = "",
      description = "The claim aud, where the service requires one. Default: none.")
  private String audience = "";

  @Option(
      names = "--ttl",
      defaultValue = "1h",
      description =
          "How long it is valid, such as 30m or 7d, at most 366d. Default: ${DEFAULT-VALUE}.")
  private Duration ttl = Duration.ZERO;

  @Option(
      names = "--secret-file",
      defaultValue = "data/jwt.secret",
      paramLabel = "FILE",
      description = "The service's secret. Default: ${DEFAULT-VALUE}.")
  private Path secretFile = Path.of("");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    if (ttl.compareTo(LONGEST) > 0) {
      throw new InputException("--ttl: " + ttl.toDays() + "d (expected: at most 366d)");
    }
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("aud", audience);
    claims.put("sub", subject);
    claims.put("merchant", merchant);
    claims.put("role", role.name().toLowerCase(Locale.ROOT));
    claims.put("room", room);
    claims.put("broadcast", broadcast);
    claims.put("name", name);
    claims.put("picture", picture);
    String token = Tokens.fromFile(secretFile).sign(claims, ttl);
    spec.commandLine().getOut().println(token);
    return 0;
  }
}
