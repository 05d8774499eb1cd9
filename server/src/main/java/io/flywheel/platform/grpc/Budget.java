package io.flywheel.platform.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds what is held at once, such as amount of messages. A holder may take more as long as it
 * then holds no more than is left for the others: one alone gets half, two get a third each, and
 * whoever comes next always finds some. Who holds nothing may take whatever there is room for.
 * Thread-safe.
 */
public final class Budget {
  private final long most;

  @GuardedBy("this")
  private final Map<String, Long> held = new HashMap<>();

  @GuardedBy("this")
  private long total;

  /** A budget of so many bytes, or whatever it counts. */
  public Budget(long most) {
    this.most = most;
  }

  /** Takes some in the name of each of the holders; false: nothing was taken. */
  public synchronized boolean take(List<String> holders, long amount) {
    long left = most - total - amount;
    if (left < 0) {
      return false;
    }
    for (String holder : holders) {
      long before = held.getOrDefault(holder, 0L);
      if (before > 0 && before + amount > left) {
        return false;
      }
    }
    total += amount;
    holders.forEach(holder -> held.merge(holder, amount, Long::sum));
    return true;
  }

  /** Gives back what was taken in the name of the same holders. */
  public synchronized void give(List<String> holders, long amount) {
    total -= amount;
    holders.forEach(holder ->
        held.computeIfPresent(
            holder, (key, has) -> has == amount ? null : Long.valueOf(has - amount)));
  }
}
