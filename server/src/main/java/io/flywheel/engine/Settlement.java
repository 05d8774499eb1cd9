package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.db.Database;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles what fell due, also while the service was off. Every node does it, and needs no leader
 * for it: a follow-up that several nodes find has one effect. Thread-safe.
 */
@Singleton
public final class Settlement {
  private static final Logger log = LoggerFactory.getLogger(Settlement.class);
  private static final int CHUNK = 500;

  private final Engine engine;
  private final Database database;
  private final FollowUps followUps;
  private final Clock clock;

  @Inject
  Settlement(Engine engine, Database database, FollowUps followUps, Clock clock) {
    this.engine = engine;
    this.database = database;
    this.followUps = followUps;
    this.clock = clock;
  }

  /**
   * Carries out every follow-up that is due, with those that they leave in turn.
   *
   * @return how many were carried out
   */
  public int settleDue() throws InterruptedException {
    int settled = 0;
    for (; ; ) {
      List<FollowUps.Row> due =
          database.jdbi().inTransaction(handle -> followUps.due(handle, clock.instant(), CHUNK));
      settled += settle(due);
      if (due.isEmpty()) {
        return settled;
      }
    }
  }

  private int settle(List<FollowUps.Row> due) throws InterruptedException {
    List<Action> actions = due.stream().map(FollowUps.Row::toAction).toList();
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>(engine.submitWhenRoom(actions));
    int settled = 0;
    for (int i = 0; i < due.size(); i++) {
      FollowUps.Row row = due.get(i);
      if (outcomes.get(i).join() instanceof Outcome.Rejected rejected) {
        log.error(
            "the follow-up {} of {} was rejected {} times",
            row.body().getDescriptorForType().getName(),
            row.viewer(),
            row.attempts() + 1,
            rejected.reason());
        database
            .jdbi()
            .inTransaction(handle -> {
              followUps.putOff(
                  handle, row.viewer().merchantId(), row.id(), row.attempts(), clock.instant());
              return null;
            });
      } else {
        settled++;
      }
    }
    return settled;
  }
}
