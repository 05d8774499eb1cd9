package io.flywheel.checkin;

import io.flywheel.v1.CheckInRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A viewer's check-ins by the broadcasts of a room. What is kept is to which broadcasts the viewer
 * came; the runs are made from that and the room's order, so that check-ins come to the same in
 * whatever order they and the broadcasts are heard of. Pure functions.
 */
final class BroadcastStreaks {
  private BroadcastStreaks() {}

  /**
   * What a check-in came to.
   *
   * @param after the viewer's state with it
   * @param step the streak and what it pays
   */
  record Outcome(BroadcastCheckInState after, StreakRules.Step step) {}

  /** Whether the viewer checked in to a broadcast, as far as is remembered. */
  static boolean attended(BroadcastCheckInState state, String broadcastId) {
    return state.getAttendedList().stream()
        .anyMatch(attended -> attended.getBroadcastId().equals(broadcastId));
  }

  /** The check-ins as runs over the places of the room's order. */
  static Streaks runs(BroadcastCheckInState stored, BroadcastOrder order) {
    BroadcastCheckInState state = modern(stored, order);
    Streaks.Builder streaks = state.getBroadcasts().toBuilder();
    Run.Builder run = null;
    int first = Integer.MAX_VALUE;
    for (Attended attended : ordered(state, order)) {
      int place = order.placeOf(attended.getBroadcastId());
      first = Math.min(first, place);
      if (run == null || place > run.getEnd() + 1) {
        if (run != null) {
          add(streaks, run);
        }
        run = Run.newBuilder().setStart(place);
      }
      run.setEnd(place)
          .setLength(run.getLength() + attended.getBefore() + 1)
          .setPaid(Math.max(run.getPaid(), attended.getPaid()));
    }
    if (run != null) {
      add(streaks, run);
      streaks.setFirst(first);
    }
    return streaks.build();
  }

  /**
   * Checks in.
   *
   * @param broadcastId must be known to the order and not be taken
   */
  static Outcome checkIn(
      BroadcastCheckInState stored, String broadcastId, BroadcastOrder order, CheckInRules rules) {
    BroadcastCheckInState before = modern(stored, order);
    int place = order.placeOf(broadcastId);
    StreakRules.Step step = StreakRules.checkIn(runs(before, order), place, 0, 0, rules);
    int paid =
        step.after().getRunsList().stream()
            .filter(run -> run.getStart() <= place && place <= run.getEnd())
            .mapToInt(Run::getPaid)
            .sum();
    BroadcastCheckInState after =
        before.toBuilder()
            .setBroadcasts(
                step.after().toBuilder()
                    .clearRuns()
                    .clearFirst()
                    .setLongest(before.getBroadcasts().getLongest()))
            .addAttended(Attended.newBuilder().setBroadcastId(broadcastId).setPaid(paid))
            .build();
    return new Outcome(forgetting(after, order), step);
  }

  private static void add(Streaks.Builder streaks, Run.Builder run) {
    streaks.addRuns(run).setLongest(Math.max(streaks.getLongest(), run.getLength()));
  }

  /** Those whose broadcast the room remembers, the earliest first. */
  private static List<Attended> ordered(BroadcastCheckInState state, BroadcastOrder order) {
    return state.getAttendedList().stream()
        .filter(attended -> order.knows(attended.getBroadcastId()))
        .sorted(Comparator.comparingInt(attended -> order.placeOf(attended.getBroadcastId())))
        .toList();
  }

  /** Of what lies far back only lengths are kept, with the check-in that follows. */
  private static BroadcastCheckInState forgetting(
      BroadcastCheckInState state, BroadcastOrder order) {
    List<Attended> kept = new ArrayList<>(ordered(state, order));
    int horizon =
        order.placeOf(kept.get(kept.size() - 1).getBroadcastId()) - StreakRules.REMEMBERED;
    int longest = state.getBroadcasts().getLongest();
    while (order.placeOf(kept.get(0).getBroadcastId()) < horizon) {
      Attended oldest = kept.remove(0);
      Attended next = kept.get(0);
      int length = oldest.getBefore() + 1;
      longest = Math.max(longest, length);
      if (order.placeOf(next.getBroadcastId()) == order.placeOf(oldest.getBroadcastId()) + 1) {
        kept.set(
            0,
            next.toBuilder()
                .setBefore(next.getBefore() + length)
                .setPaid(Math.max(next.getPaid(), oldest.getPaid()))
                .build());
      }
    }
    return state.toBuilder()
        .setBroadcasts(state.getBroadcasts().toBuilder().setLongest(longest))
        .clearAttended()
        .addAllAttended(kept)
        .build();
  }

  /** A state as this version keeps it. */
  private static BroadcastCheckInState modern(BroadcastCheckInState state, BroadcastOrder order) {
    if (state.getBroadcasts().getRunsCount() == 0) {
      return state;
    }
    Map<String, Attended> attended = new HashMap<>();
    for (Run run : state.getBroadcasts().getRunsList()) {
      List<String> ids = order.numbered(run.getStart(), run.getEnd());
      for (int i = 0; i < ids.size(); i++) {
        attended.put(
            ids.get(i),
            Attended.newBuilder()
                .setBroadcastId(ids.get(i))
                .setPaid(run.getPaid())
                .setBefore(i == 0 ? run.getLength() - ids.size() : 0)
                .build());
      }
    }
    return state.toBuilder()
        .setBroadcasts(state.getBroadcasts().toBuilder().clearRuns().clearFirst())
        .clearLatestBroadcastId()
        .clearAttended()
        .addAllAttended(attended.values())
        .build();
  }
}
