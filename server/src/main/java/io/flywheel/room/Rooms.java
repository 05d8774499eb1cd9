package io.flywheel.room;

import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcast;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomInfo;
import io.flywheel.engine.StateView;
import io.flywheel.v1.Room;

/** Says in the API's terms what is known of rooms and broadcasts. Not to be instantiated. */
final class Rooms {
  private Rooms() {}

  static Room shown(StateView view, Broadcasts broadcasts, String roomId, RoomInfo room) {
    Room.Builder shown =
        Room.newBuilder()
            .setRoomId(roomId)
            .setTitle(room.told().getTitle())
            .setCoverUrl(room.told().getCoverUrl())
            .setOpen(room.isOpen());
    String broadcastId = room.broadcastAt(view.at().toEpochMilli());
    if (!broadcastId.isEmpty()) {
      shown.setBroadcast(shown(broadcastId, broadcasts.broadcast(view, roomId, broadcastId)));
    }
    return shown.build();
  }

  static io.flywheel.v1.Broadcast shown(String broadcastId, Broadcast broadcast) {
    io.flywheel.v1.Broadcast.Builder shown =
        io.flywheel.v1.Broadcast.newBuilder()
            .setBroadcastId(broadcastId)
            .setTitle(broadcast.told().getTitle())
            .setCoverUrl(broadcast.told().getCoverUrl())
            .setStartedAt(Timestamps.fromMillis(broadcast.startMillis()))
            .setClosesAt(Timestamps.fromMillis(broadcast.closesMillis()));
    if (broadcast.endMillis() != Broadcast.NEVER) {
      shown.setEndedAt(Timestamps.fromMillis(broadcast.endMillis()));
    }
    return shown.build();
  }
}
