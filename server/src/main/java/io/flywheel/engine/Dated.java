package io.flywheel.engine;

import java.time.Instant;

/**
 * A state with the time by which it is forgotten. Immutable.
 *
 * @param firstMillis when it was first set, by the time of what the turn was about, in epoch
 *     milliseconds; 0: never
 * @param <S> the state
 */
public record Dated<S>(S state, long firstMillis) {
  /** What it is changed to at a time. */
  public Dated<S> with(S changed, Instant at) {
    return new Dated<>(changed, firstMillis == 0 ? at.toEpochMilli() : firstMillis);
  }
}
