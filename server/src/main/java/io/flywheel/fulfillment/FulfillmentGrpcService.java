package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Engine;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalReader;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Validation;
import io.flywheel.platform.grpc.WatchPlaces;
import io.flywheel.v1.AckGrantsRequest;
import io.flywheel.v1.AckGrantsResponse;
import io.flywheel.v1.DeleteGrantConsumerRequest;
import io.flywheel.v1.DeleteGrantConsumerResponse;
import io.flywheel.v1.FulfillmentServiceGrpc;
import io.flywheel.v1.GetPrivilegeRequest;
import io.flywheel.v1.GetPrivilegeResponse;
import io.flywheel.v1.GrantUpdate;
import io.flywheel.v1.GrantUpdateResult;
import io.flywheel.v1.ListGrantConsumersRequest;
import io.flywheel.v1.ListGrantConsumersResponse;
import io.flywheel.v1.UpdateGrantsRequest;
import io.flywheel.v1.UpdateGrantsResponse;
import io.flywheel.v1.WatchGrantsRequest;
import io.flywheel.v1.WatchGrantsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** FulfillmentService. Thread-safe. */
final class FulfillmentGrpcService extends FulfillmentServiceGrpc.FulfillmentServiceImplBase {
  private final Engine engine;
  private final JournalReader journal;
  private final PrivilegeSlice privileges;
  private final Consumers consumers;
  private final Arrivals arrivals;
  private final WatchPlaces places;

  @Inject
  FulfillmentGrpcService(
      Engine engine,
      JournalReader journal,
      PrivilegeSlice privileges,
      Consumers consumers,
      Arrivals arrivals,
      FulfillmentConfig config) {
    this.engine = engine;
    this.journal = journal;
    this.privileges = privileges;
    this.consumers = consumers;
    this.arrivals = arrivals;
    this.places = new WatchPlaces("watch-grants", config.maxWatchers());
  }

  @Override
  public void watchGrants(
      WatchGrantsRequest request, StreamObserver<WatchGrantsResponse> observer) {
    String merchantId = merchant();
    JournalCursor from =
        consumers.begin(
            merchantId, request.getConsumerId(), startAt(request), request.getRestart());
    places.take(merchantId);
    ServerCallStreamObserver<WatchGrantsResponse> stream =
        (ServerCallStreamObserver<WatchGrantsResponse>) observer;
    GrantStream grants = new GrantStream(journal, Set.copyOf(request.getKindsList()), stream);
    stream.setOnReadyHandler(grants::wake);
    stream.setOnCancelHandler(grants::end);
    places.serve(
        merchantId,
        () -> {
          try (Arrivals.Waiting waiting = arrivals.of(merchantId)) {
            grants.run(from, waiting);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Override
  public void ackGrants(AckGrantsRequest request, StreamObserver<AckGrantsResponse> observer) {
    String merchantId = merchant();
    AckGrantsResponse.Builder response = AckGrantsResponse.newBuilder();
    request.getUpdatesList().forEach(update -> response.addResults(update(merchantId, update)));
    if (response.getResultsList().stream().allMatch(GrantUpdateResult::hasDelivery)) {
      consumers.acknowledge(merchantId, request.getConsumerId(), request.getCursor());
      response.setAcknowledged(true);
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void updateGrants(
      UpdateGrantsRequest request, StreamObserver<UpdateGrantsResponse> observer) {
    String merchantId = merchant();
    UpdateGrantsResponse.Builder response = UpdateGrantsResponse.newBuilder();
    request.getUpdatesList().forEach(update -> response.addResults(update(merchantId, update)));
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void getPrivilege(
      GetPrivilegeRequest request, StreamObserver<GetPrivilegeResponse> observer) {
    observer.onNext(
        engine.read(
            new ViewerKey(merchant(), request.getViewerId()),
            view -> privileges(view.get(privileges), request.getPrivilegeId(), view.at())));
    observer.onCompleted();
  }

  @Override
  public void listGrantConsumers(
      ListGrantConsumersRequest request, StreamObserver<ListGrantConsumersResponse> observer) {
    observer.onNext(
        ListGrantConsumersResponse.newBuilder().addAllConsumers(consumers.all(merchant())).build());
    observer.onCompleted();
  }

  @Override
  public void deleteGrantConsumer(
      DeleteGrantConsumerRequest request, StreamObserver<DeleteGrantConsumerResponse> observer) {
    consumers.forget(merchant(), request.getConsumerId());
    observer.onNext(DeleteGrantConsumerResponse.getDefaultInstance());
    observer.onCompleted();
  }

  private GrantUpdateResult update(String merchantId, GrantUpdate update) {
    try {
      return engine.call(
          new ViewerKey(merchantId, update.getViewerId()),
          "",
          "",
          update.getRequestId(),
          update,
          new DeliveryReactor.Move(
              update.getGrantNumber(), update.getState(), update.getReference()),
          GrantUpdateResult.getDefaultInstance());
    } catch (ServiceException e) {
      if (e.isPassing()) {
        throw e; // repeating the whole call is safe: what took effect answers the same again
      }
      return GrantUpdateResult.newBuilder()
          .setErrorReason(ErrorTable.nameOf(e.reason()))
          .setErrorMessage(String.valueOf(e.getMessage()))
          .build();
    }
  }

  private static GetPrivilegeResponse privileges(Privileges all, String privilegeId, Instant at) {
    GetPrivilegeResponse.Builder answer = GetPrivilegeResponse.newBuilder();
    all.endOf(privilegeId, at.toEpochMilli())
        .ifPresent(endMillis -> {
          answer.setHeld(true);
          if (endMillis < Long.MAX_VALUE) {
            answer.setEndsAt(Timestamps.fromMillis(endMillis));
          }
        });
    return answer.build();
  }

  private static String merchant() {
    return Caller.current().require(Role.MERCHANT, Role.PLATFORM).merchantId();
  }

  private static @Nullable Instant startAt(WatchGrantsRequest request) {
    return request.hasStartAt()
        ? Instant.ofEpochMilli(Validation.millis("start_at", request.getStartAt()))
        : null;
  }
}
