package io.flywheel.room;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcast;
import io.flywheel.broadcast.BroadcastTold;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomInfo;
import io.flywheel.broadcast.RoomTold;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.BroadcastStarted;
import io.flywheel.v1.CloseBroadcastResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.OpenBroadcastResponse;
import io.flywheel.v1.Room;
import io.flywheel.v1.UpdateRoomRequest;
import io.flywheel.v1.UpdateRoomResponse;
import java.util.function.UnaryOperator;

/**
 * Keeps which rooms and broadcasts there are: by the platform's calls and events about them, whose
 * actor is the room, and by whatever else happens in them. Thread-safe.
 */
final class BroadcastReactor implements Reactor {
  private final Broadcasts broadcasts;

  @Inject
  BroadcastReactor(Broadcasts broadcasts) {
    this.broadcasts = broadcasts;
  }

  /**
   * A broadcast began.
   *
   * @param shown its title and cover, as far as they are told
   */
  record Open(String roomId, String broadcastId, BroadcastStarted shown, long startMillis) {}

  /** A broadcast ended. */
  record Close(String roomId, String broadcastId, long endMillis) {}

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof Event event && wanted.action().viewer().isViewer()) {
      broadcasts.prefetch(wanted, event.getRoomId(), event.getBroadcastId());
    } else {
      broadcasts.prefetchPresent(wanted);
    }
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Event.class, this::event);
    reactions.on(UpdateRoomRequest.class, this::update);
    reactions.on(Open.class, this::open);
    reactions.on(Close.class, this::close);
  }

  private void event(Turn turn, Event event) {
    String roomId = event.getRoomId();
    String broadcastId = event.getBroadcastId();
    long millis = turn.at().toEpochMilli();
    switch (event.getWhatCase()) {
      case BROADCAST_STARTED ->
          begin(turn, new Open(roomId, broadcastId, event.getBroadcastStarted(), millis));
      case BROADCAST_ENDED -> end(turn, new Close(roomId, broadcastId, millis));
      default -> broadcasts.note(turn, roomId, broadcastId);
    }
  }

  private void update(Turn turn, UpdateRoomRequest request) {
    RoomInfo room =
        broadcasts.change(
            turn,
            request.getRoomId(),
            before -> {
              RoomTold.Builder told = before.told().toBuilder().setNamed(true);
              told.setClosed(request.hasOpen() && !request.getOpen());
              if (request.hasTitle()) {
                told.setTitle(request.getTitle());
              }
              if (request.hasCoverUrl()) {
                told.setCoverUrl(request.getCoverUrl());
              }
              return new RoomInfo(told.build());
            });
    Room shown = Rooms.shown(turn, broadcasts, request.getRoomId(), room);
    turn.respond(() -> UpdateRoomResponse.newBuilder().setRoom(shown).build());
  }

  private void open(Turn turn, Open request) {
    Broadcast opened = begin(turn, request);
    turn.respond(() ->
        OpenBroadcastResponse.newBuilder()
            .setBroadcast(Rooms.shown(request.broadcastId(), opened))
            .build());
  }

  private void close(Turn turn, Close request) {
    Broadcast closed = end(turn, request);
    turn.respond(() ->
        CloseBroadcastResponse.newBuilder()
            .setBroadcast(Rooms.shown(request.broadcastId(), closed))
            .build());
  }

  private Broadcast begin(Turn turn, Open request) {
    return change(
        turn,
        request.roomId(),
        request.broadcastId(),
        before -> {
          if (before.closesMillis() <= request.startMillis()) {
            throw closed(request.broadcastId(), before);
          }
          Broadcast began = before.startedAt(request.startMillis());
          BroadcastTold.Builder told = began.told().toBuilder();
          if (request.shown().hasTitle()) {
            told.setTitle(request.shown().getTitle());
          }
          if (request.shown().hasCoverUrl()) {
            told.setCoverUrl(request.shown().getCoverUrl());
          }
          return new Broadcast(began.firstMillis(), told.build());
        });
  }

  /** Once it is closed for good it never opens again, nor does its end move. */
  private Broadcast end(Turn turn, Close request) {
    return change(
        turn,
        request.roomId(),
        request.broadcastId(),
        before ->
            before.closesMillis() <= request.endMillis()
                ? before
                : before.seenAt(request.endMillis()).endedAt(request.endMillis()));
  }

  private Broadcast change(
      Turn turn, String roomId, String broadcastId, UnaryOperator<Broadcast> change) {
    Broadcast after = broadcasts.change(turn, roomId, broadcastId, change);
    broadcasts.change(turn, roomId, room -> room.with(broadcastId, after));
    return after;
  }

  private static ServiceException closed(String broadcastId, Broadcast broadcast) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_BROADCAST_CLOSED,
        "broadcast_id: \"%s\" was closed for good at %s (expected: a new id for a new broadcast)"
            .formatted(
                broadcastId, Timestamps.toString(Timestamps.fromMillis(broadcast.closesMillis()))));
  }
}
