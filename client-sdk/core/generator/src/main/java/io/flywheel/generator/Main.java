package io.flywheel.generator;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes the sources of the typed calls: {@code Main DESCRIPTORS FOLDER}. DESCRIPTORS is a
 * FileDescriptorSet with imports and comments. A file that is as it should be is left alone, so
 * that nothing is compiled for nothing.
 */
public final class Main {
  private static final String PACKAGE = "flywheel.v1";

  private Main() {}

  /** Runs the generator. */
  public static void main(String[] arguments) throws IOException, DescriptorValidationException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("usage: Main DESCRIPTORS FOLDER");
    }
    FileDescriptorSet descriptors;
    try (InputStream file = Files.newInputStream(Path.of(arguments[0]))) {
      descriptors = FileDescriptorSet.parseFrom(file);
    }
    Path folder = Path.of(arguments[1], "io", "flywheel", "client");
    Files.createDirectories(folder);
    Contract contract = Contract.of(descriptors, PACKAGE);
    for (Map.Entry<String, String> source : new TypedCalls(contract).sources().entrySet()) {
      Path file = folder.resolve(source.getKey() + ".java");
      if (!Files.exists(file) || !Files.readString(file).equals(source.getValue())) {
        Files.writeString(file, source.getValue());
      }
    }
  }
}
