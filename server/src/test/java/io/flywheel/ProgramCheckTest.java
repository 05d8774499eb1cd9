package io.flywheel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ValidateProgramResponse;
import org.junit.jupiter.api.Test;

/** What the command line checks programs by, where no service runs. */
class ProgramCheckTest {
  @Test
  void aProgramIsCheckedAsTheServiceDoes() throws Exception {
    String broken = "time_zone: UTC+8\ntasks:\n- {id: a, title: A, trigger: like}\n";
    ValidateProgramResponse answer = check(ProgramSource.newBuilder().setDocument(broken));
    assertThat(answer.getMistakesList())
        .hasSizeGreaterThan(1)
        .isEqualTo(TestPrograms.check(broken).mistakes());
    assertThat(answer.hasProgram()).isFalse();
  }

  @Test
  void aBuiltInProgramIsFoundByItsName() throws Exception {
    ValidateProgramResponse answer =
        check(ProgramSource.newBuilder().setTemplate("growth-flywheel"));
    assertThat(answer.getMistakesList()).isEmpty();
    assertThat(answer.getProgram().getTasksCount()).isPositive();
    assertThatThrownBy(() -> check(ProgramSource.newBuilder().setTemplate("growth")))
        .hasMessageContaining("growth-flywheel");
  }

  private static ValidateProgramResponse check(ProgramSource.Builder source)
      throws InvalidProtocolBufferException {
    return ValidateProgramResponse.parseFrom(ProgramCheck.check(source.build().toByteArray()));
  }
}
