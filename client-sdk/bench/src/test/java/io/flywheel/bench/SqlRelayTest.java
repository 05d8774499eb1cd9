package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SqlRelayTest {
  private static final byte[] LOGIN = Wire.login(1 << 24);
  private static final byte[] OK = Wire.ok(Wire.AUTOCOMMIT);

  private ServerSocket database;
  private SqlRelay relay;
  private Socket client;
  private Socket served;

  @BeforeEach
  void connect() throws IOException {
    database = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    relay = new SqlRelay("127.0.0.1", database.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
    served = database.accept();
    pass(served, client, Wire.greeting());
    pass(client, served, LOGIN);
    pass(served, client, OK);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    served.close();
    relay.close();
    database.close();
  }

  @Test
  void whatBothSayIsPassedOnAndCounted() throws IOException {
    for (int i = 0; i < 3; i++) {
      ask();
    }

    assertThat(relay.roundTrips()).isEqualTo(3);
    relay.check();
  }

  @Test
  void aDelayIsAddedToEachRoundTripOnce() throws IOException {
    relay.delay(Duration.ofMillis(20));
    byte[] answer =
        Wire.all(Wire.columns(1), Wire.packet(new byte[1 << 22]), Wire.endLikeOk(Wire.AUTOCOMMIT));
    long start = System.nanoTime();
    pass(client, served, Wire.query("SELECT much"));
    Thread.ofVirtual().start(() -> say(served, answer));
    assertThat(hear(client, answer.length)).isEqualTo(answer);
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    // The answer comes in at least 64 pieces.
    assertThat(took).isBetween(Duration.ofMillis(20), Duration.ofMillis(64 * 20));
  }

  @Test
  void aRecordingHasTheVeryBytes() throws IOException {
    ask();
    SqlRecording recording = relay.record();
    byte[] request = Wire.query("UPDATE points SET " + "x".repeat(200_000));
    pass(client, served, request);
    pass(served, client, OK);
    relay.stopRecording();
    ask();

    assertThat(recording.requests()).isEqualTo(1);
    assertThat(recording.bytes()).isEqualTo(request.length);
    assertThat(recording.scripts().getFirst().exchanges().getFirst().bytes()).isEqualTo(request);
  }

  @Test
  void whatItDoesNotUnderstandIsTold() throws IOException {
    say(client, Wire.packet(Wire.bytes(22, '?')));

    assertThat(served.getInputStream().read()).isEqualTo(-1);
    assertThatThrownBy(relay::check)
        .hasMessage("between server and database: command 22 (expected: statements as text)");
  }

  private void ask() throws IOException {
    pass(client, served, Wire.query("DO 0"));
    pass(served, client, OK);
  }

  private static void pass(Socket from, Socket to, byte[] bytes) throws IOException {
    say(from, bytes);
    assertThat(hear(to, bytes.length)).isEqualTo(bytes);
  }

  private static void say(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] hear(Socket socket, int count) throws IOException {
    byte[] bytes = new byte[count];
    new DataInputStream(socket.getInputStream()).readFully(bytes);
    return bytes;
  }
}
