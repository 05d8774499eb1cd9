package io.flywheel.analytics;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcast;
import io.flywheel.broadcast.BroadcastKey;
import io.flywheel.broadcast.BroadcastSlice;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.broadcast.RoomSlice;
import io.flywheel.counting.Activity;
import io.flywheel.counting.Recorded;
import io.flywheel.counting.RecordedReferral;
import io.flywheel.counting.Referred;
import io.flywheel.engine.Facts;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.MemoryStates;
import io.flywheel.engine.Reactor;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.CloseBroadcastRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.OpenBroadcastRequest;
import io.flywheel.v1.Presence;
import io.flywheel.v1.ViewerProfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tells the reactors of figures again what is in the journal, entry by entry. They are those that
 * counted it the first time; what they looked at then, where viewers were and which broadcasts were
 * on, is followed here by the entries themselves. Used by one thread.
 */
final class Retelling {
  private static final String EVENT = Event.getDescriptor().getFullName();

  /** The package of requests; what is left to be done is in another. */
  private static final String REQUESTS = "flywheel.v1.";

  private final Handlers handlers = new Handlers();
  private final Recorded recorded;
  private final RoomSlice rooms;
  private final BroadcastSlice broadcasts;
  private final Broadcasts places;
  private final LongFunction<CompiledProgram> programs;
  private final Map<Step, List<RecordedReferral.Step>> referrals;
  private final Consumer<Object> rows;
  private final MemoryStates states = new MemoryStates();
  private final Map<String, ViewerProfile> viewers = new HashMap<>();

  /** When whose step happened. */
  record Step(String viewerId, long atMillis) {}

  /** What the reactors listen to. */
  private static final class Handlers implements Reactor.Reactions {
    private final Map<Class<?>, Reactor.Reaction<?>> byType = new HashMap<>();
    private final Map<Class<?>, Reactor.FactReaction<?>> byFact = new HashMap<>();

    @Override
    public <M> void on(Class<M> type, Reactor.Reaction<M> reaction) {
      byType.put(type, reaction);
    }

    @Override
    public <M extends Message> void onWholeFact(Class<M> type, Reactor.FactReaction<M> reaction) {
      byFact.put(type, reaction);
    }

    @SuppressWarnings("unchecked") // a reaction is kept under the class that it takes
    <M> void tell(RetoldTurn turn, M message) {
      Reactor.Reaction<M> reaction = (Reactor.Reaction<M>) byType.get(message.getClass());
      if (reaction != null) {
        reaction.react(turn, message);
      }
    }

    @SuppressWarnings("unchecked")
    void tellFact(RetoldTurn turn, Fact fact) {
      Message payload = Facts.payloadOf(fact);
      Reactor.FactReaction<Message> reaction =
          (Reactor.FactReaction<Message>) byFact.get(payload.getClass());
      if (reaction != null) {
        reaction.react(turn, payload, fact);
      }
    }
  }

  /**
   * @param programs finds the versions of the program
   * @param referrals the steps that invitees took
   * @param rows takes what the reactors add
   */
  Retelling(
      List<Reactor> reactors,
      Recorded recorded,
      RoomSlice rooms,
      BroadcastSlice broadcasts,
      LongFunction<CompiledProgram> programs,
      Map<Step, List<RecordedReferral.Step>> referrals,
      Consumer<Object> rows) {
    reactors.forEach(reactor -> reactor.register(handlers));
    this.recorded = recorded;
    this.rooms = rooms;
    this.broadcasts = broadcasts;
    this.places = new Broadcasts(rooms, broadcasts);
    this.programs = programs;
    this.referrals = referrals;
    this.rows = rows;
  }

  /** Tells of a room's own action; of its broadcasts, when they were on. */
  void room(JournalEntry entry) {
    long millis = entry.at().toEpochMilli();
    entry
        .body(Event.getDefaultInstance())
        .ifPresent(event -> {
          if (event.hasBroadcastStarted()) {
            began(entry, event.getRoomId(), event.getBroadcastId(), millis);
          } else if (event.hasBroadcastEnded()) {
            ended(entry, event.getRoomId(), event.getBroadcastId(), millis);
          }
        });
    entry
        .body(OpenBroadcastRequest.getDefaultInstance())
        .ifPresent(request ->
            began(
                entry,
                request.getRoomId(),
                request.getBroadcastId(),
                request.hasStartedAt() ? Timestamps.toMillis(request.getStartedAt()) : millis));
    entry
        .body(CloseBroadcastRequest.getDefaultInstance())
        .ifPresent(request ->
            ended(
                entry,
                request.getRoomId(),
                request.getBroadcastId(),
                request.hasEndedAt() ? Timestamps.toMillis(request.getEndedAt()) : millis));
  }

