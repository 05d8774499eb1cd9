package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Lottery;
import io.flywheel.v1.Program;
import io.flywheel.v1.Task;
import io.flywheel.v1.Text;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgramTemplateTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  @ParameterizedTest
  @ValueSource(strings = {"growth-flywheel", "new-room", "daily-habit", "shop-driver"})
  void theTemplatePassesItsOwnValidator(String name) {
    CheckedProgram checked = TestPrograms.check(document(name, NOW));

    assertThat(checked.mistakes().stream().map(CheckedProgram::describe)).isEmpty();
    assertThat(checked.program().getTasksList())
        .extracting(Task::getTitle)
        .allSatisfy(title -> assertThat(title.getZh()).isNotBlank())
        .extracting(Text::getEn)
        .allSatisfy(english -> assertThat(english).isNotBlank());
  }

  @ParameterizedTest
  @ValueSource(strings = {"growth-flywheel", "new-room", "daily-habit", "shop-driver"})
  void theTemplateAsJsonReadsBackAsTheSameProgram(String name) throws IOException {
    Program program = TestPrograms.check(document(name, NOW)).orThrow();

    String json = JsonFormat.printer().print(program);
    String snakeCase = JsonFormat.printer().preservingProtoFieldNames().print(program);

    assertThat(TestPrograms.check(json).orThrow()).isEqualTo(program);
    assertThat(TestPrograms.check(snakeCase).orThrow()).isEqualTo(program);
    assertThat(TestPrograms.check(json.replace("  ", "\t")).orThrow()).isEqualTo(program);
  }

  @Test
  void theTemplateCanBeAppliedAgainInAnyLaterMonth() {
    Program first = TestPrograms.check(document("growth-flywheel", NOW)).orThrow();
    for (int months = 1; months <= 14; months++) {
      Instant later = NOW.atZone(ZoneOffset.UTC).plusMonths(months).toInstant();
      Lottery again =
          TestPrograms.check(document("growth-flywheel", later)).orThrow().getLotteries(0);

      assertThat(again.getStartsAt()).isEqualTo(first.getLotteries(0).getStartsAt());
      assertThat(Instant.ofEpochSecond(again.getEndsAt().getSeconds()))
          .isAfter(Instant.ofEpochSecond(first.getLotteries(0).getEndsAt().getSeconds()))
          .isBetween(later.plus(Duration.ofDays(58)), later.plus(Duration.ofDays(93)));
    }
  }

  private static String document(String name, Instant now) {
    return new ProgramTemplates(Clock.fixed(now, ZoneOffset.UTC)).require(name).getDocument();
  }
}
