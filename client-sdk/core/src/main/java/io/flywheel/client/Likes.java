package io.flywheel.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The likes of one viewer in one room. They are gathered into batches and delivered one batch after
 * the other. A batch that was sent once stays as it is, so that the service can tell a repetition;
 * what comes meanwhile makes the next. Everything is called on the session's loop.
 */
final class Likes {
  /** The contract's bound on Liked.count. */
  static final int MAX_COUNT = 1_000;

  private static final int MAX_BATCHES = 20;

  /** Older likes would count for a show that they were not meant for. */
  private static final long MAX_AGE_MILLIS = 3_600_000;

  private final FlywheelClient client;
  private final Loop loop;
  private final long intervalMillis;
  private final Courier courier;
  private final List<Batch> batches = new ArrayList<>();
  private final List<CompletableFuture<Void>> flushes = new ArrayList<>();
  private @Nullable String key;

  /** Whether all of it lies in the storage. */
  private boolean saved;

  private Time.@Nullable Task timer;
  private boolean delivering;
  private int failures;
  private boolean closed;

  /** Whoever delivers batches and is told of their fate. */
  interface Courier {
    CompletableFuture<?> send(String requestId, int count);

    void waiting(int count);

    void lost(int count, @Nullable FlywheelException failure);
  }

  Likes(FlywheelClient client, Loop loop, long intervalMillis, Courier courier) {
    this.client = client;
    this.loop = loop;
    this.intervalMillis = intervalMillis;
    this.courier = courier;
  }

  /** Keeps the batches under a key from now on, with those that an earlier process left there. */
  void keepUnder(String newKey) {
    if (closed || key != null || !client.occupiedKeys().add(newKey)) {
      return; // Where another session of this process writes there, they stay in memory.
    }
    key = newKey;
    List<Batch> left = load(newKey);
    batches.addAll(0, left);
    save();
    if (!left.isEmpty()) {
      deliver();
    }
  }

  boolean areKept() {
    return key != null;
  }

  void add(int count) {
    int left = count;
    while (left > 0) {
      Batch batch = open();
      if (batch == null) {
        courier.lost(left, null);
        break;
      }
      int taken = Math.min(left, MAX_COUNT - batch.count);
      batch.count += taken;
      left -= taken;
    }
    save();
    schedule(intervalMillis);
  }

  /** Delivers what there is now, and tries again at once what failed. */
  void wake() {
    if (!delivering) {
      deliver();
    }
  }

  /** Completes when there is nothing left to deliver, or the end comes. */
  CompletableFuture<Void> flush() {
    CompletableFuture<Void> flushed = new CompletableFuture<>();
    if (batches.isEmpty() || closed) {
      flushed.complete(null);
    } else {
      flushes.add(flushed);
      wake();
    }
    return flushed;
  }

  /** Ends the deliveries. What lies in the storage stays there; what is in memory only is lost. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    stopTimer();
    if (key != null) {
      client.occupiedKeys().remove(key);
    }
    int count = count();
    if (!saved && count > 0) {
      courier.lost(count, null);
    }
    endFlushes();
  }

  /** The batch that takes further likes; null where there are too many. */
  private @Nullable Batch open() {
    if (!batches.isEmpty()) {
      Batch last = batches.get(batches.size() - 1);
      if (!last.sent && last.count < MAX_COUNT) {
        return last;
      }
    }
    if (batches.size() >= MAX_BATCHES) {
      return null;
    }
    Batch batch = new Batch(client.newId(), 0, loop.nowMillis(), false);
    batches.add(batch);
    return batch;
  }

  private void schedule(long millis) {
    if (!closed && !delivering && timer == null && !batches.isEmpty()) {
      timer =
          loop.after(
              millis,
              () -> {
                timer = null;
                deliver();
              });
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void deliver() {
    stopTimer();
    while (!closed && !batches.isEmpty()) {
      Batch batch = batches.get(0);
      if (batch.atMillis < loop.nowMillis() - MAX_AGE_MILLIS) {
        courier.lost(batch.count, null);
        remove(batch);
        continue;
      }
      delivering = true;
      if (!batch.sent) {
        batch.sent = true;
        save();
      }
      loop.when(
          courier.send(batch.requestId, batch.count),
          answer -> {
            delivering = false;
            failures = 0;
            remove(batch);
            deliver();
          },
          failure -> failed(batch, failure));
      return;
    }
    if (!closed) {
      endFlushes();
    }
  }

  private void failed(Batch batch, FlywheelException failure) {
    delivering = false;
    if (closed) {
      return; // It stays in the storage, or was told as lost.
    }
    if (failure.isCurable() || Acts.isNotInRoom(failure)) {
      failures++;
      schedule(client.delayAfter(failures, failure));
    } else {
      courier.lost(batch.count, failure);
      remove(batch);
      deliver();
    }
  }

  private void remove(Batch batch) {
    batches.remove(batch);
    save();
  }

  private void endFlushes() {
    for (CompletableFuture<Void> flush : flushes) {
      flush.complete(null);
    }
    flushes.clear();
  }

  private int count() {
    int count = 0;
    for (Batch batch : batches) {
      count += batch.count;
    }
    return count;
  }

  /** Not after the end, when another session may have taken over what lies in the storage. */
  private void save() {
    if (closed) {
      return;
    }
    if (key != null) {
      try {
        if (batches.isEmpty()) {
          client.storage().remove(key);
        } else {
          client.storage().write(key, text().getBytes(StandardCharsets.UTF_8));
        }
        saved = true;
      } catch (IOException full) {
        saved = false; // They stay in memory.
      }
    }
    courier.waiting(count());
  }

  private String text() {
    StringBuilder lines = new StringBuilder();
    for (Batch batch : batches) {
      lines.append(batch.requestId).append(' ').append(batch.count).append(' ');
      lines.append(batch.atMillis).append('\n');
    }
    return lines.toString();
  }

  /** Every batch that was left may have been sent, so none of them changes any more. */
  private List<Batch> load(String from) {
    List<Batch> left = new ArrayList<>();
    try {
      byte[] kept = client.storage().read(from);
      if (kept != null) {
        for (String line : new String(kept, StandardCharsets.UTF_8).split("\n", -1)) {
          Batch batch = batchIn(line);
          if (batch != null) {
            left.add(batch);
          }
        }
      }
    } catch (IOException unreadable) {
      // What can't be read can't be delivered.
    }
    return left;
  }

  private static @Nullable Batch batchIn(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length != 3 || fields[0].isEmpty()) {
      return null;
    }
    try {
      int count = Integer.parseInt(fields[1]);
      long atMillis = Long.parseLong(fields[2]);
      return count < 1 || count > MAX_COUNT ? null : new Batch(fields[0], count, atMillis, true);
    } catch (NumberFormatException notOurs) {
      return null;
    }
  }

  /** Likes that are sent as one, under an id that stays theirs over attempts and processes. */
  private static final class Batch {
    private final String requestId;
    private int count;
    private final long atMillis;
    private boolean sent;

    Batch(String requestId, int count, long atMillis, boolean sent) {
      this.requestId = requestId;
      this.count = count;
      this.atMillis = atMillis;
      this.sent = sent;
    }
  }
}
