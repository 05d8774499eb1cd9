package io.flywheel.room;

import static io.flywheel.room.Presences.millis;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.room.WatchSlice.Watch;
import io.flywheel.v1.Presence;
import io.flywheel.v1.WatchCredited;
import java.time.Duration;
import java.time.Instant;

/**
 * The sessions that heartbeats prove, the broadcasts that they go through, and the time that is
 * credited for them. Thread-safe.
 */
final class Sessions {
  static final WatchedTime.Bounds BOUNDS =
      new WatchedTime.Bounds(Duration.ofDays(8).toMillis(), 500);

  private final WatchSlice watches;
  private final Broadcasts broadcasts;

  @Inject
  Sessions(WatchSlice watches, Broadcasts broadcasts) {
    this.watches = watches;
    this.broadcasts = broadcasts;
  }

  /** Begins a session now. */
  void begin(Turn turn) {
    turn.set(watches, turn.get(watches).inSession(turn.at().toEpochMilli()));
  }

  /** When the session began that heartbeats prove. */
  long startMillis(StateView view) {
    return view.get(watches).sessionMillis();
  }

  /** Whether presence is that of the session. */
  boolean isProven(StateView view, Presence presence) {
    return presence.hasEnteredAt() && startMillis(view) == millis(presence.getEnteredAt());
  }

  /**
   * Presence with a sign of life now. Days that stand for broadcasts go by, and broadcasts end,
   * also while the viewer stays.
   */
  Presence seen(Turn turn, Presence presence) {
    return Presences.isLate(turn, turn.profile())
        ? presence
        : presence.toBuilder()
            .setBroadcastId(broadcastNow(turn, presence))
            .setLastSeenAt(Presences.now(turn))
            .build();
  }

  /** The broadcast in which the viewer is by now. */
  String broadcastNow(StateView view, Presence presence) {
    String roomId = presence.getRoomId();
    String entered = Broadcasts.withoutDay(presence.getBroadcastId());
    boolean isOver =
        !entered.isEmpty()
            && broadcasts.broadcast(view, roomId, entered).endMillis() <= view.at().toEpochMilli();
    return broadcasts.idOf(view, roomId, isOver ? "" : entered);
  }

  /**
   * Credits the session from its beginning: no two signs of life in it lie too far apart, and what
   * was credited before is not credited again. Presence that only the platform's events tell of is
   * credited by their {@code Watched}.
   */
  long credit(Turn turn, Presence presence) {
    if (!isProven(turn, presence) || Presences.isSilent(turn, presence)) {
      return 0;
    }
    return credit(
        turn,
        presence.getRoomId(),
        Broadcasts.withoutDay(presence.getBroadcastId()),
        millis(presence.getEnteredAt()),
        turn.at().toEpochMilli());
  }

  /**
   * Credits what of a stretch was not credited before.
   *
   * @param given the broadcast; empty: the one that was open, else the day
   * @return how much, in milliseconds
   */
  long credit(Turn turn, String roomId, String given, long from, long to) {
    Watch watch = turn.get(watches);
    WatchedTime.Credit credit = watch.watched().credit(from, to, BOUNDS);
    if (credit.added().isEmpty()) {
      return 0;
    }
    turn.set(watches, watch.with(credit.watched()));
    long creditedMillis = 0;
    for (DayCredit day : DayCredit.of(credit.added(), turn.program().calendar())) {
      creditedMillis += day.millis();
      Instant begin = Instant.ofEpochMilli(day.from());
      turn.emit(
          WatchCredited.newBuilder()
              .setRoomId(roomId)
              .setBroadcastId(broadcasts.idOf(turn, roomId, given, begin))
              .setStartedAt(Timestamps.fromMillis(day.from()))
              .setCreditedMillis(day.millis())
              .build());
    }
    return creditedMillis;
  }
}
