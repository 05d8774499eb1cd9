package io.flywheel.referral;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.inject.Inject;
import io.flywheel.engine.Action;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.Lifecycle;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts how often links are opened. Everybody may open one, as often as they like: so openings are
 * added up, and told of every two seconds, one action a sharer and channel. A figure and no more
 * rests on it, so that those of the last seconds may be lost with the machine. Thread-safe.
 */
final class LinkOpens implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(LinkOpens.class);
  private static final int EVERY_SECONDS = 2;
  private static final int MAX_SECONDS = 10;
  private static final int AT_ONCE = 200;
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final Engine engine;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("link-opens").factory());

  @GuardedBy("this")
  private final WaitingOpens waiting = new WaitingOpens();

  @Inject
  LinkOpens(Engine engine, Clock clock) {
    this.engine = engine;
    this.clock = clock;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            this::tellOrLose, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void stop() throws InterruptedException {
    thread.shutdownNow();
    thread.awaitTermination(MAX_SECONDS, TimeUnit.SECONDS);
    tellOrLose();
  }

  /** A link was opened; of more sharers than can wait it is not counted. */
  synchronized void opened(ViewerKey inviter, String campaignId, String channel) {
    waiting.add(
        new WaitingOpens.Link(inviter, campaignId, channel),
        Math.floorDiv(clock.millis(), DAY_MILLIS));
  }

  private void tellOrLose() {
    try {
      tell();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.warn("Openings of links are not counted", e);
    }
  }

  private void tell() throws InterruptedException {
    List<Action> actions = taken().entrySet().stream().map(this::action).toList();
    for (int from = 0; from < actions.size(); from += AT_ONCE) {
      List<Action> some = actions.subList(from, Math.min(from + AT_ONCE, actions.size()));
      CompletableFuture.allOf(engine.submitWhenRoom(some).toArray(CompletableFuture<?>[]::new))
          .orTimeout(MAX_SECONDS, TimeUnit.SECONDS)
          .join();
    }
  }

  private synchronized Map<WaitingOpens.Link, Long> taken() {
    return waiting.take();
  }

  private Action action(Map.Entry<WaitingOpens.Link, Long> opened) {
    WaitingOpens.Link link = opened.getKey();
    LinkOpened body =
        LinkOpened.newBuilder()
            .setCampaignId(link.campaignId())
            .setChannel(link.channel())
            .setTimes(opened.getValue())
            .build();
    return new Action(
        link.inviter(),
        "",
        "",
        clock.instant(),
        body,
        Action.request(link.inviter(), false, UUID.randomUUID().toString(), body));
  }
}
