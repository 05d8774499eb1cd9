package io.flywheel.cli;

import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ValidateProgramResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of programs as the service has them, in its jar: in the folder {@code rules} beside
 * this program, or where a checkout builds it. They run in a process of their own, by a Java that
 * is new enough for them.
 */
record LocalRules(Path jar) {
  private static final String JAR = "flywheel-server.jar";
  private static final String CHECK = "io.flywheel.ProgramCheck";
  private static final int NEEDED_JAVA = 21;

  /** Those that are there; empty: there are none. */
  static Optional<LocalRules> find() {
    Path home = home();
    if (home == null) {
      return Optional.empty();
    }
    return Stream.of(
            home.resolve("rules").resolve(JAR),
            home.resolve("../../../server/target").resolve(JAR).normalize())
        .filter(Files::isRegularFile)
        .map(LocalRules::new)
        .findFirst();
  }

  /** What the service would answer. */
  ValidateProgramResponse check(ProgramSource source) throws IOException {
    Process process =
        new ProcessBuilder(
                java().toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // As mvn -Prun starts the service: JDKs that know it warn without it.
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                jar.toString(),
                CHECK)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (OutputStream given = process.getOutputStream()) {
      source.writeTo(given);
    }
    ValidateProgramResponse answer =
        ValidateProgramResponse.parseFrom(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new InputException(jar + ": the program could not be checked, see above");
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return answer;
  }

  private Path java() {
    if (Runtime.version().feature() >= NEEDED_JAVA) {
      return Path.of(System.getProperty("java.home"), "bin", "java");
    }
    return NewerJava.find()
        .orElseThrow(() ->
            new InputException(
                jar
                    + ": this Java is too old for it (expected: 21 or later, such as by JAVA_HOME,"
                    + " or --target to ask a service)"));
  }

  /** The folder of this program; null: it is none. */
  private static @Nullable Path home() {
    CodeSource source = LocalRules.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? null : Path.of(source.getLocation().toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
