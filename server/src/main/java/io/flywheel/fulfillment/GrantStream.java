package io.flywheel.fulfillment;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalGapException;
import io.flywheel.engine.JournalReader;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fulfillment;
import io.flywheel.v1.FulfillmentKind;
import io.flywheel.v1.WatchGrantsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One stream of what is to be delivered: it reads the journal as fast as the client reads the
 * stream, so that nothing is held in memory but one part. Thread-safe.
 */
final class GrantStream {
  /** Entries of the journal that are read at a time. */
  private static final int PART = 200;

  /** How often it looks for what other nodes have committed. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** After so many entries without anything to deliver, the client may acknowledge that. */
  private static final int ENTRIES_A_SIGN = 5_000;

  private final JournalReader journal;
  private final Set<FulfillmentKind> kinds;
  private final ServerCallStreamObserver<WatchGrantsResponse> stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private boolean ended;

  GrantStream(
      JournalReader journal,
      Set<FulfillmentKind> kinds,
      ServerCallStreamObserver<WatchGrantsResponse> stream) {
    this.journal = journal;
    this.kinds = kinds;
    this.stream = stream;
  }

  /** Looks again whether the client reads. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The client has gone. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Sends what there is from a place on, until the client has gone. */
  void run(JournalCursor from, Arrivals.Waiting arrivals) throws InterruptedException {
    try {
      send(List.of(), from);
      JournalCursor place = from;
      int unsaid = 0;
      while (awaitReader()) {
        JournalChunk part = journal.next(place, PART);
        place = part.next();
        List<Fulfillment> found =
            part.entries().stream().flatMap(entry -> Outbound.of(entry, kinds).stream()).toList();
        unsaid += part.entries().size();
        if (!found.isEmpty() || unsaid >= ENTRIES_A_SIGN) {
          send(found, place);
          unsaid = 0;
        }
        if (!part.more()) {
          arrivals.await(LOOK_EVERY);
        }
      }
    } catch (JournalGapException e) {
      stream.onError(
          ServiceException.of(
              ErrorReason.ERROR_REASON_CURSOR_TOO_OLD,
              "what comes next for this consumer is no longer kept; `restart` goes on with what is"));
    } catch (RuntimeException e) {
      stream.onError(e);
    }
  }

  private void send(List<Fulfillment> found, JournalCursor place) {
    stream.onNext(
        WatchGrantsResponse.newBuilder()
            .addAllFulfillments(found)
            .setCursor(place.token())
            .build());
  }

  /** Waits until the client reads; false: it has gone. */
  private boolean awaitReader() {
    lock.lock();
    try {
      while (!ended && !stream.isReady()) {
        changed.awaitUninterruptibly();
      }
      return !ended;
    } finally {
      lock.unlock();
    }
  }
}
