package io.flywheel.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.Fact;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An action that took effect, as the journal keeps it. Immutable.
 *
 * @param viewer whose action it was
 * @param log the log that it is in
 * @param number the row of the log
 * @param index its place in the row, from 0; the three together are its id
 * @param orderMicros where it stands among others: whatever it followed from stands before it. It
 *     is about when it was recorded, in microseconds since 1970
 */
public record JournalEntry(
    ViewerKey viewer, long log, long number, int index, long orderMicros, JournalRecord what) {

  /** The room it happened in; empty: outside of rooms. */
  public String roomId() {
    return what.getRoomId();
  }

  /** The broadcast of the room; empty: none was given. */
  public String broadcastId() {
    return what.getBroadcastId();
  }

  /** When it happened. */
  public Instant at() {
    return Instant.ofEpochSecond(what.getAt().getSeconds(), what.getAt().getNanos());
  }

  /** The version of the program that it was reckoned by; 0: none was in force. */
  public long programVersion() {
    return what.getProgramVersion();
  }

  /** What it set off, in order. */
  public List<Fact> facts() {
    return what.getFactsList();
  }

  /** The full name of the type of what was done or asked for. */
  public String bodyType() {
    return what.getBodyType();
  }

  /**
   * What was done or asked for, if it is of a type: a {@link io.flywheel.v1.Event}, the request of
   * an RPC, or a follow-up's body. Comments' texts are replaced by {@code #HASH:LENGTH}.
   *
   * @param type the default instance
   */
  @SuppressWarnings("unchecked")
  public <M extends Message> Optional<M> body(M type) {
    if (!type.getDescriptorForType().getFullName().equals(what.getBodyType())) {
      return Optional.empty();
    }
    try {
      return Optional.of((M) type.getParserForType().parseFrom(what.getBody()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the journal's entry " + this + " can't be read", e);
    }
  }

  @Override
  public String toString() {
    return "%s of %s at %s (%s/%s/%s)"
        .formatted(bodyType(), viewer, Timestamps.toString(what.getAt()), log, number, index);
  }
}
