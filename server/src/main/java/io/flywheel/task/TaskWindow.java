package io.flywheel.task;

import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.WindowKind;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A window of a task.
 *
 * @param name as in {@link io.flywheel.v1.TaskCause}
 * @param roomId the room, where each room has a window of its own; else empty
 * @param endsMillis when it ends, in epoch milliseconds; 0: it does not, or nobody knows when
 */
record TaskWindow(String name, String roomId, long endsMillis) {
  /**
   * How long after its end a window still counts what happened in it, and keeps what is not
   * claimed.
   */
  static final Duration GRACE = Duration.ofDays(2);

  /** How long after its last count a broadcast is taken to be over. */
  private static final Duration LONGEST_BROADCAST = Duration.ofDays(5);

  /** The window of a task at a time; null: the time lies outside of its custom window. */
  static @Nullable TaskWindow of(
      CompiledProgram program, CompiledTask task, Instant at, String roomId, String broadcastId) {
    String ownRoom =
        task.isRoomGoal() || task.window() == WindowKind.WINDOW_KIND_BROADCAST ? roomId : "";
    long millis = at.toEpochMilli();
    return switch (task.window()) {
      case WINDOW_KIND_BROADCAST ->
          new TaskWindow(
              "broadcast:" + broadcastId, ownRoom, millis + LONGEST_BROADCAST.toMillis());
      case WINDOW_KIND_CUSTOM ->
          millis < task.startsAtMillis() || millis >= task.endsAtMillis()
              ? null
              : new TaskWindow(
                  "custom:" + task.startsAtMillis() / 1_000, ownRoom, task.endsAtMillis());
      default -> stretch(program.calendar(), task.window(), at, ownRoom);
    };
  }

  /** The name of the day or week at a time, or "once". */
  static String stretchName(ProgramCalendar calendar, WindowKind kind, Instant at) {
    return stretch(calendar, kind, at, "").name;
  }

  private static TaskWindow stretch(
      ProgramCalendar calendar, WindowKind kind, Instant at, String roomId) {
    if (kind == WindowKind.WINDOW_KIND_DAY) {
      LocalDate day = calendar.dayOf(at);
      return new TaskWindow(day.toString(), roomId, calendar.endOf(day).toEpochMilli());
    }
    if (kind == WindowKind.WINDOW_KIND_WEEK) {
      LocalDate day = calendar.dayOf(at);
      LocalDate sunday = ProgramCalendar.mondayOf(day).plusDays(6);
      return new TaskWindow(
          ProgramCalendar.weekOf(day), roomId, calendar.endOf(sunday).toEpochMilli());
    }
    return new TaskWindow("once", roomId, 0);
  }

  /** Whether the window is past its grace when events have been seen up to a time. */
  static boolean isGone(long endsMillis, long newestMillis) {
    return endsMillis != 0 && endsMillis + GRACE.toMillis() < newestMillis;
  }
}
