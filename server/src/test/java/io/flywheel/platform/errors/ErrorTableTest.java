package io.flywheel.platform.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.flywheel.testing.Errors;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Options;
import io.flywheel.v1.StatusCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ErrorTableTest {
  private static final Pattern REASON =
      Pattern.compile(
          "// ([A-Z_]+)\\. (?:(?!// [A-Z_]+\\. ).)*?\\n  (ERROR_REASON_\\w+) =", Pattern.DOTALL);

  @Test
  void everyReasonHasTheCodeThatItsCommentPromises() throws IOException {
    Matcher matcher = REASON.matcher(proto());
    int found = 0;
    while (matcher.find()) {
      ErrorReason reason = ErrorReason.valueOf(matcher.group(2));
      assertThat(ErrorTable.codeOf(reason))
          .as("%s", reason)
          .isEqualTo(Code.valueOf(matcher.group(1)));
      found++;
    }
    // All but UNSPECIFIED, and UNRECOGNIZED, which is Java's own.
    assertThat(found).isEqualTo(ErrorReason.values().length - 2);
  }

  @Test
  void everyReasonHasAStatusCodeOfGrpcInTheContract() {
    assertThat(ErrorReason.getDescriptor().getValues())
        .filteredOn(value -> value.getNumber() != 0)
        .hasSizeGreaterThan(50)
        .allSatisfy(value -> {
          StatusCode code = value.getOptions().getExtension(Options.statusCode);
          assertThat(code.name()).as("%s", value).isNotEqualTo("STATUS_CODE_UNSPECIFIED");
          assertThat("STATUS_CODE_" + Code.forNumber(code.getNumber())).isEqualTo(code.name());
          assertThat(ErrorTable.codeOf(ErrorReason.valueOf(value)).getNumber())
              .isEqualTo(code.getNumber());
        });
  }

  @Test
  void aLostDatabaseIsUnavailableWithADelay() {
    SQLException lost = new SQLException("Communications link failure", "08S01");
    ServiceException known = ErrorTable.classify(new IllegalStateException(lost));
    assertThat(known.reason()).isEqualTo(ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE);
    Errors errors = Errors.of(ErrorTable.toStatus(known));
    assertThat(errors.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(errors.retry()).isPresent();
    assertThat(errors.message()).doesNotContain("Communications");
  }

  @Test
  void aRefusalInsideAnotherExceptionStaysThatRefusal() {
    ServiceException refusal = ServiceException.invalidField("count", "-1 (expected: 1 to 1000)");
    assertThat(ErrorTable.classify(new IllegalStateException(refusal))).isSameAs(refusal);
    assertThat(refusal).hasMessage("count: -1 (expected: 1 to 1000)");
  }

  private static String proto() throws IOException {
    try (InputStream file = ErrorTableTest.class.getResourceAsStream("/flywheel/v1/error.proto")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
