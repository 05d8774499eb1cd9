package io.flywheel.promises;

import io.flywheel.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** Two servers on one schema, and for each test a merchant of its own that talks to both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TwoServers {
  private final TestServer.Builder builder;
  TestServer server;
  TestServer second;
  String merchant = "";

  /** The merchant's connection to the first server, and that to the second. */
  List<LivePlatform> ways = List.of();

  /** What is special about both servers. */
  TwoServers(TestServer.Builder builder) {
    this.builder = builder;
  }

  @BeforeAll
  void startBoth() throws Exception {
    server = builder.start();
    second = server.another();
  }

  @AfterAll
  void stopBoth() {
    second.close();
    server.close();
  }

  @BeforeEach
  void connect(TestInfo test) {
    // A method with parameters is several tests, which have names of different lengths.
    merchant = test.getTestMethod().orElseThrow().getName() + test.getDisplayName().length();
    ways = List.of(new LivePlatform(server, merchant), new LivePlatform(second, merchant));
  }
}
