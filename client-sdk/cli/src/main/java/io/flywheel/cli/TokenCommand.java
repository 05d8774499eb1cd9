package io.flywheel.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
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
  /** What a token's owner may do. */
  enum Role {
    VIEWER,
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
      names = "--broadcast",
      defaultValue = "",
      description = "The broadcast that a viewer's token is for. Default: none.")
  private String broadcast = "";

  @Option(
      names = "--ttl",
      defaultValue = "1h",
      description = "How long it is valid, such as 30m or 7d. Default: ${DEFAULT-VALUE}.")
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
    String token =
        Tokens.fromFile(secretFile)
            .sign(merchant, role.name().toLowerCase(Locale.ROOT), subject, broadcast, ttl);
    spec.commandLine().getOut().println(token);
    return 0;
  }
}
