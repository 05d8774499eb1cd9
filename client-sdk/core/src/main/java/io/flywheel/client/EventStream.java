package io.flywheel.client;

import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends many events in order: gathers them into batches, keeps a bounded number of batches on their
 * way, and holds the sender back when the service can't keep up.
 *
 * <p>When the connection breaks, what was not answered is sent again, in order. That is safe, for
 * an event_id has one effect; but an event whose answer was lost is then answered as a duplicate,
 * without its facts.
 *
 * <p>Thread-safe; events of one thread stay in order.
 */
public final class EventStream implements AutoCloseable {
  private static final int MAX_BATCH_EVENTS = 1_000;

  /** Safely below the 4 MiB that the service takes. */
  private static final int MAX_BATCH_BYTES = 3 << 20;

  private final FlywheelClient client;
  private final Builder settings;
  private final Reopening reopening;

  // All below is guarded by this.
  private StreamEventsRequest.Builder filling;
  private int fillingBytes;
  private boolean lingered;
  private long batchNumber;
  private final Deque<StreamEventsRequest> unanswered = new ArrayDeque<>();
  private long latestProgressNanos = System.nanoTime();
  private @Nullable ClientCall<StreamEventsRequest, StreamEventsResponse> call;
  private @Nullable StreamObserver<StreamEventsRequest> requests;
  private @Nullable FlywheelException latestBreak;
  private @Nullable FlywheelException failure;
  private boolean failureTold;
  private boolean closed;

  private EventStream(Builder settings) {
    this.client = settings.client;
    this.settings = settings;
    this.reopening = new Reopening(client);
    this.filling = newBatch();
  }

  /**
   * Sends an event; waits while as many batches are on their way as may be.
   *
   * @throws FlywheelException if the stream has failed for good: upon an error that repeating does
   *     not mend, or when no answer came for as long as {@link Builder#patience}; with code
   *     CANCELLED if the thread is interrupted
   * @throws IllegalStateException if the stream is closed
   * @throws IllegalArgumentException if the event is larger than 3 MiB
   */
  public synchronized void send(Event event) {
    while (!offer(event)) {
      awaitProgress();
    }
  }

