package io.flywheel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every Java file of the repository is formatted; with {@code -Dformat=write} this formats them.
 */
class FormatTest {
  private static final String COMMAND =
      "mvn -q -pl server -am test -Dtest=FormatTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dformat=write";

  private final Formatter formatter = new Formatter();

  @Test
  void everyJavaFileIsFormatted() throws Exception {
    Path root = repository();
    boolean write = "write".equals(System.getProperty("format"));
    List<String> unformatted = new ArrayList<>();
    for (String name : trackedJavaFiles(root)) {
      Path file = root.resolve(name);
      String source = Files.readString(file);
      String formatted = format(source);
      if (!formatted.equals(source)) {
        if (write) {
          Files.writeString(file, formatted);
        } else {
          unformatted.add(name);
        }
      }
    }
    assertThat(unformatted).as("Unformatted; this formats them: %s", COMMAND).isEmpty();
  }

  private String format(String source) throws FormatterException {
    return formatter.formatSource(
        RemoveUnusedImports.removeUnusedImports(
            ImportOrderer.reorderImports(source, Style.GOOGLE)));
  }

  private static Path repository() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"))) {
        return folder;
      }
    }
    throw new AssertionError("this folder belongs to no git repository");
  }

  /** Also those that are about to be tracked; without those that are deleted. */
  private static List<String> trackedJavaFiles(Path root) throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "ls-files", "-co", "--exclude-standard", "*.java")
            .directory(root.toFile())
            .start();
    String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor()).as("git ls-files").isZero();
    return Arrays.stream(names.split("\n"))
        .distinct()
        .filter(name -> Files.exists(root.resolve(name)))
        .toList();
  }
}
