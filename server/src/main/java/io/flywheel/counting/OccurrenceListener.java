package io.flywheel.counting;

import io.flywheel.engine.Turn;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Trigger;
import java.util.List;
import java.util.Set;

/**
 * A feature that counts. Features bind theirs with {@link Triggers#listeners}; they are told in the
 * order of their modules. Thread-safe.
 */
public interface OccurrenceListener {
  /**
   * Something that can be counted happened.
   *
   * @param occurrences at least one
   */
  void occurred(Turn turn, List<Occurrence> occurrences);

  /**
   * The fields of a viewer's profile that its conditions ask for on what sets off a trigger.
   * Optimisation only.
   *
   * @param trigger unspecified: any may be set off
   */
  default Set<String> fieldsAsked(CompiledProgram program, Trigger trigger) {
    return Set.of();
  }
}
