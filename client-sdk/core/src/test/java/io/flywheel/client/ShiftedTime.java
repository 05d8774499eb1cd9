package io.flywheel.client;

import java.util.function.LongSupplier;

/** The machine's timer under a clock of the test's. */
final class ShiftedTime implements Time {
  private final Time timer = new SystemTime();
  private final LongSupplier nowMillis;

  ShiftedTime(LongSupplier nowMillis) {
    this.nowMillis = nowMillis;
  }

  @Override
  public long nowMillis() {
    return nowMillis.getAsLong();
  }

  @Override
  public Task after(long delayMillis, Runnable task) {
    return timer.after(delayMillis, task);
  }

  @Override
  public void stop() {
    timer.stop();
  }
}
