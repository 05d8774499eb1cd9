package io.flywheel.room;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.v1.Event;
import io.flywheel.v1.Presence;
import io.flywheel.v1.RoomLeft;
import io.flywheel.v1.ViewerProfile;

/** What can be said of a viewer's presence. Pure functions. */
final class Presences {
  private Presences() {}

  /** Whether the last sign of life is longer ago than the program allows. */
  static boolean isSilent(StateView view, Presence presence) {
    long silence = view.at().toEpochMilli() - millis(presence.getLastSeenAt());
    return silence
        > Durations.toMillis(view.program().get(PresenceSection.class).getLongestSilence());
  }

  /** An event that happened before the latest sign of life never moves the viewer. */
  static boolean isLate(StateView view, ViewerProfile profile) {
    return view.at().toEpochMilli() < millis(profile.getPresence().getLastSeenAt());
  }

  /** Whether an event is what a request of a viewer came to; such an event has no id. */
  static boolean isRequest(Event event) {
    return event.getEventId().isEmpty();
  }

  /** Takes the viewer out of the room. */
  static void goOut(Turn turn, ViewerProfile profile) {
    turn.setProfile(profile.toBuilder().clearPresence().build());
    emitLeft(turn, profile.getPresence());
  }

  static void emitLeft(Turn turn, Presence presence) {
    turn.emit(
        RoomLeft.newBuilder()
            .setRoomId(presence.getRoomId())
            .setBroadcastId(presence.getBroadcastId())
            .build());
  }

  static Timestamp now(StateView view) {
    return Timestamps.fromMillis(view.at().toEpochMilli());
  }

  static long millis(Timestamp time) {
    return Timestamps.toMillis(time);
  }
}
