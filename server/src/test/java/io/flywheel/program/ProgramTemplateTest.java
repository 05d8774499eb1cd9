package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.v1.Program;
import io.flywheel.v1.Task;
import io.flywheel.v1.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ProgramTemplateTest {
  private static final String TEMPLATE = read("program/growth-flywheel.yaml");

  @Test
  void theTemplatePassesItsOwnValidator() {
    CheckedProgram checked = CheckedProgram.of(TEMPLATE);

    assertThat(checked.mistakes().stream().map(CheckedProgram::describe)).isEmpty();
    assertThat(checked.program().getTasksList())
        .extracting(Task::getTitle)
        .allSatisfy(title -> assertThat(title.getZh()).isNotBlank())
        .extracting(Text::getEn)
        .allSatisfy(english -> assertThat(english).isNotBlank());
  }

  @Test
  void theTemplateAsJsonReadsBackAsTheSameProgram() throws IOException {
    Program program = CheckedProgram.of(TEMPLATE).orThrow();

    String json = JsonFormat.printer().print(program);
    String snakeCase = JsonFormat.printer().preservingProtoFieldNames().print(program);

    assertThat(CheckedProgram.of(json).orThrow()).isEqualTo(program);
    assertThat(CheckedProgram.of(snakeCase).orThrow()).isEqualTo(program);
    assertThat(CheckedProgram.of(json.replace("  ", "\t")).orThrow()).isEqualTo(program);
  }

  static String read(String resource) {
    try {
      return Resources.toString(Resources.getResource(resource), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
