package io.flywheel.reward;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.Booster;
import io.flywheel.v1.EndRoomBoosterResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.RoomBooster;
import io.flywheel.v1.RoomBoosterMoved;
import io.flywheel.v1.StartRoomBoosterResponse;
import org.jspecify.annotations.Nullable;

/** Hosts start and end boosters in their rooms, in the room's turns. Thread-safe. */
final class RoomBoosterReactor implements Reactor {
  private final RoomBoosterSlice slice;

  /**
   * A host starts a booster.
   *
   * @param millis for how long; null: as long as the program allows
   */
  record Start(String roomId, String boosterId, @Nullable Long millis) {}

  /** A host ends a booster. */
  record End(String roomId, String boosterId) {}

  @Inject
  RoomBoosterReactor(RoomBoosterSlice slice) {
    this.slice = slice;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Start.class, this::start);
    reactions.on(End.class, this::end);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    String merchantId = wanted.action().viewer().merchantId();
    switch (wanted.action().body()) {
      case Start start -> wanted.get(slice, new RoomKey(merchantId, start.roomId()));
      case End end -> wanted.get(slice, new RoomKey(merchantId, end.roomId()));
      default -> {
        String present = wanted.profile().getPresence().getRoomId();
        String roomId = present.isEmpty() ? wanted.action().roomId() : present;
        if (wanted.program() != null
            && wanted.program().get(BoosterSection.class).isForHosts()
            && !roomId.isEmpty()) {
          wanted.peek(slice, new RoomKey(merchantId, roomId)); // one row for all who are there
        }
      }
    }
  }

  private void start(Turn turn, Start start) {
    Booster booster = Boosters.of(turn).forHosts(start.boosterId());
    long longest = Durations.toMillis(booster.getHostStartsFor());
    Long asked = start.millis();
    long millis = asked == null ? longest : asked;
    if (millis > longest) {
      throw ServiceException.invalidField(
          "runs_for",
          "%s (expected: at most %s, as the program says)"
              .formatted(
                  Durations.toString(Durations.fromMillis(millis)),
                  Durations.toString(booster.getHostStartsFor())));
    }
    long now = turn.at().toEpochMilli();
    RoomKey key = new RoomKey(turn.viewer().merchantId(), start.roomId());
    BoostersOfRoom after =
        RoomBoosters.start(turn.get(slice, key), booster.getId(), now, now + millis);
    turn.set(slice, key, after);
    BoosterRun run = after.getRuns(after.getRunsCount() - 1);
    turn.emit(moved(booster, run).build());
    RoomBooster shown = shown(booster, run);
    turn.respond(() -> StartRoomBoosterResponse.newBuilder().setBooster(shown).build());
  }

  private void end(Turn turn, End end) {
    RoomKey key = new RoomKey(turn.viewer().merchantId(), end.roomId());
    long now = turn.at().toEpochMilli();
    BoostersOfRoom room = turn.get(slice, key);
    BoosterRun running =
        RoomBoosters.runAt(room, end.boosterId(), now)
            .orElseThrow(() ->
                ServiceException.of(
                    ErrorReason.ERROR_REASON_BOOSTER_NOT_RUNNING,
                    "booster_id: %s (expected: a booster that runs in the room)"
                        .formatted(end.boosterId())));
    BoostersOfRoom after = RoomBoosters.end(room, running, now);
    turn.set(slice, key, after);
    Booster booster =
        Boosters.of(turn)
            .find(end.boosterId())
            .orElse(Booster.newBuilder().setId(end.boosterId()).build()); // it is left out by now
    turn.emit(moved(booster, after.getRuns(after.getRunsCount() - 1)).setEnded(true).build());
    turn.respond(EndRoomBoosterResponse::getDefaultInstance);
  }

  private static RoomBoosterMoved.Builder moved(Booster booster, BoosterRun run) {
    return RoomBoosterMoved.newBuilder()
        .setBoosterId(booster.getId())
        .setTitle(booster.getTitle())
        .setPercent(booster.getPercent())
        .setStartedAt(Timestamps.fromMillis(run.getStartedMillis()))
        .setEndsAt(Timestamps.fromMillis(run.getEndsMillis()));
  }

  /** A booster as it stands in a room. */
  static RoomBooster shown(Booster booster, @Nullable BoosterRun run) {
    RoomBooster.Builder shown =
        RoomBooster.newBuilder()
            .setBoosterId(booster.getId())
            .setTitle(booster.getTitle())
            .setPercent(booster.getPercent())
            .addAllMultiplies(booster.getMultipliesList())
            .setLongest(booster.getHostStartsFor());
    if (run != null) {
      shown
          .setStartedAt(Timestamps.fromMillis(run.getStartedMillis()))
          .setEndsAt(Timestamps.fromMillis(run.getEndsMillis()));
    }
    return shown.build();
  }
}
