package io.flywheel.room;

import static io.flywheel.room.Presences.isRequest;
import static io.flywheel.room.Presences.millis;
import static io.flywheel.room.Presences.now;

import com.google.inject.Inject;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.v1.Event;
import io.flywheel.v1.Presence;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.ViewerProfile;

/**
 * Keeps who is where and for how long they have watched, by what the platform reported and by what
 * requests of viewers came to. Thread-safe.
 */
final class PresenceReactor implements Reactor {
  private final WatchSlice watches;
  private final Sessions sessions;
  private final Broadcasts broadcasts;

  @Inject
  PresenceReactor(WatchSlice watches, Sessions sessions, Broadcasts broadcasts) {
    this.watches = watches;
    this.sessions = sessions;
    this.broadcasts = broadcasts;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Event.class, this::event);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof Event event && event.hasWatched()) {
      wanted.get(watches);
    }
  }

  private void event(Turn turn, Event event) {
    switch (event.getWhatCase()) {
      case ENTERED -> entered(turn, event);
      case LEFT -> left(turn, event);
      case WATCHED ->
          sessions.credit(
              turn,
              event.getRoomId(),
              event.getBroadcastId(),
              millis(event.getWatched().getStartedAt()),
              millis(event.getWatched().getEndedAt()));
      default -> {}
    }
  }

  private void entered(Turn turn, Event event) {
    ViewerProfile profile = turn.profile();
    boolean firstVisit = !profile.hasFirstSeenAt();
    String broadcastId = broadcasts.idOf(turn, event.getRoomId(), event.getBroadcastId());
    if (!Presences.isLate(turn, profile) || isRequest(event)) {
      comeIn(turn, profile, event, broadcastId);
    }
    if (firstVisit) {
      turn.setProfile(turn.profile().toBuilder().setFirstSeenAt(now(turn)).build());
    }
    turn.emit(
        RoomEntered.newBuilder()
            .setRoomId(event.getRoomId())
            .setBroadcastId(broadcastId)
            .setFirstVisit(firstVisit)
            .build());
  }

  private void comeIn(Turn turn, ViewerProfile profile, Event event, String broadcastId) {
    Presence presence = profile.getPresence();
    if (continuesSession(turn, presence, event, broadcastId)) {
      turn.setProfile(profile.toBuilder().setPresence(sessions.seen(turn, presence)).build());
      return;
    }
    if (isRequest(event)) {
      sessions.credit(turn, presence);
      sessions.begin(turn);
    }
    if (profile.hasPresence() && !presence.getRoomId().equals(event.getRoomId())) {
      Presences.emitLeft(turn, presence);
    }
    turn.setProfile(
        profile.toBuilder()
            .setPresence(
                Presence.newBuilder()
                    .setRoomId(event.getRoomId())
                    .setBroadcastId(broadcastId)
                    .setEnteredAt(now(turn))
                    .setLastSeenAt(now(turn)))
            .build());
  }

  /**
   * So that a page that is loaded again, or a second device, does not end the session of the first.
   * Days that stand for broadcasts go by while the viewer stays.
   */
  private boolean continuesSession(Turn turn, Presence presence, Event event, String broadcastId) {
    String before = Broadcasts.withoutDay(presence.getBroadcastId());
    return presence.getRoomId().equals(event.getRoomId())
        && before.equals(Broadcasts.withoutDay(broadcastId))
        && !Presences.isSilent(turn, presence)
        && (!isRequest(event) || sessions.isProven(turn, presence));
  }

  private void left(Turn turn, Event event) {
    ViewerProfile profile = turn.profile();
    if (profile.getPresence().getRoomId().equals(event.getRoomId())
        && !Presences.isLate(turn, profile)) {
      Presences.goOut(turn, profile);
    }
  }
}
