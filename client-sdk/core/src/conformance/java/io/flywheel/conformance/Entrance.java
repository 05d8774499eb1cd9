package io.flywheel.conformance;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A door to the service that reads HTTP/2 as it goes by: it can hold the next answer back and have
 * something done in its place, which is the moment between commit and answer. Thread-safe.
 */
final class Entrance implements AutoCloseable {
  private static final int FRAME_HEADER_BYTES = 9;
  private static final int DATA = 0x0;
  private static final int HEADERS = 0x1;

  private final ServerSocket socket;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Runnable> insteadOfAnswer = new AtomicReference<>();
  private volatile int servicePort;

  Entrance() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  void leadTo(int port) {
    servicePort = port;
  }

  /**
   * The next answer does not get through: this is done in its place, then the connection is cut. An
   * answer is there only once its effect is committed.
   */
  void insteadOfTheNextAnswer(Runnable done) {
    insteadOfAnswer.set(done);
  }

  /** Cuts every connection, as a pulled cable does. */
  void cut() {
    for (Socket connection : connections) {
      closeQuietly(connection);
    }
    connections.clear();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    cut();
  }

  private void accept() {
    try {
      while (true) {
        Socket outside = socket.accept();
        connections.add(outside);
        daemon(() -> serve(outside));
      }
    } catch (IOException closed) {
      cut();
    }
  }

  private void serve(Socket outside) {
    try {
      Socket inside = new Socket(InetAddress.getLoopbackAddress(), servicePort);
      connections.add(inside);
      daemon(() -> copyRequests(outside, inside));
      copyAnswers(inside, outside);
    } catch (IOException nobodyThere) {
      closeQuietly(outside);
    }
  }

  private static void copyRequests(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException broken) {
      // Both ends are closed below.
    }
    closeQuietly(from);
    closeQuietly(to);
  }

  private void copyAnswers(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      DataInputStream frames = new DataInputStream(in);
      byte[] header = new byte[FRAME_HEADER_BYTES];
      while (true) {
        frames.readFully(header);
        byte[] payload = new byte[length(header)];
        frames.readFully(payload);
        if (isAnswer(header)) {
          Runnable instead = insteadOfAnswer.getAndSet(null);
          if (instead != null) {
            instead.run();
            throw new EOFException("the answer is lost");
          }
        }
        out.write(header);
        out.write(payload);
        out.flush();
      }
    } catch (IOException broken) {
      // Both ends are closed below.
    }
    closeQuietly(from);
    closeQuietly(to);
  }

  private static int length(byte[] header) {
    return (header[0] & 0xFF) << 16 | (header[1] & 0xFF) << 8 | (header[2] & 0xFF);
  }

  private static boolean isAnswer(byte[] header) {
    return header[3] == DATA || header[3] == HEADERS;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (SocketException alreadyBroken) {
      // That is as good.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "entrance");
    thread.setDaemon(true);
    thread.start();
  }
}
