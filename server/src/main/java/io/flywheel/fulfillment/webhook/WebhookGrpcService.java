package io.flywheel.fulfillment.webhook;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import io.flywheel.engine.PageTokens;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Validation;
import io.flywheel.v1.DeleteWebhookEndpointRequest;
import io.flywheel.v1.DeleteWebhookEndpointResponse;
import io.flywheel.v1.DropWebhookMessagesRequest;
import io.flywheel.v1.DropWebhookMessagesResponse;
import io.flywheel.v1.GetWebhookSecretsRequest;
import io.flywheel.v1.GetWebhookSecretsResponse;
import io.flywheel.v1.ListWebhookEndpointsRequest;
import io.flywheel.v1.ListWebhookEndpointsResponse;
import io.flywheel.v1.ListWebhookMessagesRequest;
import io.flywheel.v1.ListWebhookMessagesResponse;
import io.flywheel.v1.ResendWebhookMessagesRequest;
import io.flywheel.v1.ResendWebhookMessagesResponse;
import io.flywheel.v1.RotateWebhookSecretRequest;
import io.flywheel.v1.RotateWebhookSecretResponse;
import io.flywheel.v1.SaveWebhookEndpointRequest;
import io.flywheel.v1.SaveWebhookEndpointResponse;
import io.flywheel.v1.WebhookMessageRange;
import io.flywheel.v1.WebhookServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** WebhookService. Thread-safe. */
final class WebhookGrpcService extends WebhookServiceGrpc.WebhookServiceImplBase {
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int RESENT_AT_A_TIME = 1_000;
  private static final Duration KEEP_FORMER = Duration.ofHours(24);

  private final Endpoints endpoints;
  private final MessageDao messages;
  private final Clock clock;

  @Inject
  WebhookGrpcService(Endpoints endpoints, MessageDao messages, Clock clock) {
    this.endpoints = endpoints;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public void saveWebhookEndpoint(
      SaveWebhookEndpointRequest request, StreamObserver<SaveWebhookEndpointResponse> observer) {
    EndpointKey key = key(request.getEndpointId());
    observer.onNext(
        SaveWebhookEndpointResponse.newBuilder().setEndpoint(endpoints.save(key, request)).build());
    observer.onCompleted();
  }

  @Override
  public void listWebhookEndpoints(
      ListWebhookEndpointsRequest request, StreamObserver<ListWebhookEndpointsResponse> observer) {
    observer.onNext(
        ListWebhookEndpointsResponse.newBuilder()
            .addAllEndpoints(endpoints.all(merchant()))
            .build());
    observer.onCompleted();
  }

  @Override
  public void deleteWebhookEndpoint(
      DeleteWebhookEndpointRequest request,
      StreamObserver<DeleteWebhookEndpointResponse> observer) {
    endpoints.delete(key(request.getEndpointId()));
    observer.onNext(DeleteWebhookEndpointResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void getWebhookSecrets(
      GetWebhookSecretsRequest request, StreamObserver<GetWebhookSecretsResponse> observer) {
    observer.onNext(
        GetWebhookSecretsResponse.newBuilder()
            .addAllSecrets(endpoints.secrets(key(request.getEndpointId())))
            .build());
    observer.onCompleted();
  }

  @Override
  public void rotateWebhookSecret(
      RotateWebhookSecretRequest request, StreamObserver<RotateWebhookSecretResponse> observer) {
    Duration keepFormer =
        request.hasKeepFormer()
            ? Duration.ofMillis(Durations.toMillis(request.getKeepFormer()))
            : KEEP_FORMER;
    observer.onNext(
        RotateWebhookSecretResponse.newBuilder()
            .addAllSecrets(
                endpoints.rotate(key(request.getEndpointId()), request.getRequestId(), keepFormer))
            .build());
    observer.onCompleted();
  }

  @Override
  public void listWebhookMessages(
      ListWebhookMessagesRequest request, StreamObserver<ListWebhookMessagesResponse> observer) {
    EndpointKey key = key(request.getEndpointId());
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    PageTokens tokens =
        new PageTokens(
            "webhook messages", key.merchantId(), key.endpointId(), request.getState().name());
    long before = tokens.readNumber(request.getPageToken());
    List<MessageDao.Listed> found =
        endpoints.read(
            key, (handle, row) -> messages.list(handle, key, request.getState(), before, size + 1));
    List<MessageDao.Listed> page = found.subList(0, Math.min(size, found.size()));
    ListWebhookMessagesResponse.Builder response = ListWebhookMessagesResponse.newBuilder();
    page.forEach(listed -> response.addMessages(listed.message()));
    if (found.size() > size) {
      response.setNextPageToken(tokens.before(page.getLast().number()));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void resendWebhookMessages(
      ResendWebhookMessagesRequest request,
      StreamObserver<ResendWebhookMessagesResponse> observer) {
    EndpointKey key = key(request.getEndpointId());
    if (request.getMessageIdsList().isEmpty() == !request.hasRange()) {
      throw ServiceException.invalidField(
          "message_ids", "with range, or both missing (expected: either message_ids or range)");
    }
    int resent =
        endpoints.change(
            key,
            (handle, row) -> {
              if (!request.hasRange()) {
                return messages.resend(handle, key, request.getMessageIdsList(), clock.millis());
              }
              WebhookMessageRange range = request.getRange();
              return messages.resend(
                  handle,
                  key,
                  range.getState(),
                  Validation.millis("range.from", range.getFrom()),
                  Validation.millis("range.until", range.getUntil()),
                  clock.millis(),
                  RESENT_AT_A_TIME);
            });
    observer.onNext(ResendWebhookMessagesResponse.newBuilder().setResent(resent).build());
    observer.onCompleted();
  }

  @Override
  public void dropWebhookMessages(
      DropWebhookMessagesRequest request, StreamObserver<DropWebhookMessagesResponse> observer) {
    EndpointKey key = key(request.getEndpointId());
    int dropped =
        endpoints.change(
            key,
            (handle, row) ->
                messages.drop(handle, key, request.getMessageIdsList(), clock.millis()));
    observer.onNext(DropWebhookMessagesResponse.newBuilder().setDropped(dropped).build());
    observer.onCompleted();
  }

  private static EndpointKey key(String endpointId) {
    return new EndpointKey(merchant(), endpointId);
  }

  private static String merchant() {
    return Caller.current().require(Role.MERCHANT, Role.PLATFORM).merchantId();
  }
}
