package io.flywheel.counting;

import com.google.protobuf.Message;
import io.flywheel.engine.JournalEntry;
import io.flywheel.v1.Event;
import java.util.Optional;

/**
 * The event in a request that the journal keeps, for requests by which viewers do what the platform
 * also reports. Features bind theirs with {@link Recorded#events}. Pure and thread-safe.
 *
 * @param <M> the request
 */
public interface RecordedEvent<M extends Message> {
  /** The request's default instance. */
  M type();

  /** The event as it was counted; empty: nothing of it was. */
  Optional<Event> of(JournalEntry entry, M request);
}
