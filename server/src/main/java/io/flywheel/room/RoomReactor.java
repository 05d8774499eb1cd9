package io.flywheel.room;

import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.room.WatchSlice.Watch;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomResponse;
import io.flywheel.v1.Presence;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.RoomLeft;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.WatchCredited;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** The rules of rooms. Thread-safe. */
final class RoomReactor implements Reactor {
  static final WatchedTime.Bounds BOUNDS =
      new WatchedTime.Bounds(Duration.ofDays(8).toMillis(), 500);

  private static final String DAY_PREFIX = "day:";

  private final WatchSlice watches;
  private final HeartbeatTokens tokens;

  @Inject
  RoomReactor(WatchSlice watches, HeartbeatTokens tokens) {
    this.watches = watches;
    this.tokens = tokens;
  }

  /**
   * A viewer comes into a room.
   *
   * @param timeZone the viewer's; empty: what is known stays
   */
  record Enter(String roomId, String broadcastId, String timeZone) {}

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
    reactions.on(Event.class, this::event);
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> prefetch(Object body) {
    boolean needed =
        switch (body) {
          case Event event -> event.hasWatched();
          case Enter enter -> true;
          case Beat beat -> true;
          case Leave leave -> true;
          default -> false;
        };
    return needed ? List.of(watches) : List.of();
  }

  private void enter(Turn turn, Enter request) {
    if (!request.timeZone().isEmpty()) {
      turn.setProfile(turn.profile().toBuilder().setTimeZone(request.timeZone()).build());
    }
    turn.signal(
        event(turn, request.roomId(), request.broadcastId())
            .setEntered(Entered.getDefaultInstance())
            .build());
    turn.respond(() ->
        EnterRoomResponse.newBuilder()
            .setHeartbeatToken(token(turn, request.roomId()))
            .setHeartbeatInterval(heartbeatInterval(turn))
            .addAllFacts(turn.facts())
            .build());
  }

