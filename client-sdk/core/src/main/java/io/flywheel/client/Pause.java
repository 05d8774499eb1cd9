package io.flywheel.client;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A wait before a stream is opened again. It ends after its time, at once when the surroundings
 * become such that it makes sense, and never before they are. Thread-safe.
 */
final class Pause {
  private final Time time;
  private final Surroundings surroundings;
  private final Runnable then;
  private final Network.Listening listening;
  private Time.@Nullable Task timer;
  private boolean ended;

  private Pause(Time time, Surroundings surroundings, Runnable then) {
    this.time = time;
    this.surroundings = surroundings;
    this.then = then;
    this.listening = surroundings.onChange(this::endIfItMakesSense);
  }

  /**
   * Waits and then has the task run.
   *
   * @throws RejectedExecutionException if the time has been stopped
   */
  static void begin(Time time, Surroundings surroundings, long millis, Runnable then) {
    Pause pause = new Pause(time, surroundings, then);
    try {
      pause.startTimer(millis);
    } catch (RejectedExecutionException stopped) {
      pause.listening.close();
      throw stopped;
    }
  }

  private synchronized void startTimer(long millis) {
    if (!ended) {
      timer = time.after(millis, this::endIfItMakesSense);
    }
  }

  private void endIfItMakesSense() {
    synchronized (this) {
      if (ended || !surroundings.allowStreams()) {
        return;
      }
      ended = true;
      if (timer != null) {
        timer.cancel();
      }
    }
    listening.close();
    try {
      Time.Task unused = time.after(0, then);
    } catch (RejectedExecutionException stopped) {
      // The client was closed: nothing is opened any more.
    }
  }
}
