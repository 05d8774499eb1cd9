package io.flywheel.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a server and its database: passes on what both say, counts round trips, can let
 * the database seem farther away, and can record what the server asks for. Statements must go as
 * text and unencrypted. Thread-safe.
 */
final class SqlRelay implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final InetSocketAddress database;
  private final ServerSocket door;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final LongAdder roundTrips = new LongAdder();
  private final AtomicReference<@Nullable String> problem = new AtomicReference<>();
  private volatile long delayNanos;
  private volatile @Nullable SqlRecording recording;

  /** Opens a port on the loopback interface. */
  SqlRelay(String databaseHost, int databasePort) throws IOException {
    database = new InetSocketAddress(databaseHost, databasePort);
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("relay").start(this::accept);
  }

  /** The port for the server. */
  int port() {
    return door.getLocalPort();
  }

  /**
   * Adds so much to each round trip from now on. The client speaks again when its answer is
   * complete, so that it is enough to hold back each answer's first bytes; what follows them is as
   * fast as ever.
   */
  void delay(Duration perRoundTrip) {
    delayNanos = perRoundTrip.toNanos();
  }

  /** How many requests were answered so far. */
  long roundTrips() {
    return roundTrips.sum();
  }

  /** Records from now on. */
  SqlRecording record() {
    SqlRecording begun = new SqlRecording();
    recording = begun;
    return begun;
  }

  /** Ends the recording. */
  void stopRecording() {
    SqlRecording running = recording;
    recording = null;
    if (running != null) {
      running.end();
    }
  }

  /** Fails if something was said that the relay does not understand. */
  void check() {
    String what = problem.get();
    if (what != null) {
      throw new IllegalStateException("between server and database: " + what);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        connect(door.accept());
      } catch (IOException e) {
        note(e);
      }
    }
  }

  private void connect(Socket client) throws IOException {
    Socket server = new Socket();
    try {
      server.connect(database);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      client.close();
      throw e;
    }
    sockets.add(client);
    sockets.add(server);
    SqlConversation conversation = new SqlConversation(roundTrips);
    start("relay-requests", client, server, new Requests(conversation));
    start("relay-answers", server, client, new Answers(conversation));
  }

  private void start(String name, Socket from, Socket to, Listener listener) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try (from;
              to) {
            pass(from.getInputStream(), to.getOutputStream(), listener);
          } catch (IOException e) {
            // Either end has hung up, and the other is told so.
          } finally {
            sockets.remove(from);
            sockets.remove(to);
          }
        });
  }

  private void pass(InputStream from, OutputStream to, Listener listener) throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    try {
      for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
        listener.hear(bytes, count);
        to.write(bytes, 0, count);
      }
    } catch (RuntimeException e) {
      note(e);
    }
  }

  private void note(Exception e) {
    if (!door.isClosed()) {
      problem.compareAndSet(null, String.valueOf(e.getMessage()));
    }
  }

  /** Hears what is passed on, before it is. */
  private interface Listener {
    void hear(byte[] bytes, int count);
  }

  private final class Requests implements Listener {
    private final SqlConversation conversation;

    Requests(SqlConversation conversation) {
      this.conversation = conversation;
    }

    @Override
    public void hear(byte[] bytes, int count) {
      conversation.sent(bytes, count, recording);
    }
  }

  private final class Answers implements Listener {
    private final SqlConversation conversation;
    private boolean isFirst = true;

    Answers(SqlConversation conversation) {
      this.conversation = conversation;
    }

    @Override
    public void hear(byte[] bytes, int count) {
      if (isFirst) {
        holdBack(delayNanos);
      }
      isFirst = conversation.received(bytes, count);
    }
  }

  private static void holdBack(long nanos) {
    long due = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