  /**
   * Silence that was too long ends the session. The call fails then, but what it changed must not
   * be discarded, so the turn ends well, with an answer that has no token.
   */
  private void beat(Turn turn, Beat beat) {
    ViewerProfile profile = turn.profile();
    Presence presence = profile.getPresence();
    if (!presence.getRoomId().equals(beat.roomId())
        || millis(presence.getEnteredAt()) != beat.sessionMillis()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_SESSION_ENDED,
          "the viewer left this room or entered another; call EnterRoom again");
    }
    if (isSilent(turn, presence)) {
      goOut(turn, profile);
      turn.respond(HeartbeatResponse::getDefaultInstance);
      return;
    }
    long creditedMillis = creditSession(turn, presence);
    turn.setProfile(profile.toBuilder().setPresence(seen(turn, presence)).build());
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
      creditSession(turn, profile.getPresence());
      goOut(turn, profile);
    }
    turn.respond(() -> LeaveRoomResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  private void act(Turn turn, Act act) {
    ViewerProfile profile = turn.profile();
    Presence presence = profile.getPresence();
    if (!presence.getRoomId().equals(act.roomId()) || isSilent(turn, presence)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NOT_IN_ROOM,
          "room_id: \"%s\" (expected: the room that the viewer is in; call EnterRoom first)"
              .formatted(act.roomId()));
    }
    turn.setProfile(profile.toBuilder().setPresence(seen(turn, presence)).build());
    turn.signal(event(turn, act.roomId(), givenBroadcast(presence)).mergeFrom(act.what()).build());
    turn.respond(() -> ActResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  /** What the platform reported, or what a request of a viewer came to; the latter has no id. */
  private void event(Turn turn, Event event) {
    switch (event.getWhatCase()) {
      case ENTERED -> entered(turn, event);
      case LEFT -> left(turn, event);
      case WATCHED ->
          credit(
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
    if (!isLate(turn, profile) || isRequest(event)) {
      comeIn(turn, profile, event);
    }
    if (firstVisit) {
      turn.setProfile(turn.profile().toBuilder().setFirstSeenAt(now(turn)).build());
    }
    turn.emit(
        RoomEntered.newBuilder()
            .setRoomId(event.getRoomId())
            .setBroadcastId(turn.broadcast(event.getBroadcastId()))
            .setFirstVisit(firstVisit)
            .build());
  }

  private void comeIn(Turn turn, ViewerProfile profile, Event event) {
    Presence presence = profile.getPresence();
    if (continuesSession(turn, presence, event)) {
      turn.setProfile(profile.toBuilder().setPresence(seen(turn, presence)).build());
      return;
    }
    if (isRequest(event)) {
      creditSession(turn, presence);
      long session = turn.at().toEpochMilli();
      turn.set(watches, new Watch(session, turn.get(watches).watched()));
    }
    if (profile.hasPresence() && !presence.getRoomId().equals(event.getRoomId())) {
      emitLeft(turn, presence);
    }
    turn.setProfile(
        profile.toBuilder()
            .setPresence(
                Presence.newBuilder()
                    .setRoomId(event.getRoomId())
                    .setBroadcastId(turn.broadcast(event.getBroadcastId()))
                    .setEnteredAt(now(turn))
                    .setLastSeenAt(now(turn)))
            .build());
  }

  /**
   * So that a page that is loaded again, or a second device, does not end the session of the first.
   */
  private boolean continuesSession(Turn turn, Presence presence, Event event) {
    return presence.getRoomId().equals(event.getRoomId())
        && givenBroadcast(presence).equals(event.getBroadcastId())
        && !isSilent(turn, presence)
        && (!isRequest(event) || isProven(turn, presence));
  }

  private void left(Turn turn, Event event) {
    ViewerProfile profile = turn.profile();
    if (profile.getPresence().getRoomId().equals(event.getRoomId()) && !isLate(turn, profile)) {
      goOut(turn, profile);
    }
  }

  private static void goOut(Turn turn, ViewerProfile profile) {
    turn.setProfile(profile.toBuilder().clearPresence().build());
    emitLeft(turn, profile.getPresence());
  }

  private static void emitLeft(Turn turn, Presence presence) {
    turn.emit(
        RoomLeft.newBuilder()
            .setRoomId(presence.getRoomId())
            .setBroadcastId(presence.getBroadcastId())
            .build());
  }

  /**
   * Credits the session from its beginning: no two signs of life in it lie too far apart, and what
   * was credited before is not credited again. Presence that only the platform's events tell of is
   * credited by their {@code Watched}.
   */
  private long creditSession(Turn turn, Presence presence) {
    if (!isProven(turn, presence) || isSilent(turn, presence)) {
      return 0;
    }
    return credit(
        turn,
        presence.getRoomId(),
        givenBroadcast(presence),
        millis(presence.getEnteredAt()),
        turn.at().toEpochMilli());
  }

  private long credit(Turn turn, String roomId, String broadcastId, long from, long to) {
    Watch watch = turn.get(watches);
    WatchedTime.Credit credit = watch.watched().credit(from, to, BOUNDS);
    if (credit.added().isEmpty()) {
      return 0;
    }
    turn.set(watches, new Watch(watch.sessionMillis(), credit.watched()));
    long creditedMillis = 0;
    for (DayCredit day : DayCredit.of(credit.added(), turn.program().calendar())) {
      creditedMillis += day.millis();
      turn.emit(
          WatchCredited.newBuilder()
              .setRoomId(roomId)
              .setBroadcastId(broadcastId.isEmpty() ? DAY_PREFIX + day.day() : broadcastId)
              .setStartedAt(Timestamps.fromMillis(day.from()))
              .setCreditedMillis(day.millis())
              .build());
    }
    return creditedMillis;
  }

  private String token(Turn turn, String roomId) {
    return tokens.issue(turn.viewer(), roomId, turn.get(watches).sessionMillis());
  }

  private boolean isProven(Turn turn, Presence presence) {
    return presence.hasEnteredAt()
        && turn.get(watches).sessionMillis() == millis(presence.getEnteredAt());
  }

  private static boolean isSilent(StateView view, Presence presence) {
    long silence = view.at().toEpochMilli() - millis(presence.getLastSeenAt());
    return silence
        > Durations.toMillis(view.program().get(PresenceSection.class).getLongestSilence());
  }

  /** An event that happened before the latest sign of life never moves the viewer. */
  private static boolean isLate(Turn turn, ViewerProfile profile) {
    return turn.at().toEpochMilli() < millis(profile.getPresence().getLastSeenAt());
  }

  private static boolean isRequest(Event event) {
    return event.getEventId().isEmpty();
  }

  private static Presence seen(Turn turn, Presence presence) {
    return isLate(turn, turn.profile())
        ? presence
        : presence.toBuilder()
            .setBroadcastId(turn.broadcast(givenBroadcast(presence)))
            .setLastSeenAt(now(turn))
            .build();
  }

  /** Days that stand for broadcasts go by, also while the viewer stays. */
  private static String givenBroadcast(Presence presence) {
    String broadcastId = presence.getBroadcastId();
    return broadcastId.startsWith(DAY_PREFIX) ? "" : broadcastId;
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

  private static Timestamp now(StateView view) {
    return Timestamps.fromMillis(view.at().toEpochMilli());
  }

  private static long millis(Timestamp time) {
    return Timestamps.toMillis(time);
  }
}
