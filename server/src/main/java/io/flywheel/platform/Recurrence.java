package io.flywheel.platform;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has something done again and again, with pauses, whatever it ends with: a timer gives up what
 * fails once. Not to be instantiated.
 */
public final class Recurrence {
  private static final Logger log = LoggerFactory.getLogger(Recurrence.class);

  private Recurrence() {}

  /** Work that may fail. */
  public interface Work {
    void run() throws Exception;
  }

  /** Begins now, and ends with the timer. */
  public static void begin(ScheduledExecutorService timer, Duration pause, String name, Work work) {
    var unused =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (Exception | Error e) { // whatever it is, the next one tries again
                log.warn("{} failed; the next one tries again", name, e);
              }
            },
            0,
            pause.toMillis(),
            TimeUnit.MILLISECONDS);
  }
}