  /** Tells of a viewer's action. */
  void viewer(JournalEntry entry) {
    String viewerId = entry.viewer().viewerId();
    ViewerProfile before = viewers.getOrDefault(viewerId, ViewerProfile.getDefaultInstance());
    boolean isRequest = !entry.bodyType().equals(EVENT) && entry.bodyType().startsWith(REQUESTS);
    RetoldTurn turn = new RetoldTurn(entry, isRequest, programs, before, states, rows);
    boolean isSign = isSign(entry);
    if (isSign) {
      move(turn, entry, true);
    }
    Event event = recorded.eventOf(entry).map(found -> placed(turn, entry, found)).orElse(null);
    if (event != null) {
      if (event.hasOrdered()) {
        turn.know(before.toBuilder().setOrders(before.getOrders() + 1).build());
      }
      handlers.tell(turn, event);
      know(turn, event);
    }
    if (!isSign) {
      move(turn, entry, isRequest);
    }
    turn.tellFacts();
    for (Fact fact : entry.facts()) {
      handlers.tellFact(turn, fact);
      know(turn, fact);
    }
    List<RecordedReferral.Step> steps = referrals.get(new Step(viewerId, turn.at().toEpochMilli()));
    if (steps != null) {
      steps.removeIf(step -> {
        boolean isTaken = isTaken(step.taken(), turn, entry, event);
        if (isTaken) {
          handlers.tell(turn, step.taken());
        }
        return isTaken;
      });
    }
    if (!turn.profile().equals(before)) {
      viewers.put(viewerId, turn.profile());
    }
  }

  /** What a viewer does in a room happens in the broadcast that the viewer is at. */
  private Event placed(RetoldTurn turn, JournalEntry entry, Event event) {
    if (entry.bodyType().equals(EVENT)) {
      return event;
    }
    String broadcastId =
        event.hasEntered()
            ? entry.broadcastId()
            : Broadcasts.withoutDay(broadcastNow(turn, turn.profile().getPresence()));
    return event.toBuilder()
        .setViewerId(entry.viewer().viewerId())
        .setBroadcastId(broadcastId)
        .build();
  }

  private void know(RetoldTurn turn, Event event) {
    ViewerProfile profile = turn.profile();
    Timestamp at = Timestamps.fromMillis(turn.at().toEpochMilli());
    boolean isNews =
        !profile.hasFirstSeenAt() || Timestamps.compare(at, profile.getFirstSeenAt()) < 0;
    if (isNews) {
      turn.know(profile.toBuilder().setFirstSeenAt(at).build());
    }
    if (!event.hasRefunded() && !event.hasOrderCompletion() && !event.hasEntered()) {
      active(turn);
    }
    if (event.hasFollowed() && !turn.profile().hasFirstFollowedAt()) {
      turn.know(turn.profile().toBuilder().setFirstFollowedAt(at).build());
    }
  }

  private void know(RetoldTurn turn, Fact fact) {
    switch (fact.getWhatCase()) {
      case ROOM_ENTERED, WATCH_CREDITED -> active(turn);
      case CHECKED_IN -> {
        know(turn);
        if (!fact.getCheckedIn().getMadeUp()) {
          active(turn);
        }
      }
      case TASK_COMPLETED, GRANT_ISSUED, GRANT_REVOKED -> know(turn);
      case ORDER_REFUNDED -> {
        know(turn);
        if (fact.getOrderRefunded().getInFull()) {
          long orders = Math.max(0, turn.profile().getOrders() - 1);
          turn.know(turn.profile().toBuilder().setOrders(orders).build());
        }
      }
      default -> {}
    }
  }

  private static void know(RetoldTurn turn) {
    if (!turn.profile().hasFirstSeenAt()) {
      Timestamp at = Timestamps.fromMillis(turn.at().toEpochMilli());
      turn.know(turn.profile().toBuilder().setFirstSeenAt(at).build());
    }
  }

