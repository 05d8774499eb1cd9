package io.flywheel.cli;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a file, plain or gzip, or of standard input. Not thread-safe. */
final class EventLines implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Counter counter;
  private final BufferedReader reader;

  private EventLines(InputStream source) throws IOException {
    counter = new Counter(source);
    InputStream buffered = new BufferedInputStream(counter, BUFFER);
    reader =
        new BufferedReader(
            new InputStreamReader(unzipped(buffered), StandardCharsets.UTF_8), BUFFER);
  }

  /** Opens a file, or standard input for "-". */
  static EventLines open(Path file) throws IOException {
    return new EventLines(file.toString().equals("-") ? System.in : Files.newInputStream(file));
  }

  /** The next line, or null at the end. */
  @Nullable String next() throws IOException {
    return reader.readLine();
  }

  /** How many bytes of the file, as it lies on disk, were read. */
  long bytesRead() {
    return counter.bytes;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Looks at the content instead of the name, for standard input has none. */
  private static InputStream unzipped(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, BUFFER) : in;
  }

  private static final class Counter extends FilterInputStream {
    private long bytes;

    Counter(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      bytes += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      bytes += Math.max(0, read);
      return read;
    }
  }
}
