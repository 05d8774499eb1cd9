package io.flywheel.bench;

import java.util.Arrays;

/**
 * Finds the packets of MySQL's protocol in the bytes of one direction, in whatever pieces they
 * come: three bytes of length, one that numbers the packet, and so many bytes. Used by one thread.
 */
final class Packets {
  /** A packet of this length goes on in the next one. */
  private static final int LONGEST = 0xffffff;

  private static final int HEADER = 4;

  private final Handler handler;
  private final byte[] head;
  private int headLength;
  private long length;
  private int header;
  private int headerLength;
  private int left;
  private boolean goesOn;

  /** Takes packets. */
  @FunctionalInterface
  interface Handler {
    /** So many more bytes of a packet have come; the last of them precede the packet itself. */
    default void piece(byte[] bytes, int from, int count) {}

    /**
     * A packet has come as a whole.
     *
     * @param head its first bytes
     * @param length all of its bytes
     */
    void packet(byte[] head, long length);
  }

  /**
   * Packets whose beginnings are to be seen.
   *
   * @param headBytes how many bytes of each packet the handler gets at most
   */
  Packets(int headBytes, Handler handler) {
    this.head = new byte[headBytes];
    this.handler = handler;
  }

  /** Takes the next so many bytes. */
  void feed(byte[] bytes, int count) {
    int at = 0;
    while (at < count) {
      if (headerLength < HEADER) {
        header |= (bytes[at++] & 0xff) << (8 * headerLength++);
        if (headerLength < HEADER) {
          continue;
        }
        left = header & LONGEST;
        goesOn = left == LONGEST;
      }
      int taken = Math.min(left, count - at);
      int kept = Math.min(taken, head.length - headLength);
      System.arraycopy(bytes, at, head, headLength, kept);
      headLength += kept;
      handler.piece(bytes, at, taken);
      length += taken;
      left -= taken;
      at += taken;
      if (left == 0) {
        end();
      }
    }
  }

  private void end() {
    header = 0;
    headerLength = 0;
    if (goesOn) {
      return;
    }
    byte[] first = Arrays.copyOf(head, headLength);
    long all = length;
    headLength = 0;
    length = 0;
    handler.packet(first, all);
  }
}
