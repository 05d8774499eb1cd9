package io.flywheel.platform.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Things that are watched on this node, each with its watchers: however many they are, its state is
 * read once for all of them, by a thread that ends with the last of them. A thing that is slow to
 * read delays no other one. Thread-safe.
 *
 * @param <K> by which a thing is known
 * @param <S> the state of a thing
 * @param <W> who watches
 */
public final class WatchedThings<K, S, W extends Watcher<?, ?>> {
  private final String thread;
  private final Function<K, Reader<S>> readers;
  private final BiConsumer<W, S> offer;
  private final ConcurrentHashMap<K, Thing> things = new ConcurrentHashMap<>();

  /** Reads the state of a thing; used by one thread. */
  public interface Reader<S> {
    /**
     * Reads the state. What it throws ends the streams of all who watch: whoever comes back tries
     * again, and waits as long as it thinks right.
     *
     * @return the state; null: it is as it was
     */
    @Nullable S read();

    /** How long nothing is read after that. */
    Duration pause();
  }

  /**
   * Nothing that is watched yet.
   *
   * @param thread what the threads are called that read
   * @param readers who reads a thing
   * @param offer tells a watcher the state, without waiting for its client
   */
  public WatchedThings(String thread, Function<K, Reader<S>> readers, BiConsumer<W, S> offer) {
    this.thread = thread;
    this.readers = readers;
    this.offer = offer;
  }

  /** Whether somebody watches a thing. */
  public boolean isWatched(K key) {
    return things.containsKey(key);
  }

  /** Begins to tell somebody of a thing; what was read last at once. */
  public void add(K key, W watcher) {
    things.compute(
        key,
        (unused, known) -> {
          Thing thing = known == null ? open(key) : known;
          thing.add(watcher);
          return thing;
        });
  }

  /** Tells somebody no more. */
  public void remove(K key, W watcher) {
    things.computeIfPresent(
        key,
        (unused, thing) -> {
          thing.watchers.remove(watcher);
          if (!thing.watchers.isEmpty()) {
            return thing;
          }
          thing.close();
          return null;
        });
  }

  /** Tells all who watch a thing something beside its state. */
  public void tell(K key, Consumer<W> news) {
    Thing thing = things.get(key);
    if (thing != null) {
      thing.watchers.forEach(news);
    }
  }

  private Thing open(K key) {
    Thing thing = new Thing();
    Thread.ofVirtual().name(thread).start(() -> thing.run(readers.apply(key)));
    return thing;
  }

  /** A thing with all who watch it. */
  private final class Thing {
    private final Set<W> watchers = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closed = lock.newCondition();

    @GuardedBy("lock")
    private @Nullable S latest;

    @GuardedBy("lock")
    private boolean ended;

    void add(W watcher) {
      lock.lock(); // so that what was read last never comes after what is read next
      try {
        watchers.add(watcher);
        if (latest != null) {
          offer.accept(watcher, latest);
        }
      } finally {
        lock.unlock();
      }
    }

    void close() {
      lock.lock();
      try {
        ended = true;
        closed.signal();
      } finally {
        lock.unlock();
      }
    }

    void run(Reader<S> reader) {
      do {
        try {
          S next = reader.read();
          if (next != null) {
            tell(next);
          }
        } catch (RuntimeException e) {
          watchers.forEach(watcher -> watcher.fail(e));
        }
      } while (pause(reader.pause()));
    }

    private void tell(S next) {
      lock.lock();
      try {
        latest = next;
        watchers.forEach(watcher -> offer.accept(watcher, next));
      } finally {
        lock.unlock();
      }
    }

    /** Returns false when it is closed. */
    private boolean pause(Duration pause) {
      lock.lock();
      try {
        long left = pause.toNanos();
        while (!ended && left > 0) {
          left = closed.awaitNanos(left);
        }
        return !ended;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        lock.unlock();
      }
    }
  }
}
