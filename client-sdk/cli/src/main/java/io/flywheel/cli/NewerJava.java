package io.flywheel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a Java of version 21 or later where systems keep theirs, for what this program's own is too
 * old for.
 */
final class NewerJava {
  private static final int NEEDED = 21;
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

  private NewerJava() {}

  /** Its {@code bin/java}; empty: none was found. */
  static Optional<Path> find() {
    return homes()
        .filter(home -> versionOf(home) >= NEEDED)
        .map(home -> home.resolve("bin").resolve("java"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Stream<Path> homes() {
    List<Path> homes = new ArrayList<>();
    for (String variable : List.of("JAVA21_HOME", "JAVA_HOME")) {
      String home = System.getenv(variable);
      if (home != null && !home.isBlank()) {
        homes.add(Path.of(home));
      }
    }
    homes.addAll(inside(Path.of("/usr/lib/jvm")));
    homes.addAll(inside(Path.of(System.getProperty("user.home"), ".sdkman/candidates/java")));
    for (Path mac : inside(Path.of("/Library/Java/JavaVirtualMachines"))) {
      homes.add(mac.resolve("Contents/Home"));
    }
    return homes.stream();
  }

  private static List<Path> inside(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(folder)) {
      return found.sorted().toList();
    } catch (IOException e) {
      return List.of(); // it may not be looked into
    }
  }

  private static int versionOf(Path home) {
    String release = read(home.resolve("release"));
    Matcher version = VERSION.matcher(release == null ? "" : release);
    return version.find() ? Integer.parseInt(version.group(1)) : 0;
  }

  private static @Nullable String read(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file) : null;
    } catch (IOException e) {
      return null; // it may not be read
    }
  }
}
