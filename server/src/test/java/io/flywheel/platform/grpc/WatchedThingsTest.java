package io.flywheel.platform.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watchers, their places, and the things that they watch, without a server. */
final class WatchedThingsTest {
  private final Map<String, BlockingQueue<Integer>> states = new ConcurrentHashMap<>();
  private final Semaphore readings = new Semaphore(0);
  private final CountDownLatch slow = new CountDownLatch(1);
  private final WatchPlaces places = new WatchPlaces("watch", 4);
  private final WatchedThings<String, Integer, LatestNumber> things =
      new WatchedThings<>("read", Numbers::new, LatestNumber::offer);

  @AfterEach
  void release() {
    slow.countDown();
  }

  @Test
  void aThingThatIsSlowToReadDelaysNoOtherOne() throws InterruptedException {
    Client waiting = watch("slow");
    Client served = watch("quick");
    state("quick", 1);
    assertThat(served.next()).isEqualTo(1);
    assertThat(waiting.sent).isEmpty();
    slow.countDown();
    state("slow", 2);
    assertThat(waiting.next()).isEqualTo(2);
  }

  @Test
  void whoComesLaterIsToldWhatWasReadLast() throws InterruptedException {
    Client first = watch("a");
    state("a", 7);
    assertThat(first.next()).isEqualTo(7);
    assertThat(watch("a").next()).isEqualTo(7);
  }

  @Test
  void whoDoesNotReadIsToldTheLatestStateOnceItReads() throws InterruptedException {
    Client quick = watch("a");
    Client idle = new Client(false);
    watch("a", idle);
    for (int i = 1; i <= 100; i++) {
      state("a", i);
      assertThat(quick.next()).isEqualTo(i);
    }
    idle.ready();
    assertThat(idle.next()).isEqualTo(100);
    assertThat(idle.sent).isEmpty();
  }

  @Test
  void aReadingThatFailsEndsTheStreamsOfAllWhoWatch() throws InterruptedException {
    Client first = watch("a");
    Client second = watch("a");
    Client other = watch("b");
    state("a", -1);
    assertThat(first.failure()).hasMessage("-1");
    assertThat(second.failure()).hasMessage("-1");
    state("b", 1);
    assertThat(other.next()).isEqualTo(1);
  }

  @Test
  void whatNobodyWatchesIsNotRead() throws InterruptedException {
    Client client = watch("a");
    state("a", 1);
    assertThat(client.next()).isEqualTo(1);
    client.leave();
    await(() -> !things.isWatched("a"));
    readings.drainPermits();
    // One reading may have begun before the watcher left; a second one would be one too many.
    assertThat(readings.tryAcquire(2, 100, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void oneMerchantAloneHasHalfOfThePlacesAndGetsThemBack() throws InterruptedException {
    Client first = watch("a");
    watch("a");
    assertThatThrownBy(() -> watch("a"))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_OVERLOADED));
    first.leave();
    await(() -> hasPlace("a"));
  }

  private Client watch(String thing) {
    Client client = new Client(true);
    watch(thing, client);
    return client;
  }

  private void watch(String thing, Client client) {
    places.take("shop " + thing);
    LatestNumber watcher = new LatestNumber(client);
    things.add(thing, watcher);
    places.serve(
        "shop " + thing,
        () -> {
          try {
            watcher.run();
          } finally {
            things.remove(thing, watcher);
          }
        });
  }

  private void state(String thing, int state) {
    states.computeIfAbsent(thing, unused -> new LinkedBlockingQueue<>()).add(state);
  }

  private boolean hasPlace(String thing) {
    try {
      places.take("shop " + thing);
      return true;
    } catch (ServiceException e) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** Reads what {@link #state} sets; below zero it can't be read. */
  private final class Numbers implements WatchedThings.Reader<Integer> {
    private final String thing;

    Numbers(String thing) {
      this.thing = thing;
    }

    @Override
    public @Nullable Integer read() {
      readings.release();
      try {
        if (thing.equals("slow")) {
          slow.await();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      BlockingQueue<Integer> next = states.get(thing);
      Integer state = next == null ? null : next.poll();
      if (state != null && state < 0) {
        throw new IllegalStateException(state.toString());
      }
      return state;
    }

    @Override
    public Duration pause() {
      return Duration.ofMillis(1);
    }
  }

  private static final class LatestNumber extends Watcher<Integer, Integer> {
    @GuardedBy("lock")
    private @Nullable Integer latest;

    LatestNumber(ServerCallStreamObserver<Integer> stream) {
      super(stream);
    }

    void offer(Integer number) {
      lock.lock();
      try {
        latest = number;
        signal();
      } finally {
        lock.unlock();
      }
    }

    @Override
    @GuardedBy("lock")
    protected @Nullable Integer poll() {
      Integer next = latest;
      latest = null;
      return next;
    }

    @Override
    protected void send(Integer next, StreamObserver<Integer> to) {
      to.onNext(next);
    }
  }

  /** The client's side of a stream. */
  private static final class Client extends ServerCallStreamObserver<Integer> {
    private final BlockingQueue<Integer> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private volatile boolean reads;
    private Runnable onReady = () -> {};
    private Runnable onCancel = () -> {};

    Client(boolean reads) {
      this.reads = reads;
    }

    int next() throws InterruptedException {
      Integer next = sent.poll(20, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      return Objects.requireNonNull(next);
    }

    Throwable failure() throws InterruptedException {
      Throwable failure = failures.poll(20, TimeUnit.SECONDS);
      assertThat(failure).isNotNull();
      return Objects.requireNonNull(failure);
    }

    void ready() {
      reads = true;
      onReady.run();
    }

    void leave() {
      onCancel.run();
    }

    @Override
    public boolean isReady() {
      return reads;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void onNext(Integer value) {
      sent.add(value);
    }

    @Override
    public void onError(Throwable reason) {
      failures.add(reason);
    }

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }
}
