package io.flywheel.platform.db;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The folder in which the service keeps what must outlive it: the embedded database and secrets.
 * Thread-safe.
 */
@Singleton
public final class DataFolder {
  private final Path path;

  @Inject
  public DataFolder(DatabaseConfig config) {
    path = config.dataDir().toAbsolutePath().normalize();
  }

  /** Where a file of this name lies, or would lie. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  /**
   * The random secret in the file of this name, which only the service's own user may read. It is
   * made by whoever asks first and stays the same from then on.
   */
  public String secret(String name) throws IOException {
    Path file = resolve(name);
    if (!Files.exists(file)) {
      byte[] random = new byte[32];
      new SecureRandom().nextBytes(random);
      Files.createDirectories(path);
      // A temporary file is readable by its owner only, and a rename shows others all of it or
      // nothing.
      Path fresh = Files.createTempFile(path, name, ".new");
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.write(
            ByteBuffer.wrap(
                (HexFormat.of().formatHex(random) + "\n").getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
      }
      try {
        Files.move(fresh, file);
      } catch (FileAlreadyExistsException e) {
        Files.delete(fresh);
      }
    }
    return Files.readString(file, StandardCharsets.US_ASCII).strip();
  }
}
