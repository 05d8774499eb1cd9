package io.flywheel.counting;

import com.google.common.hash.Hashing;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.Turn;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Trigger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be counted.
 *
 * @param trigger the trigger that it sets off
 * @param at when, for the window that it counts in
 * @param roomId the room; empty: outside of rooms
 * @param broadcastId the broadcast, or the day that stands for it
 * @param times how often it counts
 * @param amount the amount that the trigger names
 * @param millis how much watch time it brings
 * @param name the custom event's name, or the id of what it is of; else empty
 * @param key what different occurrences are told apart by, such as a text or what was opened;
 *     empty: they are not
 * @param event what happened; null for facts
 * @param fact what came about; null for events
 */
public record Occurrence(
    Trigger trigger,
    Instant at,
    String roomId,
    String broadcastId,
    long times,
    long amount,
    long millis,
    String name,
    String key,
    @Nullable Event event,
    @Nullable Fact fact) {
  /**
   * Where occurrences come from.
   *
   * @param turn whose they are
   * @param broadcasts in which it may have happened
   * @param event what happened; null for facts
   * @param fact what came about; null for events
   */
  public record Origin(
      Turn turn, Broadcasts broadcasts, @Nullable Event event, @Nullable Fact fact) {
    /** An occurrence that counts once, now, where the event or the action happened. */
    public Occurrence of(Trigger trigger) {
      if (event != null) {
        return of(trigger, event.getRoomId(), event.getBroadcastId());
      }
      // Facts come about where the action that set them off happens.
      return of(trigger, turn.action().roomId(), turn.action().broadcastId());
    }

    private Occurrence of(Trigger trigger, String roomId, String given) {
      String broadcastId = broadcasts.idOf(turn, roomId, given);
      return new Occurrence(trigger, turn.at(), roomId, broadcastId, 1, 0, 0, "", "", event, fact);
    }
  }

  /** The same, counted so many times. */
  public Occurrence times(long times) {
    return new Occurrence(
        trigger, at, roomId, broadcastId, times, amount, millis, name, key, event, fact);
  }

  /** The same, with an amount. */
  public Occurrence amount(long amount) {
    return new Occurrence(
        trigger, at, roomId, broadcastId, times, amount, millis, name, key, event, fact);
  }

  /** The same, with a custom event's name or the id of what it is of. */
  public Occurrence named(String name) {
    return new Occurrence(
        trigger, at, roomId, broadcastId, times, amount, millis, name, key, event, fact);
  }

  /** The same, with what it is told apart by. */
  public Occurrence keyed(String key) {
    return new Occurrence(
        trigger, at, roomId, broadcastId, times, amount, millis, name, key, event, fact);
  }

  /** The same, as watch time somewhere. */
  public Occurrence watched(Instant start, String roomId, String broadcastId, long millis) {
    return new Occurrence(
        trigger, start, roomId, broadcastId, times, amount, millis, name, key, event, fact);
  }

  /**
   * Whether the viewer did it by a call of their own, and so waits for what comes of it. What the
   * platform reports is an event itself, and nobody waits.
   */
  public boolean isOwnDeed(Turn turn) {
    return event != null && !(turn.action().body() instanceof Event);
  }

  /** A hash by which ids are told apart, letter by letter; never 0. */
  long exactKeyHash() {
    return Hashing.farmHashFingerprint64().hashString(key, StandardCharsets.UTF_8).asLong() | 1;
  }

  /**
   * A hash by which keys are told apart, however they are written; 0: nothing is left of the key.
   */
  long keyHash() {
    String normal = NormalText.of(key);
    return normal.isEmpty()
        ? 0
        : Hashing.farmHashFingerprint64().hashString(normal, StandardCharsets.UTF_8).asLong() | 1;
  }
}
