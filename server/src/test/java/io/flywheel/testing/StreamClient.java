package io.flywheel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a stream, which reads only as many answers as it asks for. Thread-safe.
 *
 * @param <Q> what it sends
 * @param <A> what it is answered
 */
public final class StreamClient<Q, A> implements ClientResponseObserver<Q, A> {
  private static final long PATIENCE_SECONDS = 60;

  private final int firstRequests;
  private final BlockingQueue<A> answers = new LinkedBlockingQueue<>();
  private final CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
  private volatile @Nullable ClientCallStreamObserver<Q> call;

  /** A client that reads so many answers before it is told to read more. */
  public StreamClient(int firstRequests) {
    this.firstRequests = firstRequests;
  }

  /** For sending, reading on and cancelling, once the call has begun. */
  public ClientCallStreamObserver<Q> call() {
    return Objects.requireNonNull(call, "the call has not begun");
  }

  /** The answers that were read and not taken yet. */
  public BlockingQueue<A> answers() {
    return answers;
  }

  /** Takes the next answer; fails when none comes. */
  public A next() throws InterruptedException {
    A next = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("an answer; the stream's end: " + end).isNotNull();
    return Objects.requireNonNull(next);
  }

  /** Whether the stream has ended. */
  public boolean hasEnded() {
    return end.isDone();
  }

  /** Waits for the stream's end; empty: it ended well. */
  public Optional<Throwable> end() {
    return end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> call) {
    this.call = call;
    call.disableAutoRequestWithInitial(firstRequests);
  }

  @Override
  public void onNext(A answer) {
    answers.add(answer);
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Optional.of(failure));
  }

  @Override
  public void onCompleted() {
    end.complete(Optional.empty());
  }
}
