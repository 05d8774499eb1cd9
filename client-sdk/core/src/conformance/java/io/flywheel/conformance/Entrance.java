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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A door to the service that reads HTTP/2 as it goes by: it can lose the answer to a request and
 * have something done in its place, which is the moment between commit and answer. Thread-safe.
 */
final class Entrance implements AutoCloseable {
  private static final int PREFACE_BYTES = 24;
  private static final int FRAME_HEADER_BYTES = 9;
  private static final int DATA = 0x0;
  private static final int HEADERS = 0x1;

  private final ServerSocket socket;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Loss> loss = new AtomicReference<>();
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
   * The answer to the next request with these bytes in it does not get through: this is done in its
   * place, then the connection is cut. An answer is there only once its effect is committed.
   */
  void insteadOfTheAnswerTo(byte[] request, Runnable done) {
    loss.set(new Loss(request, done));
  }

  /** Cuts every connection, as a pulled cable does. */
  void cut() {
    List<Socket> cut = List.copyOf(connections);
    for (Socket connection : cut) {
      closeQuietly(connection);
    }
    // Whoever was cut may have come back by now: what was opened since stands.
    connections.removeAll(cut);
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
      Set<Integer> marked = ConcurrentHashMap.newKeySet();
      daemon(() -> copyRequests(outside, inside, marked));
      copyAnswers(inside, outside, marked);
    } catch (IOException nobodyThere) {
      closeQuietly(outside);
    }
  }

  private void copyRequests(Socket from, Socket to, Set<Integer> marked) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      DataInputStream frames = new DataInputStream(in);
      byte[] preface = new byte[PREFACE_BYTES];
      frames.readFully(preface);
      out.write(preface);
      copyFrames(
          frames,
          out,
          (header, payload) -> {
            Loss wanted = loss.get();
            if (wanted != null && header[3] == DATA && contains(payload, wanted.request)) {
              marked.add(stream(header));
            }
          });
    } catch (IOException broken) {
      // Both ends are closed below.
    }
    closeQuietly(from);
    closeQuietly(to);
  }

  private void copyAnswers(Socket from, Socket to, Set<Integer> marked) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      copyFrames(
          new DataInputStream(in),
          out,
          (header, payload) -> {
            if (isAnswer(header) && marked.contains(stream(header))) {
              Loss due = loss.getAndSet(null);
              if (due != null) {
                due.instead.run();
                throw new EOFException("the answer is lost");
              }
            }
          });
    } catch (IOException broken) {
      // Both ends are closed below.
    }
    closeQuietly(from);
    closeQuietly(to);
  }

  private static void copyFrames(DataInputStream in, OutputStream out, Look look)
      throws IOException {
    byte[] header = new byte[FRAME_HEADER_BYTES];
    while (true) {
      in.readFully(header);
      byte[] payload = new byte[length(header)];
      in.readFully(payload);
      look.at(header, payload);
      out.write(header);
      out.write(payload);
      out.flush();
    }
  }

  private static int length(byte[] header) {
    return (header[0] & 0xFF) << 16 | (header[1] & 0xFF) << 8 | (header[2] & 0xFF);
  }

  private static int stream(byte[] header) {
    return (header[5] & 0x7F) << 24
        | (header[6] & 0xFF) << 16
        | (header[7] & 0xFF) << 8
        | (header[8] & 0xFF);
  }

  private static boolean contains(byte[] payload, byte[] wanted) {
    String text = new String(payload, StandardCharsets.ISO_8859_1);
    return text.contains(new String(wanted, StandardCharsets.ISO_8859_1));
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

  private interface Look {
    void at(byte[] header, byte[] payload) throws IOException;
  }

  private record Loss(byte[] request, Runnable instead) {}
}
