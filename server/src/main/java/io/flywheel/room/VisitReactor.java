package io.flywheel.room;

import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import io.flywheel.broadcast.Broadcast;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.room.WatchSlice.Watch;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomResponse;
import io.flywheel.v1.NotCounted;
import io.flywheel.v1.NotCountedReason;
import io.flywheel.v1.Presence;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.ViewerProfile;
import java.time.Duration;
import java.time.Instant;

/** Carries out what viewers ask for in rooms. Thread-safe. */
final class VisitReactor implements Reactor {
  /** How long a viewer's time zone stays at least. */
  private static final Duration HOME = Duration.ofDays(7);

  /** When whoever enters too fast may try again. */
  private static final Duration TOO_FAST = Duration.ofSeconds(1);

  private final WatchSlice watches;
  private final Sessions sessions;
  private final HeartbeatTokens tokens;
  private final Broadcasts broadcasts;

  @Inject
  VisitReactor(
      WatchSlice watches, Sessions sessions, HeartbeatTokens tokens, Broadcasts broadcasts) {
    this.watches = watches;
    this.sessions = sessions;
    this.tokens = tokens;
    this.broadcasts = broadcasts;
  }

  /**
   * A viewer comes into a room.
   *
   * @param timeZone the viewer's; empty: what is known stays
   * @param letIn whether the caller's credentials name this room and broadcast; otherwise the
   *     platform must have opened them
   * @param own whether the viewer calls, who can't do more than a person can
   * @param shownAs how the viewer is shown to others; empty fields say nothing
   */
  record Enter(
      String roomId,
      String broadcastId,
      String timeZone,
      boolean letIn,
      boolean own,
      PublicProfile shownAs) {}

  /**
   * A viewer is still in a room.
   *
   * @param sessionMillis the session that its token names
   */
  record Beat(String roomId, long sessionMillis) {}

  /** A viewer goes out of a room. */
  record Leave(String roomId) {}

  /**
   * A viewer does something in a room.
   *
   * @param what the event, of which only {@code what} is set
   */
  record Act(String roomId, Event what) {}

  @Override
  public void register(Reactions reactions) {
    reactions.on(Enter.class, this::enter);
    reactions.on(Beat.class, this::beat);
    reactions.on(Leave.class, this::leave);
    reactions.on(Act.class, this::act);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    switch (wanted.action().body()) {
      case Enter enter -> {
        wanted.get(watches);
        broadcasts.prefetch(wanted, enter.roomId(), enter.broadcastId());
      }
      case Beat beat -> prefetch(wanted, beat.roomId());
      case Leave leave -> prefetch(wanted, leave.roomId());
      case Act act -> prefetch(wanted, act.roomId());
      default -> {}
    }
  }

  private void prefetch(Prefetch wanted, String roomId) {
    wanted.get(watches);
    broadcasts.prefetch(wanted, roomId, wanted.action().broadcastId());
  }

  private void enter(Turn turn, Enter request) {
    if (!request.letIn()) {
      requireOpen(turn, request);
    }
    if (request.own() && take(turn, Event.WhatCase.ENTERED, 1) == 0) {
      throw ServiceException.notYet(
          ErrorReason.ERROR_REASON_OVERLOADED,
          "the viewer has entered more often than a person can; try again after the delay",
          TOO_FAST);
    }
    moveTo(turn, request.timeZone());
    turn.signal(
        event(turn, request.roomId(), request.broadcastId())
            .setEntered(Entered.newBuilder().setShownAs(request.shownAs()))
            .build());
    turn.respond(() ->
        EnterRoomResponse.newBuilder()
            .setHeartbeatToken(token(turn, request.roomId()))
            .setHeartbeatInterval(heartbeatInterval(turn))
            .addAllFacts(turn.facts())
            .setTimeZone(turn.profile().getTimeZone())
            .setMaxActionsPerSecond(maxActionsPerSecond(turn))
            .build());
  }

  /** A zone is the viewer's home, which nobody moves twice a week. */
  private void moveTo(Turn turn, String timeZone) {
    String known = turn.profile().getTimeZone();
    if (timeZone.isEmpty() || timeZone.equals(known)) {
      return;
    }
    if (!known.isEmpty()) {
      Watch watch = turn.get(watches);
      long millis = turn.at().toEpochMilli();
      if (watch.zoneChangedMillis() != 0 && millis < watch.zoneChangedMillis() + HOME.toMillis()) {
        return;
      }
      turn.set(watches, watch.inZoneSince(millis));
    }
    turn.setProfile(turn.profile().toBuilder().setTimeZone(timeZone).build());
  }

