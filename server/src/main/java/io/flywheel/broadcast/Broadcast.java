package io.flywheel.broadcast;

import java.time.Duration;

/**
 * A broadcast as it is known. The same news make the same of it, in whatever order they come.
 * Immutable.
 *
 * @param firstMillis the time of the earliest event that names it; {@link #NEVER}: there is none
 * @param told what the platform told of it
 */
public record Broadcast(long firstMillis, BroadcastTold told) {
  /** A time that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  /** How long after its end what happened in a broadcast still counts. */
  public static final Duration LATE = Duration.ofDays(7);

  /** How long after its beginning a broadcast is closed, whatever was told of its end. */
  public static final Duration LONGEST = Duration.ofDays(30);

  static final Broadcast UNKNOWN = new Broadcast(NEVER, BroadcastTold.getDefaultInstance());

  /** Whether the platform has opened it. */
  public boolean isTold() {
    return told.getStartedMs() != 0;
  }

  /**
   * When it began: what the platform told, else the time of the earliest event; {@link #NEVER}:
   * nobody knows of it.
   */
  public long startMillis() {
    return isTold() ? told.getStartedMs() : firstMillis;
  }

  /** When it ended; {@link #NEVER}: nobody has told, or it went on. */
  public long endMillis() {
    long ended = told.getEndedMs();
    return ended == 0 || ended < told.getResumedMs() ? NEVER : ended;
  }

  /** From when on nothing counts for it any more; {@link #NEVER}: nobody knows of it. */
  public long closesMillis() {
    long start = startMillis();
    long end = endMillis();
    long latest = start == NEVER ? NEVER : start + LONGEST.toMillis();
    return end == NEVER ? latest : Math.min(latest, end + LATE.toMillis());
  }

  /** Whether the platform has opened it and not ended it at a time. */
  public boolean isOn(long atMillis) {
    return isTold() && atMillis < endMillis() && atMillis < closesMillis();
  }

  /** What an event in it makes of it. */
  public Broadcast seenAt(long atMillis) {
    return atMillis < firstMillis ? new Broadcast(atMillis, told) : this;
  }

  /** What the news of a beginning make of it. */
  public Broadcast startedAt(long atMillis) {
    long earliest = isTold() ? Math.min(told.getStartedMs(), atMillis) : atMillis;
    return new Broadcast(
        firstMillis,
        told.toBuilder()
            .setStartedMs(earliest)
            .setResumedMs(Math.max(told.getResumedMs(), atMillis))
            .build());
  }

  /** What the news of an end make of it. */
  public Broadcast endedAt(long atMillis) {
    return new Broadcast(
        firstMillis, told.toBuilder().setEndedMs(Math.max(told.getEndedMs(), atMillis)).build());
  }
}
