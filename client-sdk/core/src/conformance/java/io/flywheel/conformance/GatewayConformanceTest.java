package io.flywheel.conformance;

import io.flywheel.client.FlywheelClient;
import io.grpc.TlsChannelCredentials;

/** Through Envoy, with TLS. */
final class GatewayConformanceTest extends ConformanceTest {
  @Override
  FlywheelClient.Builder to(Service service) throws Exception {
    Gateway gateway = Gateway.shared(service.port());
    return FlywheelClient.builder()
        .target("localhost:" + gateway.port())
        .channelCredentials(
            TlsChannelCredentials.newBuilder().trustManager(gateway.certificate()).build());
  }
}
