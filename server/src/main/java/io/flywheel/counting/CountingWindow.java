package io.flywheel.counting;

import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.WindowKind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time that something is counted in.
 *
 * @param name as in {@link io.flywheel.v1.TaskCause}
 * @param roomId the room, where each room has a window of its own; else empty
 * @param endsMillis when it ends, in epoch milliseconds; 0: it does not, or nobody knows when
 */
public record CountingWindow(String name, String roomId, long endsMillis) {
  /** How long after its end a window keeps what is not claimed. */
  private static final Duration CLAIMS = Duration.ofDays(2);

  /**
   * How long after its end what happened in a window may still arrive: events are taken for seven
   * days, by a clock that they may be five minutes ahead of.
   */
  public static final Duration LATE = Duration.ofDays(7).plusMinutes(5);

  private static final String BROADCAST = "broadcast:";

  static CountingWindow ofBroadcast(String broadcastId, String roomId, long endsMillis) {
    return new CountingWindow(BROADCAST + broadcastId, roomId, endsMillis);
  }

  /** The broadcast whose window has a name; null: it is no broadcast's. */
  public static @Nullable String broadcastOf(String name) {
    return name.startsWith(BROADCAST) ? name.substring(BROADCAST.length()) : null;
  }

  /** The name of the day or week at a time, or "once". */
  public static String stretchName(ProgramCalendar calendar, WindowKind kind, Instant at) {
    return stretch(calendar, kind, at, "").name;
  }

  /** The day or week at a time, or the one that never ends, for the whole merchant. */
  public static CountingWindow stretch(ProgramCalendar calendar, WindowKind kind, Instant at) {
    return stretch(calendar, kind, at, "");
  }

  static CountingWindow stretch(
      ProgramCalendar calendar, WindowKind kind, Instant at, String roomId) {
    if (kind == WindowKind.WINDOW_KIND_DAY) {
      ProgramCalendar.Day day = calendar.day(at);
      return new CountingWindow(day.name(), roomId, day.endMillis());
    }
    if (kind == WindowKind.WINDOW_KIND_WEEK) {
      ProgramCalendar.Day day = calendar.day(at);
      return new CountingWindow(day.week(), roomId, day.weekEndMillis());
    }
    return new CountingWindow("once", roomId, 0);
  }

  /** Whether nothing can be claimed in a window when events have been seen up to a time. */
  public static boolean isPastClaims(long endsMillis, long newestMillis) {
    return endsMillis != 0 && endsMillis + CLAIMS.toMillis() < newestMillis;
  }

  /** Whether all that may still arrive is too late for a window. */
  public static boolean isGone(long endsMillis, long newestMillis) {
    return endsMillis != 0 && endsMillis + LATE.toMillis() < newestMillis;
  }
}
