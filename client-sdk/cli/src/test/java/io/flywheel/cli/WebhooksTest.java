package io.flywheel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.DeleteWebhookEndpointRequest;
import io.flywheel.v1.DeleteWebhookEndpointResponse;
import io.flywheel.v1.GetWebhookSecretsRequest;
import io.flywheel.v1.GetWebhookSecretsResponse;
import io.flywheel.v1.SaveWebhookEndpointRequest;
import io.flywheel.v1.SaveWebhookEndpointResponse;
import io.flywheel.v1.WebhookSecret;
import io.flywheel.v1.WebhookServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Listening to webhooks, against a service that sends two of them. */
final class WebhooksTest {
  private static final byte[] KEY =
      "a key of thirty-two bytes, really".getBytes(StandardCharsets.UTF_8);

  /** Sends what was signed with another key, and then what was signed with the right one. */
  private static final class Sender extends WebhookServiceGrpc.WebhookServiceImplBase {
    final List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
    final List<String> deleted = Collections.synchronizedList(new ArrayList<>());
    private volatile String url = "";

    @Override
    public void saveWebhookEndpoint(
        SaveWebhookEndpointRequest request, StreamObserver<SaveWebhookEndpointResponse> observer) {
      url = request.getUrl();
      observer.onNext(SaveWebhookEndpointResponse.getDefaultInstance());
      observer.onCompleted();
    }

    @Override
    public void getWebhookSecrets(
        GetWebhookSecretsRequest request, StreamObserver<GetWebhookSecretsResponse> observer) {
      observer.onNext(
          GetWebhookSecretsResponse.newBuilder()
              .addSecrets(
                  WebhookSecret.newBuilder()
                      .setSecret("whsec_" + Base64.getEncoder().encodeToString(KEY)))
              .build());
      observer.onCompleted();
      new Thread(this::sendBoth).start();
    }

    @Override
    public void deleteWebhookEndpoint(
        DeleteWebhookEndpointRequest request,
        StreamObserver<DeleteWebhookEndpointResponse> observer) {
      deleted.add(request.getEndpointId());
      observer.onNext(DeleteWebhookEndpointResponse.getDefaultInstance());
      observer.onCompleted();
    }

    private void sendBoth() {
      try {
        answers.add(send("forged".getBytes(StandardCharsets.UTF_8), "{\"forged\":1}"));
        // The command knows the secrets soon after it was told of them; the service tries again.
        int answer = 0;
        for (int i = 0; i < 1_000 && answer != 204; i++) {
          answer = send(KEY, "{\"type\":\"grant.issued\"}");
        }
        answers.add(answer);
      } catch (IOException | InterruptedException | GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private int send(byte[] key, String body)
        throws IOException, InterruptedException, GeneralSecurityException {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      String signature =
          Base64.getEncoder()
              .encodeToString(
                  mac.doFinal(("id-1.1700000000." + body).getBytes(StandardCharsets.UTF_8)));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .header("webhook-id", "id-1")
              .header("webhook-timestamp", "1700000000")
              .header("webhook-signature", "v1,c29tZSBmb3JtZXIga2V5 v1," + signature)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      return HttpClient.newHttpClient()
          .send(request, HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void whatIsSignedRightIsPrintedAndTakenAndTheEndpointIsDeletedAtTheEnd() {
    Sender sender = new Sender();
    try (TestService service = new TestService(sender)) {
      Cli cli = Cli.run(service, "webhooks", "listen", "--endpoint", "mine", "--messages", "1");
      assertThat(cli.exitCode).as(cli.toString()).isZero();
      assertThat(cli.out).isEqualTo("{\"type\":\"grant.issued\"}\n");
      assertThat(cli.err)
          .contains("listening at http://127.0.0.1:")
          .contains("refused, for its signature is wrong: {\"forged\":1}");
      assertThat(sender.answers).startsWith(401);
      assertThat(sender.deleted).containsExactly("mine");
    }
  }
}
