package io.flywheel.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  record EngineLike(
      @Default("2") @Min(1) @Max(64) @Description("How many lanes.") int lanes,
      @Default("30s") @Min(100) @Max(3_600_000) Duration followUpInterval,
      @Default("5000000000") @Min(0) long queueBytes,
      @Default("true") boolean durable,
      @Default("data") Path folder,
      Optional<String> name,
      @Max(9) Optional<Integer> level) {}

  @Test
  void whatNobodyGivesHasItsDefault() {
    assertThat(read())
        .isEqualTo(
            new EngineLike(
                2,
                Duration.ofSeconds(30),
                5_000_000_000L,
                true,
                Path.of("data"),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void anArgumentWinsOverTheEnvironmentWhichWinsOverTheFile(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("flywheel.properties");
    Files.writeString(
        file, "engine.lanes=3\nengine.name=from the file\nengine.follow-up-interval=5m\n");
    Settings settings =
        Settings.of(
            List.of("--config=" + file, "--engine.lanes=5"),
            Map.of("FLYWHEEL_ENGINE_LANES", "4", "FLYWHEEL_ENGINE_FOLLOW_UP_INTERVAL", "250ms"));
    EngineLike engine = settings.read("engine", EngineLike.class);
    settings.rejectUnknown();
    assertThat(engine.lanes()).isEqualTo(5);
    assertThat(engine.followUpInterval()).isEqualTo(Duration.ofMillis(250));
    assertThat(engine.name()).contains("from the file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--engine.lanes=0            | engine.lanes: 0 (expected: 1 to 64)",
        "--engine.lanes=x            | engine.lanes: x (expected: a whole number)",
        "--engine.lanes=99999999999  | engine.lanes: 99999999999 (expected: 1 to 64)",
        "--engine.queue-bytes=-1     | engine.queue-bytes: -1 (expected: at least 0)",
        "--engine.level=10           | engine.level: 10 (expected: at most 9)",
        "--engine.durable=yes        | engine.durable: yes (expected: true or false)",
        "--engine.follow-up-interval=2h |"
            + " engine.follow-up-interval: 2h (expected: 100ms to 1h)",
        "--engine.follow-up-interval=soon |"
            + " engine.follow-up-interval: soon (expected: a duration such as 500ms, 30s, 5m, 2h or"
            + " 1d)",
        "--engine.lane=3             | engine.lane: unknown setting (nearest: engine.lanes)",
        "engine.lanes=3              | engine.lanes=3 (expected: --key=value or --help)",
        "--config=/nowhere           | config: /nowhere (expected: a readable file)",
      })
  void aMistakeIsNamedWithWhatIsExpected(String argument, String message) {
    assertThatThrownBy(() -> read(argument))
        .isInstanceOf(SettingsException.class)
        .hasMessage(message);
  }

  @Test
  void aMisspeltVariableIsRefusedButOthersShareTheEnvironment() {
    Settings shared =
        Settings.of(List.of(), Map.of("FLYWHEEL_PORT", "tcp://10.0.0.1:9090", "PATH", "/bin"));
    shared.read("engine", EngineLike.class);
    shared.rejectUnknown();

    Settings misspelt = Settings.of(List.of(), Map.of("FLYWHEEL_ENGINE_LANE", "3"));
    misspelt.read("engine", EngineLike.class);
    assertThatThrownBy(misspelt::rejectUnknown)
        .hasMessage("FLYWHEEL_ENGINE_LANE: unknown setting (nearest: FLYWHEEL_ENGINE_LANES)");
  }

  @Test
  void helpTellsEveryKeyWithItsDefaultEvenBesideAMistake() {
    Settings settings = Settings.of(List.of("--help", "--engine.lanes=0"), Map.of());
    settings.read("engine", EngineLike.class);
    assertThat(settings.helpWanted()).isTrue();
    assertThat(settings.help())
        .contains("--engine.lanes=2\n    How many lanes.\n")
        .contains("--engine.follow-up-interval=30s\n")
        .contains("--engine.name=\n");
  }

  private static EngineLike read(String... arguments) {
    Settings settings = Settings.of(List.of(arguments), Map.of());
    EngineLike engine = settings.read("engine", EngineLike.class);
    settings.rejectUnknown();
    return engine;
  }
}
