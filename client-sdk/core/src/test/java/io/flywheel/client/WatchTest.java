package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerChange;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class WatchTest {
  private final Viewers service = new Viewers();
  private final LoopbackServer server = new LoopbackServer(service);
  private final FlywheelClient client = server.client().build();
  private final List<WatchViewerResponse> updates = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void aBrokenWatchBeginsAgainWithTheStanding() throws Exception {
    List<FlywheelException> breaks = new CopyOnWriteArrayList<>();
    Watch<WatchViewerResponse> watch = client.watchViewer("v1", updates::add, breaks::add);
    Patience.await(() -> updates.size() == 2);
    server.cut();
    Patience.await(() -> updates.size() == 4);
    service.watchers.get(1).onCompleted();
    Patience.await(() -> updates.size() == 6);
    assertThat(watch.done()).isNotDone();
    assertThat(breaks).hasSizeGreaterThanOrEqualTo(2);
    watch.close();
    watch.done().get(10, TimeUnit.SECONDS);
    assertThat(
            updates.stream().map(WatchViewerResponse::getUpdateCase).collect(Collectors.toList()))
        .containsExactly(
            WatchViewerResponse.UpdateCase.SNAPSHOT,
            WatchViewerResponse.UpdateCase.CHANGE,
            WatchViewerResponse.UpdateCase.SNAPSHOT,
            WatchViewerResponse.UpdateCase.CHANGE,
            WatchViewerResponse.UpdateCase.SNAPSHOT,
            WatchViewerResponse.UpdateCase.CHANGE);
    Patience.await(() -> service.watchers.get(2).isCancelled());
  }

  @Test
  void aRefusalEndsTheWatch() {
    service.refusal =
        LoopbackServer.error(Status.Code.PERMISSION_DENIED, ErrorReason.ERROR_REASON_NOT_ALLOWED);
    try (Watch<WatchViewerResponse> watch = client.watchViewer("v2", updates::add)) {
      ExecutionException failure =
          catchThrowableOfType(
              ExecutionException.class, () -> watch.done().get(10, TimeUnit.SECONDS));
      assertThat(failure)
          .hasCauseInstanceOf(FlywheelException.class)
          .hasMessageContaining("NOT_ALLOWED");
    }
    assertThat(service.watchers).hasSize(1);
  }

  @Test
  void aFailingConsumerEndsTheWatch() {
    try (Watch<WatchViewerResponse> watch =
        client.watchViewer(
            "v1",
            update -> {
              throw new IllegalStateException("screen gone");
            })) {
      ExecutionException failure =
          catchThrowableOfType(
              ExecutionException.class, () -> watch.done().get(10, TimeUnit.SECONDS));
      assertThat(failure).hasMessageContaining("screen gone");
    }
    Patience.await(() -> service.watchers.get(0).isCancelled());
  }

  /** Sends each watcher the standing and one change. */
  private static final class Viewers extends ViewerServiceGrpc.ViewerServiceImplBase {
    private final List<ServerCallStreamObserver<WatchViewerResponse>> watchers =
        new CopyOnWriteArrayList<>();
    private volatile @Nullable RuntimeException refusal;

    @Override
    public void watchViewer(
        WatchViewerRequest request, StreamObserver<WatchViewerResponse> observer) {
      watchers.add((ServerCallStreamObserver<WatchViewerResponse>) observer);
      if (refusal != null) {
        observer.onError(refusal);
        return;
      }
      Viewer standing = Viewer.newBuilder().setViewerId(request.getViewerId()).build();
      observer.onNext(WatchViewerResponse.newBuilder().setSnapshot(standing).build());
      observer.onNext(
          WatchViewerResponse.newBuilder().setChange(ViewerChange.getDefaultInstance()).build());
    }
  }
}
