package io.flywheel.platform.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds the bytes of messages that are held at once. A holder may take more as long as it then
 * holds no more than is left for the others: one alone gets half, two get a third each, and whoever
 * comes next always finds some. Who holds nothing may take any single message that there is room
 * for. Thread-safe.
 */
public final class ByteBudget {
  private final long most;

  @GuardedBy("this")
  private final Map<String, Long> held = new HashMap<>();

  @GuardedBy("this")
  private long total;

  /** A budget of so many bytes. */
  public ByteBudget(long most) {
    this.most = most;
  }

  /** Takes bytes in the name of each of the holders; false: nothing was taken. */
  public synchronized boolean take(List<String> holders, long bytes) {
    long left = most - total - bytes;
    if (left < 0) {
      return false;
    }
    for (String holder : holders) {
      long before = held.getOrDefault(holder, 0L);
      if (before > 0 && before + bytes > left) {
        return false;
      }
    }
    total += bytes;
    holders.forEach(holder -> held.merge(holder, bytes, Long::sum));
    return true;
  }

  /** Gives back what was taken in the name of the same holders. */
  public synchronized void give(List<String> holders, long bytes) {
    total -= bytes;
    holders.forEach(holder ->
        held.computeIfPresent(
            holder, (key, has) -> has == bytes ? null : Long.valueOf(has - bytes)));
  }
}
