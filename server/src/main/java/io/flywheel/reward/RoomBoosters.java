package io.flywheel.reward;

import com.google.inject.Inject;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.StateView;
import io.flywheel.v1.Booster;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which boosters hosts have started in rooms, and how that moves. Thread-safe. */
final class RoomBoosters {
  /** How late what happened in a room is told at most. */
  private static final Duration KEPT = Duration.ofDays(7);

  private static final int MAX_KEPT = 200;
  private static final Set<String> PRESENCE = Set.of("presence");

  private final RoomBoosterSlice slice;

  @Inject
  RoomBoosters(RoomBoosterSlice slice) {
    this.slice = slice;
  }

  /** What runs in the room where the view's viewer is; empty: the viewer is in none, or nothing. */
  Optional<BoosterRun> runAround(StateView view, Booster booster) {
    String roomId = view.profileNow(PRESENCE).getPresence().getRoomId();
    return roomId.isEmpty()
        ? Optional.empty()
        : runAt(
            view.peek(slice, new RoomKey(view.viewer().merchantId(), roomId)),
            booster.getId(),
            view.at().toEpochMilli());
  }

  /** What ran at a time. */
  static Optional<BoosterRun> runAt(BoostersOfRoom room, String boosterId, long atMillis) {
    return room.getRunsList().stream()
        .filter(run -> run.getBoosterId().equals(boosterId))
        .filter(run -> run.getStartedMillis() <= atMillis && atMillis < run.getEndsMillis())
        .max(Comparator.comparingLong(BoosterRun::getEndsMillis));
  }

  /**
   * The room with a booster that runs until a time at least; what is over for long is forgotten.
   */
  static BoostersOfRoom start(
      BoostersOfRoom room, String boosterId, long atMillis, long endsMillis) {
    BoosterRun running =
        runAt(room, boosterId, atMillis)
            .orElse(
                BoosterRun.newBuilder().setBoosterId(boosterId).setStartedMillis(atMillis).build());
    BoosterRun prolonged =
        running.toBuilder().setEndsMillis(Math.max(running.getEndsMillis(), endsMillis)).build();
    return with(room, running, prolonged, atMillis);
  }

  /** The room with a booster that ends now. */
  static BoostersOfRoom end(BoostersOfRoom room, BoosterRun running, long atMillis) {
    return with(room, running, running.toBuilder().setEndsMillis(atMillis).build(), atMillis);
  }

  private static BoostersOfRoom with(
      BoostersOfRoom room, BoosterRun before, BoosterRun after, long atMillis) {
    long oldest = atMillis - KEPT.toMillis();
    List<BoosterRun> others =
        room.getRunsList().stream()
            .filter(run -> !run.equals(before) && run.getEndsMillis() > oldest)
            .toList();
    return BoostersOfRoom.newBuilder()
        .addAllRuns(others.subList(Math.max(0, others.size() - MAX_KEPT + 1), others.size()))
        .addRuns(after)
        .build();
  }
}
