package io.flywheel.conformance;

import io.flywheel.client.FlywheelClient;

final class StraightConformanceTest extends ConformanceTest {
  @Override
  FlywheelClient.Builder to(Service service) {
    return FlywheelClient.builder().target("127.0.0.1:" + service.port()).plaintext();
  }
}
