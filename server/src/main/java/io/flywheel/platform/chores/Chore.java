package io.flywheel.platform.chores;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Work over many rows that nobody waits for, such as forgetting what is old. One node of all does
 * it, step by step; two may do it at a time after a pause of a node, so a step must bear
 * repetition. Bind it with {@code Multibinder.newSetBinder(binder(), Chore.class)}.
 */
public interface Chore {
  /** Its name, by which nodes agree on who does it; up to 64 printable characters. */
  String name();

  /** How long it rests between its end and its next beginning. */
  Duration rest();

  /**
   * Does a part that is short enough to hold no lock for long, in a transaction of its own.
   *
   * @param progress where the step before ended, up to 1,000 bytes; empty: this is the first
   * @return where this one ended; empty: this was the last
   */
  Optional<byte[]> step(Handle handle, byte[] progress, Instant now);
}
