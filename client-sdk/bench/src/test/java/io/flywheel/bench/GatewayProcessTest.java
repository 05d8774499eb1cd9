package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.bench.GatewayProcess.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GatewayProcessTest {
  private static final Map<String, String> NAMED = Map.of(Script.ENVOY, "/opt/envoy");

  @TempDir private Path checkout;

  @Test
  void anEnvoyThatIsNamedIsRunByTheCheckoutsScript() throws IOException {
    Path script = Files.createFile(checkout.resolve("run.sh"));

    assertThat(Script.find(Optional.empty(), script, NAMED))
        .contains(new Script(script, Optional.of("/opt/envoy")));
  }

  @Test
  void aScriptThatIsGivenIsTakenWithOrWithoutAnEnvoy() throws IOException {
    Path script = Files.createFile(checkout.resolve("run.sh"));
    Path given = Path.of("other/run.sh");

    assertThat(Script.find(Optional.of(given), script, NAMED))
        .contains(new Script(given, Optional.of("/opt/envoy")));
    assertThat(Script.find(Optional.of(given), script, Map.of()))
        .contains(new Script(given, Optional.empty()));
  }

  @Test
  void withoutAnEnvoyOrAScriptThereIsNoGateway() throws IOException {
    Path script = Files.createFile(checkout.resolve("run.sh"));

    assertThat(Script.find(Optional.empty(), script, Map.of())).isEmpty();
    assertThat(Script.find(Optional.empty(), script, Map.of(Script.ENVOY, " "))).isEmpty();
    assertThat(Script.find(Optional.empty(), checkout.resolve("none.sh"), NAMED)).isEmpty();
  }
}
