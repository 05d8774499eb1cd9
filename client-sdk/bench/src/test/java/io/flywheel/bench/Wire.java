package io.flywheel.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Packets of MySQL's protocol, for tests. */
final class Wire {
  static final int IN_TRANSACTION = 1;
  static final int AUTOCOMMIT = 2;
  static final int MORE_RESULTS = 8;

  private Wire() {}

  /** A packet of these bytes, the first of an exchange. */
  static byte[] packet(byte... payload) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      bytes.write(payload.length >> (8 * i));
    }
    bytes.write(0);
    bytes.writeBytes(payload);
    return bytes.toByteArray();
  }

  /** A statement as text. */
  static byte[] query(String sql) {
    return packet(all(bytes(3), sql.getBytes(StandardCharsets.UTF_8)));
  }

  /** The end of a statement without rows, which wrote 300 and made no id. */
  static byte[] ok(int status) {
    return packet(bytes(0, 0xfc, 0x2c, 0x01, 0, status, 0, 0, 0));
  }

  /** The end of rows on connections that have it like OK. */
  static byte[] endLikeOk(int status) {
    return packet(bytes(0xfe, 0, 0, status, 0, 0, 0));
  }

  /** The end of columns or rows on others. */
  static byte[] end(int status) {
    return packet(bytes(0xfe, 0, 0, status, 0));
  }

  /** An error. */
  static byte[] error(int number, String text) {
    byte[] message = ("#40001" + text).getBytes(StandardCharsets.UTF_8);
    return packet(all(bytes(0xff, number & 0xff, number >> 8), message));
  }

  /** The beginning of a result: so many columns, each described by a packet. */
  static byte[] columns(int count) {
    byte[] all = packet(bytes(count));
    for (int i = 0; i < count; i++) {
      all = all(all, packet(bytes(3, 'd', 'e', 'f')));
    }
    return all;
  }

  /** What a client says first, by what it can do. */
  static byte[] login(int capabilities) {
    return packet(
        bytes(capabilities, capabilities >> 8, capabilities >> 16, capabilities >> 24, 0, 0, 0));
  }

  static byte[] greeting() {
    return packet(bytes(10, '8', '.', '4', 0));
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] all(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
