package io.flywheel.promises;

import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Streams all of its events each time it begins, and sees that what was acknowledged before is
 * known.
 */
final class Sender {
  private static final int CALL_SIZE = 200;

  private final String merchantId;
  private final List<Event> events;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private CompletableFuture<Boolean> end = new CompletableFuture<>();

  Sender(String merchantId, List<Event> events) {
    this.merchantId = merchantId;
    this.events = events;
  }

  /** How many of the first events the server has said are stored. */
  int acknowledged() {
    return acknowledged.get();
  }

  boolean hasEnded() {
    return end.isDone();
  }

  void awaitEnd() {
    var unused = end.orTimeout(60, TimeUnit.SECONDS).join();
  }

  void begin(int port) {
    ManagedChannel channel = ChildServer.channel(port, merchantId);
    end = new CompletableFuture<>();
    var unused = end.whenComplete((well, failure) -> channel.shutdownNow());
    EventServiceGrpc.newStub(channel).streamEvents(new Call(acknowledged.get()));
  }

  private final class Call
      implements ClientResponseObserver<StreamEventsRequest, StreamEventsResponse> {
    private final int known;
    private int sent;
    private int answered;

    Call(int known) {
      this.known = known;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<StreamEventsRequest> requests) {
      requests.setOnReadyHandler(() -> {
        while (requests.isReady() && sent < events.size()) {
          requests.onNext(request(sent));
          sent += CALL_SIZE;
          if (sent >= events.size()) {
            requests.onCompleted();
          }
        }
      });
    }

    @Override
    public void onNext(StreamEventsResponse response) {
      int size = response.getAccepted() + response.getDuplicates();
      boolean lost = answered < known && response.getDuplicates() < size;
      if (lost || response.getRejected() > 0) {
        end.completeExceptionally(
            new AssertionError(
                "%d of %d, acknowledged before: %d; now: %s"
                    .formatted(answered, events.size(), known, response)));
      }
      answered += size;
      acknowledged.accumulateAndGet(answered, Math::max);
    }

    @Override
    public void onError(Throwable killed) {
      end.complete(false);
    }

    @Override
    public void onCompleted() {
      end.complete(true);
    }

    private StreamEventsRequest request(int from) {
      return StreamEventsRequest.newBuilder()
          .addAllEvents(events.subList(from, Math.min(from + CALL_SIZE, events.size())))
          .setBackfill(true)
          .setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY)
          .build();
    }
  }
}
