package io.flywheel.generator;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes the sources of the typed calls: {@code Main DESCRIPTORS FOLDER}. DESCRIPTORS is a
 * FileDescriptorSet with imports and comments. A third argument, {@code viewers}, leaves out what
 * viewers may not call. {@code Main DESCRIPTORS FILE descriptors} writes that part of the contract
 * as a FileDescriptorSet instead. A file that is as it should be is left alone, so that nothing is
 * compiled for nothing.
 */
public final class Main {
  private static final String PACKAGE = "flywheel.v1";

  private Main() {}

  /** Runs the generator. */
  public static void main(String[] arguments) throws IOException, DescriptorValidationException {
    String part = arguments.length == 3 ? arguments[2] : "";
    if (arguments.length < 2 || !List.of("", "viewers", "descriptors").contains(part)) {
      throw new IllegalArgumentException("usage: Main DESCRIPTORS FOLDER [viewers|descriptors]");
    }
    FileDescriptorSet descriptors;
    try (InputStream file = Files.newInputStream(Path.of(arguments[0]))) {
      descriptors = FileDescriptorSet.parseFrom(file);
    }
    Contract contract = Contract.of(descriptors, PACKAGE);
    if (part.equals("descriptors")) {
      write(
          Path.of(arguments[1]),
          new ViewersPart(contract.ofViewers(), PACKAGE).of(descriptors).toByteArray());
      return;
    }
    Path folder = Path.of(arguments[1], "io", "flywheel", "client");
    TypedCalls calls = new TypedCalls(part.isEmpty() ? contract : contract.ofViewers());
    for (Map.Entry<String, String> source : calls.sources().entrySet()) {
      write(
          folder.resolve(source.getKey() + ".java"),
          source.getValue().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    }
  }
}
