package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Program;
import io.flywheel.v1.Task;
import io.flywheel.v1.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProgramTemplateTest {
  @ParameterizedTest
  @ValueSource(strings = {"growth-flywheel", "new-room", "daily-habit", "shop-driver"})
  void theTemplatePassesItsOwnValidator(String name) {
    assertThat(new ProgramTemplates().find(name)).isPresent();
    CheckedProgram checked = TestPrograms.check(read("program/" + name + ".yaml"));

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
    Program program = TestPrograms.check(read("program/" + name + ".yaml")).orThrow();

    String json = JsonFormat.printer().print(program);
    String snakeCase = JsonFormat.printer().preservingProtoFieldNames().print(program);

    assertThat(TestPrograms.check(json).orThrow()).isEqualTo(program);
    assertThat(TestPrograms.check(snakeCase).orThrow()).isEqualTo(program);
    assertThat(TestPrograms.check(json.replace("  ", "\t")).orThrow()).isEqualTo(program);
  }

  static String read(String resource) {
    try {
      return Resources.toString(Resources.getResource(resource), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
