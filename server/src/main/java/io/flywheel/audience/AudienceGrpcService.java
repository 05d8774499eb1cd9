package io.flywheel.audience;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.v1.AudienceServiceGrpc;
import io.flywheel.v1.ManualTagChange;
import io.flywheel.v1.SetManualTagsRequest;
import io.flywheel.v1.SetManualTagsResponse;
import io.grpc.stub.StreamObserver;

/** AudienceService. Thread-safe. */
final class AudienceGrpcService extends AudienceServiceGrpc.AudienceServiceImplBase {
  private final Engine engine;

  @Inject
  AudienceGrpcService(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void setManualTags(
      SetManualTagsRequest request, StreamObserver<SetManualTagsResponse> observer) {
    Caller caller = staff();
    ManualTagChange change =
        ManualTagChange.newBuilder()
            .addAllAdd(request.getAddList())
            .addAllRemove(request.getRemoveList())
            .setBy(caller.subject())
            .setWhy(request.getWhy())
            .build();
    observer.onNext(
        engine.call(
            new ViewerKey(caller.merchantId(), request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            change,
            SetManualTagsResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  private static Caller staff() {
    return Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
  }
}
