package io.flywheel.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How far a replay has come, in a file, so that it can go on after an interruption. The files of a
 * replay count as one long file. Not thread-safe.
 */
final class ReplayState {
  private final @Nullable Path file;
  private final String source;

  /**
   * Without a file nothing is kept.
   *
   * @param bearer whose credential the events are sent with
   */
  ReplayState(@Nullable Path file, String target, String bearer, List<Path> files) {
    this.file = file;
    this.source = target + " " + bearer + " " + files.stream().map(Path::toAbsolutePath).toList();
  }

  /**
   * How many lines were done for good; 0 without an interrupted replay of the same files to the
   * same service for the same merchant.
   */
  long linesDone() throws IOException {
    if (file == null || !Files.exists(file)) {
      return 0;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      if (!source.equals(properties.getProperty("source"))) {
        throw new InputException(
            file
                + " belongs to another replay, of "
                + properties.getProperty("source")
                + " (expected: "
                + source
                + "; --restart begins anew)");
      }
      return Long.parseLong(properties.getProperty("lines", ""));
    } catch (IllegalArgumentException e) {
      throw new InputException(file + " can't be read (--restart begins anew): " + e.getMessage());
    }
  }

  void save(long linesDone) throws IOException {
    if (file == null) {
      return;
    }
    Properties properties = new Properties();
    properties.setProperty("source", source);
    properties.setProperty("lines", Long.toString(linesDone));
    // A kill in the middle of writing must not leave half a file.
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (Writer writer = Files.newBufferedWriter(draft)) {
      properties.store(writer, "An interrupted replay; the same command goes on from here.");
    }
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  void delete() throws IOException {
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }
}
