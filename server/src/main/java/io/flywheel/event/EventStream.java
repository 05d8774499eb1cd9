package io.flywheel.event;

import io.flywheel.engine.Engine;
import io.flywheel.engine.Outcome;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream of events. The next request is asked for when the one before has found room in the
 * engine and no more than so many wait for their answers; a thread of its own sends the answers in
 * order, as fast as the client reads them. Thread-safe.
 */
final class EventStream implements StreamObserver<StreamEventsRequest> {
  private static final int MAX_UNANSWERED = 8;

  private final String merchantId;
  private final Engine engine;
  private final EventRules rules;
  private final ServerCallStreamObserver<StreamEventsResponse> client;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // What follows is guarded by the lock.
  private final Deque<Submitted> unanswered = new ArrayDeque<>();
  private boolean asked;
  private boolean halfClosed;
  private boolean gone;

  EventStream(
      String merchantId,
      Engine engine,
      EventRules rules,
      ServerCallStreamObserver<StreamEventsResponse> client) {
    this.merchantId = merchantId;
    this.engine = engine;
    this.rules = rules;
    this.client = client;
  }

  /** A request whose events are on their lanes. */
  private record Submitted(EventBatch batch, List<CompletableFuture<Outcome>> outcomes) {}

  void start() {
    client.disableAutoRequest();
    client.setOnReadyHandler(() -> change(() -> {}));
    client.setOnCancelHandler(() -> change(() -> gone = true));
    Thread.ofVirtual().name("stream-events").start(this::answerAll);
    change(this::askForNext);
  }

  /**
   * Waits for room in the engine, never for the client, so that the stream's other news get
   * through.
   */
  @Override
  public void onNext(StreamEventsRequest request) {
    EventBatch batch =
        EventBatch.check(
            merchantId, request.getEventsList(), request.getDetail(), request.getBackfill(), rules);
    Submitted submitted = new Submitted(batch, submit(batch));
    change(() -> {
      unanswered.add(submitted);
      asked = false;
      askForNext();
    });
  }

  @Override
  public void onError(Throwable cancelled) {
    change(() -> gone = true);
  }

  @Override
  public void onCompleted() {
    change(() -> halfClosed = true);
  }

  private List<CompletableFuture<Outcome>> submit(EventBatch batch) {
    try {
      return engine.submitWhenRoom(batch.actions());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_SHUTTING_DOWN, "the service is shutting down; try again");
    }
  }

  private void answerAll() {
    try {
      for (Submitted next = next(); next != null; next = next()) {
        StreamEventsResponse response = response(next.batch.answer(next.outcomes));
        if (!awaitReader()) {
          return;
        }
        client.onNext(response);
        change(() -> {
          unanswered.remove();
          askForNext();
        });
      }
      if (awaitReader()) {
        client.onCompleted();
      }
    } catch (RuntimeException e) {
      client.onError(e);
    }
  }

  /** Waits for the next request to be answered; null: there will be none. */
  private @Nullable Submitted next() {
    lock.lock();
    try {
      while (unanswered.isEmpty() && !halfClosed && !gone) {
        changed.awaitUninterruptibly();
      }
      return gone ? null : unanswered.peek();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the client reads; false: it has gone. */
  private boolean awaitReader() {
    lock.lock();
    try {
      while (!gone && !client.isReady()) {
        changed.awaitUninterruptibly();
      }
      return !gone;
    } finally {
      lock.unlock();
    }
  }

  private void askForNext() {
    if (!asked && unanswered.size() < MAX_UNANSWERED) {
      asked = true;
      client.request(1);
    }
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private static StreamEventsResponse response(IngestEventsResponse answer) {
    return StreamEventsResponse.newBuilder()
        .addAllResults(answer.getResultsList())
        .setAccepted(answer.getAccepted())
        .setDuplicates(answer.getDuplicates())
        .setRejected(answer.getRejected())
        .putAllFactCounts(answer.getFactCountsMap())
        .build();
  }
}
