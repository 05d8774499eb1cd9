package io.flywheel.room;

import com.google.inject.Inject;
import io.flywheel.counting.RecordedEvent;
import io.flywheel.engine.JournalEntry;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.NotCountedReason;
import java.util.Optional;

/** What a viewer did in a room, as far as it was not too fast to count. Thread-safe. */
final class RecordedAct implements RecordedEvent<ActRequest> {
  @Inject
  RecordedAct() {}

  @Override
  public ActRequest type() {
    return ActRequest.getDefaultInstance();
  }

  @Override
  public Optional<Event> of(JournalEntry entry, ActRequest request) {
    Event.Builder event = RoomGrpcService.what(request).toBuilder().setRoomId(request.getRoomId());
    long did = event.hasLiked() && event.getLiked().hasCount() ? event.getLiked().getCount() : 1;
    long counted = did - tooFast(entry);
    if (counted <= 0) {
      return Optional.empty();
    }
    if (event.hasLiked()) {
      event.getLikedBuilder().setCount((int) counted);
    }
    return Optional.of(event.build());
  }

  private static long tooFast(JournalEntry entry) {
    return entry.facts().stream()
        .map(Fact::getNotCounted)
        .filter(fact -> fact.getReason() == NotCountedReason.NOT_COUNTED_REASON_TOO_FAST)
        .mapToLong(fact -> fact.getAmount())
        .sum();
  }
}
