package io.flywheel.counting;

import com.google.protobuf.util.Timestamps;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.Window;
import io.flywheel.v1.WindowKind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * In which stretches of time something is counted.
 *
 * @param kind their kind
 * @param startsAtMillis the beginning of a custom window; {@code Long.MIN_VALUE} for other kinds
 * @param endsAtMillis the end of a custom window, which is not part of it; {@code Long.MAX_VALUE}
 *     for other kinds
 * @param byRoom whether each room has windows of its own, as broadcasts have in any case
 */
public record WindowRule(WindowKind kind, long startsAtMillis, long endsAtMillis, boolean byRoom) {
  /** How long after its last count a broadcast is taken to be over. */
  private static final Duration LONGEST_BROADCAST = Duration.ofDays(5);

  /** The rule that a window with its defaults states. */
  public static WindowRule of(Window window, boolean byRoom) {
    boolean custom = window.getKind() == WindowKind.WINDOW_KIND_CUSTOM;
    return new WindowRule(
        window.getKind(),
        custom ? Timestamps.toMillis(window.getStartsAt()) : Long.MIN_VALUE,
        custom ? Timestamps.toMillis(window.getEndsAt()) : Long.MAX_VALUE,
        byRoom);
  }

  /** The window that a time belongs to; null: it lies outside of the custom window. */
  public @Nullable CountingWindow at(
      ProgramCalendar calendar, Instant at, String roomId, String broadcastId) {
    String ownRoom = byRoom || kind == WindowKind.WINDOW_KIND_BROADCAST ? roomId : "";
    long millis = at.toEpochMilli();
    return switch (kind) {
      case WINDOW_KIND_BROADCAST ->
          CountingWindow.ofBroadcast(broadcastId, ownRoom, millis + LONGEST_BROADCAST.toMillis());
      case WINDOW_KIND_CUSTOM ->
          millis < startsAtMillis || millis >= endsAtMillis
              ? null
              : new CountingWindow("custom:" + startsAtMillis / 1_000, ownRoom, endsAtMillis);
      default -> CountingWindow.stretch(calendar, kind, at, ownRoom);
    };
  }
}
