package io.flywheel.room;

import com.google.inject.Inject;
import io.flywheel.counting.RecordedEvent;
import io.flywheel.engine.JournalEntry;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import java.util.Optional;

/** A viewer came into a room. Thread-safe. */
final class RecordedEntrance implements RecordedEvent<EnterRoomRequest> {
  @Inject
  RecordedEntrance() {}

  @Override
  public EnterRoomRequest type() {
    return EnterRoomRequest.getDefaultInstance();
  }

  @Override
  public Optional<Event> of(JournalEntry entry, EnterRoomRequest request) {
    return Optional.of(
        Event.newBuilder()
            .setRoomId(request.getRoomId())
            .setBroadcastId(request.getBroadcastId())
            .setEntered(Entered.getDefaultInstance())
            .build());
  }
}
