package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codehaus.mojo.animal_sniffer.SignatureChecker;
import org.codehaus.mojo.animal_sniffer.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shipped runs on Android 7, and brings nothing along that an app would not want. */
final class AndroidTest {
  private static final Path CLASSES = Path.of("target", "classes");

  @Test
  void whatIsShippedCallsWhatAndroid7Has() throws Exception {
    assertThat(newerCalls(CLASSES)).isEmpty();
  }

  @Test
  void aPlantedCallOfSomethingNewerIsFound() throws Exception {
    String planted = Planted.class.getName().replace('.', '/') + ".class";
    assertThat(newerCalls(Path.of("target", "test-classes").resolve(planted)))
        .isNotEmpty()
        .allMatch(call -> call.contains("java.util.Base64"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "com/google/protobuf/Descriptors.class",
        "com/google/protobuf/DynamicMessage.class",
        "com/google/protobuf/GeneratedMessage.class",
        "com/google/protobuf/Message.class",
        "com/google/rpc/Status.class",
        "io/grpc/netty/NettyChannelBuilder.class",
        "io/grpc/netty/shaded/io/grpc/netty/NettyChannelBuilder.class",
        "io/grpc/protobuf/ProtoUtils.class",
      })
  void nothingOfTheFullRuntimeComesAlong(String resource) throws IOException {
    assertThat(Collections.list(getClass().getClassLoader().getResources(resource))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"MessageLite", "GeneratedMessageLite", "CodedInputStream", "Timestamp"})
  void theLiteRuntimeComesOnce(String name) throws IOException {
    List<URL> places =
        Collections.list(
            getClass().getClassLoader().getResources("com/google/protobuf/" + name + ".class"));
    assertThat(places).singleElement().asString().contains("protobuf-javalite");
  }

  @Test
  void nothingIsLookedUpByName() throws IOException {
    for (Path file : classFiles(CLASSES)) {
      String constants = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      assertThat(constants)
          .as(file.toString())
          .doesNotContain("java/lang/reflect/", "forName", "java/util/ServiceLoader");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"META-INF/proguard/", "META-INF/com.android.tools/r8/"})
  void rulesForShrinkersLieInTheJar(String folder) throws IOException {
    try (InputStream rules =
        getClass().getClassLoader().getResourceAsStream(folder + "flywheel.pro")) {
      assertThat(rules).isNotNull();
      assertThat(new String(rules.readAllBytes(), StandardCharsets.UTF_8))
          .contains("com.google.protobuf.GeneratedMessageLite");
    }
  }

  private static List<String> newerCalls(Path classes) throws IOException {
    List<String> found = new ArrayList<>();
    Set<String> others =
        new HashSet<>(
            List.of(
                "io.flywheel.*",
                "io.grpc.*",
                "com.google.protobuf.*",
                "org.jspecify.annotations.*"));
    try (InputStream signature = Files.newInputStream(Path.of("target", "android.signature"))) {
      SignatureChecker checker = new SignatureChecker(signature, others, new Findings(found));
      checker.setSourcePath(List.of());
      checker.process(classes.toFile());
      assertThat(checker.isSignatureBroken()).isEqualTo(!found.isEmpty());
    }
    return found;
  }

  private static List<Path> classFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> classes =
          files.filter(file -> file.toString().endsWith(".class")).collect(Collectors.toList());
      assertThat(classes).hasSizeGreaterThan(40);
      return classes;
    }
  }

  /** Calls what came with Android 8. */
  private static final class Planted {
    @SuppressWarnings("unused") // It is there to be found, not to be called.
    static String newer() {
      return Base64.getEncoder().encodeToString(new byte[0]);
    }
  }

  /** Keeps what the checker has to say. */
  private static final class Findings implements Logger {
    private final List<String> errors;

    Findings(List<String> errors) {
      this.errors = errors;
    }

    @Override
    public void info(String message) {}

    @Override
    public void info(String message, Throwable cause) {}

    @Override
    public void debug(String message) {}

    @Override
    public void debug(String message, Throwable cause) {}

    @Override
    public void warn(String message) {}

    @Override
    public void warn(String message, Throwable cause) {}

    @Override
    public void error(String message) {
      errors.add(message);
    }

    @Override
    public void error(String message, Throwable cause) {
      errors.add(message);
    }
  }
}
