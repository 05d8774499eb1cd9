package io.flywheel.operations;

import com.google.inject.Inject;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ParkedFollowUps;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.v1.ListParkedFollowUpsRequest;
import io.flywheel.v1.ListParkedFollowUpsResponse;
import io.flywheel.v1.OperationsServiceGrpc;
import io.flywheel.v1.ParkedFollowUp;
import io.flywheel.v1.RetryParkedFollowUpsRequest;
import io.flywheel.v1.RetryParkedFollowUpsResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Serves OperationsService. Thread-safe. */
final class OperationsGrpcService extends OperationsServiceGrpc.OperationsServiceImplBase {
  private static final int DEFAULT_PAGE_SIZE = 20;

  private final ParkedFollowUps parked;

  @Inject
  OperationsGrpcService(ParkedFollowUps parked) {
    this.parked = parked;
  }

  @Override
  public void listParkedFollowUps(
      ListParkedFollowUpsRequest request, StreamObserver<ListParkedFollowUpsResponse> observer) {
    Caller caller = Caller.current().require(Role.PLATFORM);
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    PageTokens tokens = new PageTokens("parked follow-ups", caller.merchantId());
    List<String> after = tokens.read(request.getPageToken());
    List<ParkedFollowUp> found =
        parked.list(caller.merchantId(), after.isEmpty() ? "" : after.get(0), size + 1);
    List<ParkedFollowUp> page = found.subList(0, Math.min(size, found.size()));
    ListParkedFollowUpsResponse.Builder response =
        ListParkedFollowUpsResponse.newBuilder().addAllFollowUps(page);
    if (found.size() > size) {
      response.setNextPageToken(tokens.after(page.getLast().getId()));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void retryParkedFollowUps(
      RetryParkedFollowUpsRequest request, StreamObserver<RetryParkedFollowUpsResponse> observer) {
    Caller caller = Caller.current().require(Role.PLATFORM);
    observer.onNext(
        RetryParkedFollowUpsResponse.newBuilder()
            .setRetried(parked.retry(caller.merchantId(), request.getIdsList()))
            .build());
    observer.onCompleted();
  }
}
