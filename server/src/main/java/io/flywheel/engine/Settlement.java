package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.cluster.WorkShare;
import io.flywheel.platform.db.Database;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what fell due, also while the service was off. Each node looks after its share, and needs
 * no leader for it: a follow-up that several nodes find has one effect. Thread-safe.
 */
@Singleton
public final class Settlement {
  private static final Logger log = LoggerFactory.getLogger(Settlement.class);
  private static final int CHUNK = 500;

  private final Engine engine;
  private final Database database;
  private final FollowUps followUps;
  private final WorkShare share;
  private final Clock clock;

  @Inject
  Settlement(Engine engine, Database database, FollowUps followUps, WorkShare share, Clock clock) {
    this.engine = engine;
    this.database = database;
    this.followUps = followUps;
    this.share = share;
    this.clock = clock;
  }

  /**
   * Carries out every follow-up that is due, with those that they leave in turn, whichever node
   * they fall to.
   *
   * @return how many were carried out
   */
  public int settleDue() throws InterruptedException {
    return settle(FollowUps.SHARDS);
  }

  /** Carries out the follow-ups that are due and fall to this node. */
  void settleShare() throws InterruptedException {
    settle(share.of(FollowUps.SHARDS));
  }

  private int settle(Collection<Integer> shards) throws InterruptedException {
    int settled = 0;
    for (; ; ) {
      // A lane may do one and leave another meanwhile: of one moment, one of them is seen.
      List<FollowUps.Row> due =
          database.inSnapshot(handle -> followUps.due(handle, shards, clock.instant()));
      for (int from = 0; from < due.size(); from += CHUNK) {
        settled += settle(due.subList(from, Math.min(from + CHUNK, due.size())));
      }
      if (due.isEmpty()) {
        return settled;
      }
    }
  }

  private int settle(List<FollowUps.Row> due) throws InterruptedException {
    List<CompletableFuture<Outcome>> outcomes = engine.carryOut(due);
    int settled = 0;
    for (int i = 0; i < due.size(); i++) {
      if (outcomes.get(i).join() instanceof Outcome.Rejected rejected) {
        failed(due.get(i), rejected);
      } else {
        settled++;
      }
    }
    return settled;
  }

  private void failed(FollowUps.Row row, Outcome.Rejected rejected) {
    log.error(
        "the follow-up {} of {} was rejected {} times",
        row.body().getDescriptorForType().getName(),
        row.viewer(),
        row.attempts() + 1,
        rejected.reason());
    database
        .jdbi()
        .useTransaction(handle ->
            followUps.failed(
                handle, row, String.valueOf(rejected.reason().getMessage()), clock.instant()));
  }
}
