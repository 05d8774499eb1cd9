package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

final class CommandLineTest {
  @Test
  void withoutOptionsAllButTheLongestPartIsMeasuredInFull() {
    Main main = parse();

    assertThat(main.plan()).isEqualTo(Plan.full());
    assertThat(List.of(Main.Part.values()))
        .filteredOn(part -> !main.wants(part))
        .containsExactly(Main.Part.ENDURANCE);
  }

  @Test
  void optionsNarrowThePlan() {
    Main main = parse("--quick", "--only", "ingest,calls", "--viewers=1000,5000", "--seconds=3");

    assertThat(main.plan().viewers()).containsExactly(1_000, 5_000);
    assertThat(main.plan().round()).isEqualTo(Duration.ofSeconds(3));
    assertThat(main.plan().lightCalls()).isEqualTo(Plan.quick().lightCalls());
    assertThat(List.of(Main.Part.values()))
        .filteredOn(main::wants)
        .containsExactly(Main.Part.INGEST, Main.Part.CALLS);
  }

  @Test
  void populationsMustGrow() {
    Main main = parse("--viewers=5000,1000");

    assertThatThrownBy(main::plan)
        .isInstanceOf(ParameterException.class)
        .hasMessage("--viewers: [5000, 1000] (expected: growing numbers from 1000 on)");
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    StringWriter err = new StringWriter();
    int exit =
        Main.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute("--quick", "--server-jar=nowhere.jar");

    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString())
        .contains("--server-jar: nowhere.jar (expected: the server, built by mvn package)");
  }

  private static Main parse(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.parseArgs(arguments);
    return commandLine.getCommand();
  }
}
