package io.flywheel.client;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where things are kept that must outlive the process, such as likes that wait for a network. Keys
 * are text of at most 200 characters; values are small. What {@link #write} returned from is there
 * for the next process. Thread-safe.
 */
public interface Storage {
  /** What is kept under a key; null: nothing. */
  byte @Nullable [] read(String key) throws IOException;

  /** Keeps a value in place of the one before: all of it or, upon an error, the one before. */
  void write(String key, byte[] value) throws IOException;

  /** Forgets a value; does nothing if there is none. */
  void remove(String key) throws IOException;

  /** The keys that begin so, in no order. */
  List<String> keys(String prefix) throws IOException;
}
