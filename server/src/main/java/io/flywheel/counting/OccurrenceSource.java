package io.flywheel.counting;

import com.google.protobuf.Message;
import io.flywheel.program.Findings;
import io.flywheel.v1.Program;
import java.util.List;
import java.util.Optional;

/**
 * How something that happens becomes occurrences of triggers. Features bind theirs with {@link
 * Triggers#sources}. Pure and thread-safe.
 *
 * @param <M> what happens: an {@link io.flywheel.v1.Event}, or the payload of a fact
 */
public interface OccurrenceSource<M extends Message> {
  Class<M> type();

  /** The triggers that it may set off, which no other source sets off. */
  List<TriggerKind> triggers();

  /** What it triggers, in an order that is always the same. */
  List<Occurrence> of(Occurrence.Origin origin, M message);

  /**
   * What a program must have instead of one of the triggers, because the trigger would never be set
   * off; empty: nothing speaks against it.
   */
  default Optional<String> insteadOf(Program program, Findings findings) {
    return Optional.empty();
  }
}
