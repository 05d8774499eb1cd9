package io.flywheel.promises;

import io.flywheel.testing.TestServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Two servers on one schema, and for each test a merchant of its own that talks to both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TwoServers {
  private static final AtomicInteger MERCHANTS = new AtomicInteger();

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
  void connect() {
    merchant = "merchant-" + MERCHANTS.incrementAndGet();
    ways = List.of(new LivePlatform(server, merchant), new LivePlatform(second, merchant));
  }
}
