package io.flywheel.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured, and for how long at most.
 *
 * @param viewers the populations at which ingest is measured, growing
 * @param warmUp ingest before the first round, which nobody counts
 * @param rounds how often Flywheel and the loader take turns at each population
 * @param round how long one turn takes
 * @param populateAtMost how long one population may take to grow
 * @param transactionConnections by how many connections a sale is held as it commonly is; the best
 *     counts
 * @param transactions how long for each
 * @param emptyCalls how long empty calls are made
 * @param warmUpViewers viewers who call before them and whom nobody counts: the first thousands of
 *     calls meet a JVM that is still compiling
 * @param warmUpVisits viewers who call before calls are measured, as many at a time as under load
 * @param lightCalls viewers who call one after the other
 * @param loadedViewers viewers who call during each measurement under load
 * @param callers how many call at the same time when the peak is sought; the best counts
 * @param replayAtMost how long recorded traffic is replayed
 */
record Plan(
    List<Integer> viewers,
    Duration warmUp,
    int rounds,
    Duration round,
    Duration populateAtMost,
    List<Integer> transactionConnections,
    Duration transactions,
    Duration emptyCalls,
    int warmUpViewers,
    int warmUpVisits,
    int lightCalls,
    int loadedViewers,
    List<Integer> callers,
    Duration replayAtMost) {

  /** Over half an hour. */
  static Plan full() {
    return new Plan(
        List.of(10_000, 200_000, 1_000_000),
        Duration.ofSeconds(60),
        2,
        Duration.ofSeconds(8),
        Duration.ofMinutes(4),
        List.of(2, 4, 8, 16),
        Duration.ofSeconds(4),
        Duration.ofSeconds(5),
        1_000,
        20_000,
        300,
        3_000,
        List.of(16, 64),
        Duration.ofMinutes(2));
  }

  /** About half of that: figures to compare roughly, and all of the checks. */
  static Plan quick() {
    return new Plan(
        List.of(5_000, 20_000),
        Duration.ofSeconds(8),
        1,
        Duration.ofSeconds(4),
        Duration.ofSeconds(30),
        List.of(4, 16),
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        30,
        600,
        60,
        400,
        List.of(32),
        Duration.ofSeconds(20));
  }

  Plan withViewers(List<Integer> newViewers) {
    return new Plan(
        newViewers,
        warmUp,
        rounds,
        round,
        populateAtMost,
        transactionConnections,
        transactions,
        emptyCalls,
        warmUpViewers,
        warmUpVisits,
        lightCalls,
        loadedViewers,
        callers,
        replayAtMost);
  }

  Plan withRound(Duration newRound) {
    return new Plan(
        viewers,
        warmUp,
        rounds,
        newRound,
        populateAtMost,
        transactionConnections,
        transactions,
        emptyCalls,
        warmUpViewers,
        warmUpVisits,
        lightCalls,
        loadedViewers,
        callers,
        replayAtMost);
  }

  /** The populations at which Flywheel is compared with the replay loader: the first two. */
  List<Integer> replayedViewers() {
    return viewers.subList(0, Math.min(2, viewers.size()));
  }
}
