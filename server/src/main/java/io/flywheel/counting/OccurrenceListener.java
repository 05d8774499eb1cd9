package io.flywheel.counting;

import io.flywheel.engine.Turn;
import java.util.List;

/**
 * A feature that counts. Features bind theirs with {@link Triggers#listeners}; they are told in the
 * order of their modules. Thread-safe.
 */
@FunctionalInterface
public interface OccurrenceListener {
  /**
   * Something that can be counted happened.
   *
   * @param occurrences at least one
   */
  void occurred(Turn turn, List<Occurrence> occurrences);
}
