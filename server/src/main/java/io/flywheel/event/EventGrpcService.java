package io.flywheel.event;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Takes what the platform's services report. Thread-safe. */
final class EventGrpcService extends EventServiceGrpc.EventServiceImplBase {
  private final Engine engine;
  private final EventRules rules;

  @Inject
  EventGrpcService(Engine engine, EventRules rules) {
    this.engine = engine;
    this.rules = rules;
  }

  @Override
  public void ingestEvents(
      IngestEventsRequest request, StreamObserver<IngestEventsResponse> observer) {
    EventBatch batch =
        EventBatch.check(
            merchantId(),
            request.getEventsList(),
            request.getDetail(),
            request.getBackfill(),
            rules);
    observer.onNext(batch.answer(engine.submit(batch.actions())));
    observer.onCompleted();
  }

  @Override
  public StreamObserver<StreamEventsRequest> streamEvents(
      StreamObserver<StreamEventsResponse> observer) {
    EventStream stream =
        new EventStream(
            merchantId(), engine, rules, (ServerCallStreamObserver<StreamEventsResponse>) observer);
    stream.start();
    return stream;
  }

  private static String merchantId() {
    return Caller.current().require(Role.PLATFORM).merchantId();
  }
}
