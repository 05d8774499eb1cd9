package io.flywheel.client;

import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A viewer being watched, until it is closed or the service refuses. A connection that breaks is
 * opened again after a while, without end; the first update is then the viewer's standing.
 * Thread-safe.
 */
public final class ViewerWatch implements AutoCloseable {
  private final FlywheelClient client;
  private final WatchViewerRequest request;
  private final Consumer<WatchViewerResponse> onUpdate;
  private final Consumer<FlywheelException> onBreak;
  private final Reopening reopening;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private @Nullable ClientCall<WatchViewerRequest, WatchViewerResponse> call;

  ViewerWatch(
      FlywheelClient client,
      String viewerId,
      Consumer<WatchViewerResponse> onUpdate,
      Consumer<FlywheelException> onBreak) {
    this.client = client;
    this.request = WatchViewerRequest.newBuilder().setViewerId(viewerId).build();
    this.onUpdate = onUpdate;
    this.onBreak = onBreak;
    this.reopening = new Reopening(client);
  }

  /**
   * Completes when the watch was closed; fails with a {@link FlywheelException} when the service
   * refuses it for good, or with whatever the consumer threw.
   */
  public CompletableFuture<Void> done() {
    return done.copy();
  }

  /** Ends the watch. An update that is just being consumed may still finish. */
  @Override
  public void close() {
    done.complete(null);
    cancel();
  }

  synchronized void connect() {
    if (done.isDone()) {
      return;
    }
    call = client.channel().newCall(ViewerServiceGrpc.getWatchViewerMethod(), CallOptions.DEFAULT);
    ClientCalls.asyncServerStreamingCall(call, request, new Updates());
  }

  private synchronized void cancel() {
    if (call != null) {
      call.cancel("the watch was closed", null);
    }
  }

  private final class Updates implements StreamObserver<WatchViewerResponse> {
    @Override
    public void onNext(WatchViewerResponse update) {
      reopening.succeeded();
      if (done.isDone()) {
        return;
      }
      try {
        onUpdate.accept(update);
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
        cancel();
      }
    }

    @Override
    public void onError(Throwable error) {
      FlywheelException failure = FlywheelException.from(error);
      if (done.isDone()) {
        return;
      }
      if (reopening.schedule(failure, ViewerWatch.this::connect)) {
        onBreak.accept(failure);
      } else {
        done.completeExceptionally(failure);
      }
    }

    @Override
    public void onCompleted() {
      // The service never ends a watch by itself; something in between did.
      onError(Status.UNAVAILABLE.withDescription("the watch was ended").asRuntimeException());
    }
  }
}