  /**
   * Sends an event unless that would have to wait. Returns whether it did. Fails as {@link #send}
   * does.
   */
  public synchronized boolean offer(Event event) {
    checkUsable();
    int bytes = event.getSerializedSize() + 8; // A tag and a length go with it.
    if (bytes > MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "event: " + bytes + " bytes (expected: at most " + MAX_BATCH_BYTES + ")");
    }
    if (!fits(bytes) && !dispatch()) {
      return false;
    }
    filling.addEvents(event);
    fillingBytes += bytes;
    if (filling.getEventsCount() == settings.batchSize) {
      dispatch();
    } else if (filling.getEventsCount() == 1) {
      startLinger();
    }
    return true;
  }

  /**
   * Sends what is waiting and returns when every event so far was answered. Fails as {@link #send}
   * does.
   */
  public synchronized void flush() {
    checkUsable();
    while (filling.getEventsCount() > 0 || !unanswered.isEmpty()) {
      lingered = true;
      if (!dispatch()) {
        awaitProgress();
      }
    }
  }

  /**
   * Flushes and ends the stream.
   *
   * @throws FlywheelException if not every event was answered, unless {@link #send} or {@link
   *     #flush} said so before
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    try {
      if (failure == null || !failureTold) {
        flush();
      }
      if (requests != null) {
        requests.onCompleted();
      }
    } finally {
      closed = true;
      if (failure != null || !unanswered.isEmpty()) {
        cancel();
      }
      requests = null;
    }
  }

  private boolean fits(int bytes) {
    int events = filling.getEventsCount();
    return events == 0 || (events < settings.batchSize && fillingBytes + bytes <= MAX_BATCH_BYTES);
  }

  private boolean dispatch() {
    if (filling.getEventsCount() == 0 || unanswered.size() >= settings.maxInFlight) {
      return false;
    }
    StreamEventsRequest request = filling.build();
    if (unanswered.isEmpty()) {
      latestProgressNanos = System.nanoTime();
    }
    unanswered.add(request);
    filling = newBatch();
    fillingBytes = 0;
    lingered = false;
    batchNumber++;
    if (requests != null) {
      requests.onNext(request);
    }
    return true;
  }

  private StreamEventsRequest.Builder newBatch() {
    return StreamEventsRequest.newBuilder()
        .setDetail(settings.detail)
        .setBackfill(settings.backfill);
  }

  private void startLinger() {
    long batch = batchNumber;
    try {
      Time.Task unused = client.time().after(settings.lingerMillis, () -> linger(batch));
    } catch (RejectedExecutionException clientClosed) {
      fail(Status.CANCELLED.withDescription("the client is closed"));
    }
  }

  private synchronized void linger(long batch) {
    if (batch == batchNumber) {
      lingered = true;
      dispatch();
    }
  }

  private synchronized void open() {
    if (closed || failure != null) {
      return;
    }
    reopening.opened();
    call = client.channel().newCall(EventServiceGrpc.getStreamEventsMethod(), CallOptions.DEFAULT);
    requests = ClientCalls.asyncBidiStreamingCall(call, new Answers());
    for (StreamEventsRequest request : unanswered) {
      requests.onNext(request);
    }
  }

  private void checkUsable() {
    if (failure != null) {
      failureTold = true;
      throw failure;
    }
    if (closed) {
      throw new IllegalStateException("the event stream is closed");
    }
  }

  @SuppressWarnings("WaitNotInLoop") // Every caller checks again in a loop of its own.
  private void awaitProgress() {
    long leftNanos =
        TimeUnit.MILLISECONDS.toNanos(settings.patienceMillis)
            - (System.nanoTime() - latestProgressNanos);
    if (leftNanos <= 0) {
      String patience = TimeUnit.MILLISECONDS.toSeconds(settings.patienceMillis) + " s";
      fail(
          Status.DEADLINE_EXCEEDED
              .withDescription("no answer for " + patience)
              .withCause(latestBreak));
    } else {
      try {
        wait(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(Status.CANCELLED.withDescription("interrupted"));
      }
    }
    checkUsable();
  }

  private void fail(Status status) {
    fail(FlywheelException.from(status, null));
  }

  private synchronized void fail(FlywheelException cause) {
    if (failure == null) {
      failure = cause;
      cancel();
      notifyAll();
    }
  }

  private void cancel() {
    requests = null;
    if (call != null) {
      call.cancel("the event stream was given up", null);
    }
  }

  private synchronized void answered() {
    unanswered.remove();
    latestProgressNanos = System.nanoTime();
    latestBreak = null;
    reopening.succeeded();
    if (lingered || filling.getEventsCount() == settings.batchSize) {
      dispatch();
    }
    notifyAll();
  }

  private void ended(FlywheelException cause) {
    if (reopens(cause)) {
      settings.onBreak.accept(cause);
    }
  }

  private synchronized boolean reopens(FlywheelException cause) {
    requests = null;
    if (closed || failure != null) {
      return false;
    }
    latestBreak = cause;
    boolean reopens = reopening.schedule(cause, this::open);
    if (!reopens) {
      fail(cause);
    }
    return reopens;
  }

  private synchronized @Nullable StreamEventsRequest oldest() {
    return failure == null ? unanswered.peek() : null;
  }

  /**
   * One connection's answers. The next connection is opened after this one's end, so they never
   * overlap.
   */
  private final class Answers implements StreamObserver<StreamEventsResponse> {
    @Override
    public void onNext(StreamEventsResponse answer) {
      StreamEventsRequest request = oldest();
      if (request == null) {
        return;
      }
      try {
        settings.onAnswer.accept(request.getEventsList(), answer);
      } catch (RuntimeException e) {
        fail(Status.CANCELLED.withDescription("onAnswer failed: " + e.getMessage()).withCause(e));
        return;
      }
      answered();
    }

    @Override
    public void onError(Throwable error) {
      ended(FlywheelException.from(error));
    }

    @Override
    public void onCompleted() {
      ended(
          FlywheelException.from(Status.UNAVAILABLE.withDescription("the stream was ended"), null));
    }
  }

  /** Configures an event stream. Not thread-safe. */
  public static final class Builder {
    private final FlywheelClient client;
    private int batchSize = 500;
    private long lingerMillis = 20;
    private int maxInFlight = 4;
    private long patienceMillis = 120_000;
    private AnswerDetail detail = AnswerDetail.ANSWER_DETAIL_FACTS;
    private boolean backfill;
    private BiConsumer<List<Event>, StreamEventsResponse> onAnswer = (events, answer) -> {};
    private Consumer<FlywheelException> onBreak = failure -> {};

    Builder(FlywheelClient client) {
      this.client = client;
    }

    /** How many events make a batch, 1 to 1,000. Default 500. */
    public Builder batchSize(int events) {
      batchSize = inRange("batchSize", events, MAX_BATCH_EVENTS);
      return this;
    }

    /** How long a batch waits to be filled. Default 20 milliseconds. */
    public Builder linger(long longest, TimeUnit unit) {
      lingerMillis = unit.toMillis(longest);
      return this;
    }

    /**
     * How many batches may be unanswered, 1 to 1,000, before {@link EventStream#send} waits.
     * Default 4.
     */
    public Builder maxInFlight(int batches) {
      maxInFlight = inRange("maxInFlight", batches, 1_000);
      return this;
    }

    /** How long the stream tries without any answer before it fails. Default 2 minutes. */
    public Builder patience(long longest, TimeUnit unit) {
      patienceMillis = unit.toMillis(longest);
      return this;
    }

    /** What answers carry. Default facts. */
    public Builder detail(AnswerDetail newDetail) {
      detail = newDetail;
      return this;
    }

    /** Sends events of any age, to carry over a history or to replay a recording. Default false. */
    public Builder backfill(boolean anyAge) {
      backfill = anyAge;
      return this;
    }

    /**
     * Gets each batch with its answer, one after the other, in the order in which they were sent.
     * It must not call the stream; what it throws ends the stream.
     */
    public Builder onAnswer(BiConsumer<List<Event>, StreamEventsResponse> consumer) {
      onAnswer = consumer;
      return this;
    }

    /** Is told each time the stream was broken off and will be opened again, for logs. */
    public Builder onBreak(Consumer<FlywheelException> consumer) {
      onBreak = consumer;
      return this;
    }

    /** Opens the stream. */
    public EventStream open() {
      EventStream stream = new EventStream(this);
      stream.open();
      return stream;
    }

    private static int inRange(String name, int value, int max) {
      if (value < 1 || value > max) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + max + ")");
      }
      return value;
    }
  }
}
