package io.flywheel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many connections of the edge one address can hold. */
class ConnectionBoundsTest {
  private static final int MAX_CONNECTIONS = 8;
  private static final long PATIENCE_SECONDS = 60;

  @Test
  void oneAddressLeavesConnectionsForTheOthers() throws Exception {
    Deque<Socket> greedy = new ArrayDeque<>();
    try (TestServer server =
        TestServer.builder().setting("http.max-connections", MAX_CONNECTIONS).start()) {
      try {
        for (int i = 0; i < MAX_CONNECTIONS / 2; i++) {
          greedy.add(connect(server, "127.0.0.2"));
          assertThat(isServed(greedy.getLast())).as("connection %d", i).isTrue();
        }
        try (Socket tooMany = connect(server, "127.0.0.2");
            Socket neighbour = connect(server, "127.0.0.3")) {
          assertThat(isServed(tooMany)).isFalse();
          assertThat(isServed(neighbour)).isTrue();
          assertThat(isServed(greedy.getFirst())).as("what was open before").isTrue();
        }
        greedy.removeFirst().close();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        boolean served = false;
        while (!served) {
          assertThat(System.nanoTime()).as("one that closed makes room").isLessThan(end);
          try (Socket next = connect(server, "127.0.0.2")) {
            served = isServed(next);
          }
        }
      } finally {
        for (Socket socket : greedy) {
          socket.close();
        }
      }
    }
  }

  private static Socket connect(TestServer server, String from) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.httpPort()));
    return socket;
  }

  /** Whether a call on a connection is answered, rather than the connection closed. */
  private static boolean isServed(Socket socket) {
    try {
      socket
          .getOutputStream()
          .write("HEAD /healthz HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String head = "";
      while (!head.endsWith("\r\n\r\n")) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          return false;
        }
        head += (char) next;
      }
      return head.startsWith("HTTP/1.1 200");
    } catch (IOException e) {
      return false; // it was reset
    }
  }
}
