package io.flywheel.platform.http;

import io.flywheel.testing.TestDatabase;
import io.flywheel.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line to the tests' database that can be cut and mended. Thread-safe. */
final class DatabaseLine implements AutoCloseable {
  private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  DatabaseLine() throws IOException {
    Thread.ofVirtual().name("database-line").start(this::accept);
  }

  /** A server whose connections to the database all go through this line. */
  TestServer server() throws Exception {
    String schema = TestDatabase.freshSchema();
    String direct = TestDatabase.shared().url(schema);
    String here =
        direct.replaceFirst("//[^/]+/", "//127.0.0.1:%d/".formatted(entrance.getLocalPort()));
    return TestServer.builder()
        .setting("database.url", here)
        .setting("database.connection-timeout", "1s")
        .setting("grpc.health-interval", "100ms")
        .start();
  }

  void cut() throws IOException {
    cut = true;
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  void mend() {
    cut = false;
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    cut();
  }

  private void accept() {
    URI target = URI.create(TestDatabase.shared().url("").substring("jdbc:".length()));
    try {
      while (true) {
        Socket client = entrance.accept();
        sockets.add(client);
        if (cut) {
          client.close();
          continue;
        }
        Socket database = new Socket(target.getHost(), target.getPort());
        sockets.add(database);
        pass(client, database);
        pass(database, client);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private static void pass(Socket from, Socket to) {
    Thread.ofVirtual()
        .start(() -> {
          try (from;
              to) {
            from.getInputStream().transferTo(to.getOutputStream());
          } catch (IOException e) {
            // Cut.
          }
        });
  }
}
