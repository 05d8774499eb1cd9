package io.flywheel.event;

import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.grpc.Validation;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventError;
import io.flywheel.v1.Watched;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes an event acceptable: the contract's constraints, and what they cannot say.
 * Thread-safe.
 */
final class EventRules {
  private static final long AHEAD_MILLIS = Duration.ofMinutes(5).toMillis();
  private static final long BACK_MILLIS = Duration.ofDays(7).toMillis();
  private static final long LONGEST_WATCHED_MILLIS = Duration.ofHours(24).toMillis();

  private final Validation validation;
  private final Clock clock;

  @Inject
  EventRules(Validation validation, Clock clock) {
    this.validation = validation;
    this.clock = clock;
  }

  /** The time by which the events of one request are checked. */
  long nowMillis() {
    return clock.millis();
  }

  /**
   * What is wrong with an event; null: nothing.
   *
   * @param index the event's place in its request
   * @param backfill whether it may be of any age
   */
  @Nullable EventError check(Event event, int index, long nowMillis, boolean backfill) {
    List<FieldViolation> violations =
        PlainEvent.isOne(event) ? List.of() : validation.violations(event, "");
    if (!violations.isEmpty()) {
      FieldViolation first = violations.get(0);
      return invalid(index, first.getField(), first.getDescription());
    }
    if (!Timestamps.isValid(event.getOccurredAt())) {
      return invalid(index, "occurred_at", "not a time (expected: a valid timestamp)");
    }
    long occurredMillis = Timestamps.toMillis(event.getOccurredAt());
    EventError untimely = checkTime(index, occurredMillis, nowMillis, backfill);
    if (untimely != null) {
      return untimely;
    }
    EventError misplaced = checkActor(event, index);
    if (misplaced != null) {
      return misplaced;
    }
    return switch (event.getWhatCase()) {
      case ENTERED, LEFT -> checkRoom(event, index);
      case WATCHED -> {
        EventError roomless = checkRoom(event, index);
        yield roomless != null ? roomless : checkWatched(event.getWatched(), index, event);
      }
      default -> null;
    };
  }

  private static @Nullable EventError checkTime(
      int index, long occurredMillis, long nowMillis, boolean backfill) {
    long earliest = backfill ? 0 : nowMillis - BACK_MILLIS;
    if (occurredMillis >= earliest && occurredMillis <= nowMillis + AHEAD_MILLIS) {
      return null;
    }
    return error(
        ErrorReason.ERROR_REASON_EVENT_TIME_OUT_OF_RANGE,
        field(index, "occurred_at"),
        "%s (expected: %s to %s)"
            .formatted(text(occurredMillis), text(earliest), text(nowMillis + AHEAD_MILLIS)));
  }

  /** Whether an event tells of a broadcast rather than of a viewer. */
  static boolean isOfBroadcast(Event event) {
    return event.hasBroadcastStarted() || event.hasBroadcastEnded();
  }

  private static @Nullable EventError checkActor(Event event, int index) {
    boolean ofBroadcast = isOfBroadcast(event);
    if (Broadcasts.isDay(event.getBroadcastId())) {
      return invalid(index, "broadcast_id", Broadcasts.refusalOf(event.getBroadcastId()));
    } else if (ofBroadcast && event.getBroadcastId().isEmpty()) {
      return invalid(index, "broadcast_id", "\"\" (expected: the broadcast that it tells of)");
    } else if (ofBroadcast && !event.getViewerId().isEmpty()) {
      return invalid(index, "viewer_id", "\"%s\" (expected: none)".formatted(event.getViewerId()));
    } else if (!ofBroadcast && event.getViewerId().isEmpty()) {
      return invalid(index, "viewer_id", "\"\" (expected: the viewer who did it)");
    }
    return ofBroadcast ? checkRoom(event, index) : null;
  }

  private static @Nullable EventError checkRoom(Event event, int index) {
    return event.getRoomId().isEmpty()
        ? invalid(index, "room_id", "\"\" (expected: the room that it happened in)")
        : null;
  }

  private static @Nullable EventError checkWatched(Watched watched, int index, Event event) {
    Timestamp start = watched.getStartedAt();
    Timestamp end = watched.getEndedAt();
    if (!Timestamps.isValid(start)) {
      return invalid(index, "watched.started_at", "not a time (expected: a valid timestamp)");
    } else if (!Timestamps.isValid(end)) {
      return invalid(index, "watched.ended_at", "not a time (expected: a valid timestamp)");
    }
    long startMillis = Timestamps.toMillis(start);
    long endMillis = Timestamps.toMillis(end);
    if (Timestamps.compare(start, end) >= 0) {
      return invalid(
          index,
          "watched.ended_at",
          "%s (expected: after started_at, %s)".formatted(text(endMillis), text(startMillis)));
    } else if (Timestamps.compare(end, event.getOccurredAt()) > 0) {
      return invalid(
          index,
          "watched.ended_at",
          "%s (expected: not after occurred_at, %s)"
              .formatted(text(endMillis), text(Timestamps.toMillis(event.getOccurredAt()))));
    } else if (endMillis - startMillis > LONGEST_WATCHED_MILLIS) {
      return invalid(
          index,
          "watched.started_at",
          "%s (expected: at most 24 hours before ended_at, %s)"
              .formatted(text(startMillis), text(endMillis)));
    }
    return null;
  }

  private static EventError invalid(int index, String field, String message) {
    return error(ErrorReason.ERROR_REASON_INVALID_FIELD, field(index, field), message);
  }

  private static EventError error(ErrorReason reason, String field, String message) {
    return EventError.newBuilder()
        .setReason(ErrorTable.nameOf(reason))
        .setField(field)
        .setMessage(message)
        .build();
  }

  private static String field(int index, String field) {
    return "events[" + index + "]." + field;
  }

  private static String text(long millis) {
    return Timestamps.toString(Timestamps.fromMillis(millis));
  }
}
