package io.flywheel.badge;

import com.google.common.hash.Hashing;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.GetBadgeAwardResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the runs over the journal that merchants have begun, one at a time on a node.
 * Thread-safe.
 */
@Singleton
final class Awards implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(Awards.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int RUNS_AT_ONCE = 20;
  private static final int ID_LETTERS = 32;

  private final AwardRun.Tools tools;
  private final Database database;
  private final AwardDao dao;
  private final Clock clock;
  private final String owner = UUID.randomUUID().toString();
  private final Thread thread =
      Thread.ofVirtual().name("badge-awards").unstarted(this::lookAgainAndAgain);
  private volatile boolean stopped;

  @Inject
  Awards(AwardRun.Tools tools, Database database, AwardDao dao, Clock clock) {
    this.tools = tools;
    this.database = database;
    this.dao = dao;
    this.clock = clock;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void stop() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    if (thread.isAlive()) {
      thread.join(Duration.ofSeconds(10));
    }
  }

  /** An id that follows from the request that begins a run. */
  static String idOf(String merchantId, String badgeId, boolean preview, String requestId) {
    String named = String.join("\n", merchantId, badgeId, String.valueOf(preview), requestId);
    return Hashing.sha256()
        .hashString(named, StandardCharsets.UTF_8)
        .toString()
        .substring(0, ID_LETTERS);
  }

  /** The latest runs for a badge. */
  GetBadgeAwardResponse latest(String merchantId, String badgeId) {
    return database.read(handle -> {
      GetBadgeAwardResponse.Builder answer = GetBadgeAwardResponse.newBuilder();
      dao.find(handle, new AwardKey(merchantId, badgeId, true))
          .ifPresent(run -> answer.setPreview(AwardReactor.shown(run)));
      dao.find(handle, new AwardKey(merchantId, badgeId, false))
          .ifPresent(run -> answer.setAward(AwardReactor.shown(run)));
      return answer.build();
    });
  }

  private void lookAgainAndAgain() {
    while (!stopped) {
      try {
        carryOutWhatIsDue();
        Thread.sleep(LOOK_EVERY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        log.warn("Badges' awards can't be looked after; they are again in a second", e);
      }
    }
  }

  private void carryOutWhatIsDue() throws InterruptedException {
    List<AwardDao.Row> waiting =
        database.read(handle -> dao.waiting(handle, clock.millis(), RUNS_AT_ONCE));
    for (AwardDao.Row row : waiting) {
      if (stopped) {
        return;
      }
      AwardRun run = new AwardRun(tools, row, owner);
      if (run.isDue() && run.take()) {
        carryOut(row, run);
      }
    }
  }

  private static void carryOut(AwardDao.Row row, AwardRun run) throws InterruptedException {
    try {
      run.run();
    } catch (AwardRun.TakenOver e) {
      log.info("Another node awards {} of {}", row.key().badgeId(), row.key().merchantId());
    } catch (RuntimeException e) {
      log.warn(
          "The award of {} of {} failed; it is tried again when its lease has ended",
          row.key().badgeId(),
          row.key().merchantId(),
          e);
    }
  }
}
