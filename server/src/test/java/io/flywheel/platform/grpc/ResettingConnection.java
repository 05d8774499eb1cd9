package io.flywheel.platform.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A connection of HTTP/2, by hand, that begins calls and breaks each off at once, as no client of
 * gRPC does. Used by one thread.
 */
final class ResettingConnection implements AutoCloseable {
  private static final int HEADERS = 0x1;
  private static final int RST_STREAM = 0x3;
  private static final int SETTINGS = 0x4;
  private static final int PING = 0x6;
  private static final int GOAWAY = 0x7;
  private static final int ACK = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final byte[] CANCEL = {0, 0, 0, 8};

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private int stream = -1;

  ResettingConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
    write(SETTINGS, 0, 0, new byte[0]);
  }

  /**
   * Begins so many calls and breaks them off.
   *
   * @return whether the connection was taken away for it
   */
  boolean resets(int count) {
    try {
      for (int i = 0; i < count; i++) {
        stream += 2;
        write(HEADERS, END_HEADERS, stream, head());
        write(RST_STREAM, 0, stream, CANCEL);
      }
      write(PING, 0, 0, new byte[8]);
      return isTakenAway();
    } catch (IOException broken) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Reads up to the answer to the ping, which comes once all before it was taken. */
  private boolean isTakenAway() throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      in.skipNBytes(4L + length);
      if (type == GOAWAY) {
        return true;
      } else if (type == PING && flags == ACK) {
        return false;
      }
    }
  }

  private void write(int type, int flags, int ofStream, byte[] payload) throws IOException {
    int length = payload.length;
    out.write(
        new byte[] {
          (byte) (length >> 16),
          (byte) (length >> 8),
          (byte) length,
          (byte) type,
          (byte) flags,
          (byte) (ofStream >> 24),
          (byte) (ofStream >> 16),
          (byte) (ofStream >> 8),
          (byte) ofStream
        });
    out.write(payload);
  }

  /** A call of gRPC's in HPACK, as texts. */
  private static byte[] head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(0x83); // :method POST
    head.write(0x86); // :scheme http
    put(head, ":path", "/flywheel.v1.PointsService/GetBalance");
    put(head, ":authority", "localhost");
    put(head, "content-type", "application/grpc");
    put(head, "te", "trailers");
    return head.toByteArray();
  }

  private static void put(ByteArrayOutputStream head, String name, String value)
      throws IOException {
    head.write(0);
    for (String text : new String[] {name, value}) {
      head.write(text.length()); // less than 127
      head.write(text.getBytes(US_ASCII));
    }
  }
}
