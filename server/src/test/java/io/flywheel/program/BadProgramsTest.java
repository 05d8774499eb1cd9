package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file {@code NNN-name.yaml} in bad-programs is a program with mistakes, and {@code
 * NNN-name.expected} beside it lists exactly what a merchant is told, one "path (line): message" a
 * line.
 */
final class BadProgramsTest {
  private static final Path FOLDER = folder();

  /** Every feature adds its section. */
  private static final String FIELDS =
      Program.getDescriptor().getFields().stream()
          .map(FieldDescriptor::getName)
          .collect(Collectors.joining(", "));

  @ParameterizedTest
  @MethodSource("names")
  void everyMistakeIsNamedWithItsPathAndLine(String name) throws IOException {
    Path expected = FOLDER.resolve(name + ".expected");
    Path program = FOLDER.resolve(name + ".yaml");
    assertThat(program).exists();
    assertThat(expected).exists();

    CheckedProgram checked = TestPrograms.check(Files.readString(program));

    assertThat(checked.mistakes().stream().map(CheckedProgram::describe))
        .isNotEmpty()
        .containsExactlyElementsOf(
            Files.readAllLines(expected).stream()
                .map(line -> line.replace("{fields of Program}", FIELDS))
                .toList());
  }

  @Test
  void thereAreAHundredAtLeast() {
    assertThat(names()).hasSizeGreaterThanOrEqualTo(100);
  }

  private static Stream<String> names() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString().replaceFirst("\\.(yaml|expected)$", ""))
          .collect(Collectors.toCollection(TreeSet::new))
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Path.of(
          Objects.requireNonNull(BadProgramsTest.class.getResource("/bad-programs")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