  private void active(RetoldTurn turn) {
    ActiveDays before = turn.profile().getActive();
    long day = Activity.dayOf(turn.program().calendar(), turn.at());
    if (!Activity.isKnown(before, day)) {
      ActiveDays after = Activity.seen(Activity.of(turn), day);
      turn.know(turn.profile().toBuilder().setActive(after).build());
      handlers.tell(turn, new Activity.OnDay(day, before, after));
    }
  }

  /** Whether a viewer is still there, which is noted before anything else. */
  private static boolean isSign(JournalEntry entry) {
    return entry.bodyType().equals(HeartbeatRequest.getDescriptor().getFullName())
        || entry.bodyType().equals(ActRequest.getDescriptor().getFullName());
  }

  /** Follows where the viewer is. */
  private void move(RetoldTurn turn, JournalEntry entry, boolean isRequest) {
    Presence presence = turn.profile().getPresence();
    long millis = turn.at().toEpochMilli();
    boolean isLate = millis < Timestamps.toMillis(presence.getLastSeenAt());
    @Nullable Presence next = presence;
    for (Fact fact : entry.facts()) {
      if (fact.hasRoomLeft() && next != null) {
        next = null;
      } else if (fact.hasRoomEntered() && (isRequest || !isLate)) {
        next =
            Presence.newBuilder()
                .setRoomId(fact.getRoomEntered().getRoomId())
                .setBroadcastId(fact.getRoomEntered().getBroadcastId())
                .setLastSeenAt(Timestamps.fromMillis(millis))
                .build();
      }
    }
    if (isSign(entry) && !isLate && next != null) {
      next =
          presence.toBuilder()
              .setBroadcastId(broadcastNow(turn, presence))
              .setLastSeenAt(Timestamps.fromMillis(millis))
              .build();
    }
    ViewerProfile.Builder moved = turn.profile().toBuilder().clearPresence();
    if (next != null && !next.getRoomId().isEmpty()) {
      moved.setPresence(next);
    }
    turn.know(moved.build());
  }

  /** The broadcast that a viewer is at by now: one that has ended is over. */
  private String broadcastNow(RetoldTurn turn, Presence presence) {
    String roomId = presence.getRoomId();
    String entered = Broadcasts.withoutDay(presence.getBroadcastId());
    boolean isOver =
        !entered.isEmpty()
            && places.broadcast(turn, roomId, entered).endMillis() <= turn.at().toEpochMilli();
    return places.idOf(turn, roomId, isOver ? "" : entered);
  }

  /** Whether it is with this action that an invitee took a step; each is taken once. */
  private static boolean isTaken(
      Referred taken, RetoldTurn turn, JournalEntry entry, @Nullable Event event) {
    return switch (taken.step()) {
      case ENTERED ->
          entry.facts().stream()
                  .anyMatch(fact ->
                      fact.hasRoomEntered()
                          && fact.getRoomEntered().getRoomId().equals(taken.roomId()))
              || (event == null
                  && turn.profile().hasPresence()
                  && turn.profile().getPresence().getRoomId().equals(taken.roomId()));
      case FOLLOWED -> event != null && event.hasFollowed();
    };
  }

  private void began(JournalEntry entry, String roomId, String broadcastId, long millis) {
    BroadcastKey key = new BroadcastKey(entry.viewer().merchantId(), roomId, broadcastId);
    set(key, states.get(broadcasts, key).startedAt(millis));
  }

  private void ended(JournalEntry entry, String roomId, String broadcastId, long millis) {
    BroadcastKey key = new BroadcastKey(entry.viewer().merchantId(), roomId, broadcastId);
    Broadcast before = states.get(broadcasts, key);
    set(key, before.closesMillis() <= millis ? before : before.seenAt(millis).endedAt(millis));
  }

  private void set(BroadcastKey key, Broadcast broadcast) {
    RoomKey room = key.room();
    states.set(broadcasts, key, broadcast);
    states.set(rooms, room, states.get(rooms, room).with(key.broadcastId(), broadcast));
  }

  /** Collects steps by when they were taken. */
  static void collect(Map<Step, List<RecordedReferral.Step>> steps, RecordedReferral.Step step) {
    List<RecordedReferral.Step> sameTime =
        steps.computeIfAbsent(
            new Step(step.inviteeId(), step.atMillis()), unused -> new ArrayList<>(1));
    if (!sameTime.contains(step)) {
      sameTime.add(step);
    }
  }
}
