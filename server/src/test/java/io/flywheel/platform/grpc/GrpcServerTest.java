package io.flywheel.platform.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.TestServer;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import org.junit.jupiter.api.Test;

class GrpcServerTest {
  @Test
  void healthNeedsNoCredentialsAndSaysServingWhileTheDatabaseAnswers() throws Exception {
    try (TestServer server = TestServer.start()) {
      HealthCheckResponse health =
          HealthGrpc.newBlockingStub(server.channelWith(new Metadata()))
              .check(HealthCheckRequest.getDefaultInstance());
      assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }
  }
}