  private void requireOpen(Turn turn, Enter request) {
    String roomId = request.roomId();
    if (!broadcasts.room(turn, roomId).isOpen()) {
      throw notOpen(
          "room_id: \"%s\" (expected: the token's claim \"room\", or a room that the platform has opened)"
              .formatted(roomId));
    }
    String broadcastId = request.broadcastId();
    if (!broadcastId.isEmpty()) {
      Broadcast broadcast = broadcasts.broadcast(turn, roomId, broadcastId);
      if (!broadcast.isOn(turn.at().toEpochMilli())) {
        throw notOpen(
            "broadcast_id: \"%s\" (expected: the token's claim \"broadcast\", or a broadcast that the platform has opened)"
                .formatted(broadcastId));
      }
    }
  }

  /**
   * Silence that was too long ends the session. The call fails then, but what it changed must not
   * be discarded, so the turn ends well, with an answer that has no token.
   */
  private void beat(Turn turn, Beat beat) {
    ViewerProfile profile = turn.profile();
    Presence presence = profile.getPresence();
    if (!presence.getRoomId().equals(beat.roomId())
        || Presences.millis(presence.getEnteredAt()) != beat.sessionMillis()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_SESSION_ENDED,
          "the viewer left this room or entered another; call EnterRoom again");
    }
    if (Presences.isSilent(turn, presence)) {
      Presences.goOut(turn, profile);
      turn.respond(HeartbeatResponse::getDefaultInstance);
      return;
    }
    long creditedMillis = sessions.credit(turn, presence);
    turn.setProfile(profile.toBuilder().setPresence(sessions.seen(turn, presence)).build());
    turn.respond(() ->
        HeartbeatResponse.newBuilder()
            .setHeartbeatToken(token(turn, beat.roomId()))
            .setHeartbeatInterval(heartbeatInterval(turn))
            .setCreditedMillis(creditedMillis)
            .addAllFacts(turn.facts())
            .build());
  }

  private void leave(Turn turn, Leave request) {
    ViewerProfile profile = turn.profile();
    if (profile.getPresence().getRoomId().equals(request.roomId())) {
      sessions.credit(turn, profile.getPresence());
      Presences.goOut(turn, profile);
    }
    turn.respond(() -> LeaveRoomResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  private void act(Turn turn, Act act) {
    ViewerProfile profile = turn.profile();
    Presence presence = profile.getPresence();
    if (!presence.getRoomId().equals(act.roomId()) || Presences.isSilent(turn, presence)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NOT_IN_ROOM,
          "room_id: \"%s\" (expected: the room that the viewer is in; call EnterRoom first)"
              .formatted(act.roomId()));
    }
    Presence seen = sessions.seen(turn, presence);
    turn.setProfile(profile.toBuilder().setPresence(seen).build());
    Event what = act.what();
    int count = what.hasLiked() && what.getLiked().hasCount() ? what.getLiked().getCount() : 1;
    int taken = take(turn, what.getWhatCase(), count);
    if (taken < count) {
      turn.emit(
          NotCounted.newBuilder()
              .setReason(NotCountedReason.NOT_COUNTED_REASON_TOO_FAST)
              .setAmount(count - taken)
              .build());
    }
    if (taken > 0) {
      String broadcastId = Broadcasts.withoutDay(sessions.broadcastNow(turn, presence));
      Event.Builder event = event(turn, act.roomId(), broadcastId).mergeFrom(what);
      if (event.hasLiked()) {
        event.getLikedBuilder().setCount(taken);
      }
      turn.signal(event.build());
    }
    turn.respond(() -> ActResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  /** How many of so many actions of a kind a person could have done by now; they are taken. */
  private int take(Turn turn, Event.WhatCase kind, int count) {
    Watch watch = turn.get(watches);
    Pace.Step step =
        watch
            .pace()
            .take(kind.getNumber(), count, maxActionsPerSecond(turn), turn.at().toEpochMilli());
    turn.set(watches, watch.with(step.after()));
    return step.taken();
  }

  private static int maxActionsPerSecond(StateView view) {
    return view.program().get(PresenceSection.class).getMaxActionsPerSecond();
  }

  private String token(Turn turn, String roomId) {
    return tokens.issue(turn.viewer(), roomId, sessions.startMillis(turn));
  }

  private static Event.Builder event(Turn turn, String roomId, String broadcastId) {
    Instant at = turn.at();
    return Event.newBuilder()
        .setViewerId(turn.viewer().viewerId())
        .setRoomId(roomId)
        .setBroadcastId(broadcastId)
        .setOccurredAt(
            Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()));
  }

  private static com.google.protobuf.Duration heartbeatInterval(StateView view) {
    return view.program().get(PresenceSection.class).getHeartbeatInterval();
  }

  private static ServiceException notOpen(String message) {
    return ServiceException.of(ErrorReason.ERROR_REASON_ROOM_NOT_OPEN, message);
  }
}
