package io.flywheel.viewer;

import com.google.inject.Inject;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.Recurrence;
import io.flywheel.program.ProgramStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells those who watch viewers when another version of the program has come into force, on
 * whichever node it was applied: one look a second at the versions of the merchants that are
 * watched here. Its state belongs to its one thread.
 */
final class ProgramWatch implements Lifecycle {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final ProgramStore programs;
  private final ViewerHub hub;
  private final Map<String, Long> known = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("program-watch").factory());

  @Inject
  ProgramWatch(ProgramStore programs, ViewerHub hub) {
    this.programs = programs;
    this.hub = hub;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    Recurrence.begin(timer, INTERVAL, "a look at the versions of programs", this::look);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
  }

  private void look() {
    Set<String> watched = hub.watchedMerchants();
    known.keySet().retainAll(watched);
    programs
        .versions(watched)
        .forEach((merchantId, version) -> {
          if (!version.equals(known.put(merchantId, version))) {
            hub.programIs(merchantId, version);
          }
        });
  }
}
