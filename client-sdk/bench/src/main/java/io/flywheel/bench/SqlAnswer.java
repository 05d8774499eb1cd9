package io.flywheel.bench;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads the database's answers to one connection's requests, as far as it takes to know where each
 * ends: what it says of rows is not looked at, only summed up. Used by one thread.
 */
final class SqlAnswer {
  private static final int HEAD_BYTES = 512;
  private static final int OK = 0x00;
  private static final int END = 0xfe;
  private static final int ERROR = 0xff;

  /** Ends of rows are shorter than rows that begin alike. */
  private static final int LONGEST_OLD_END = 8;

  private static final int LONGEST_END = 0xfffffe;
  private static final int IN_TRANSACTION = 1;
  private static final int AUTOCOMMIT = 2;
  private static final int MORE_RESULTS = 8;

  private final Packets packets = new Packets(HEAD_BYTES, new Reader());
  private final boolean endsAsOk;
  private final CRC32C sum = new CRC32C();
  private Expected expected = Expected.FIRST;
  private long columns;
  private int status;
  private boolean complete = true;
  private String error = "";

  private enum Expected {
    FIRST,
    COLUMN,
    END_OF_COLUMNS,
    ROW
  }

  /**
   * Answers on a connection.
   *
   * @param endsAsOk whether the connection has rows end with a packet like OK and columns with none
   *     ({@code CLIENT_DEPRECATE_EOF})
   * @param status what the connection is in at first
   */
  SqlAnswer(boolean endsAsOk, int status) {
    this.endsAsOk = endsAsOk;
    this.status = status;
  }

  /** What a connection is in that has logged in. */
  static int freshStatus() {
    return AUTOCOMMIT;
  }

  /** A request was sent; its answer comes next. */
  void begin() {
    complete = false;
    expected = Expected.FIRST;
    error = "";
    sum.reset();
  }

  /** Takes the next so many bytes, and returns whether the answer is complete. */
  boolean feed(byte[] bytes, int count) {
    packets.feed(bytes, count);
    return complete;
  }

  /** A sum of what the answer says, but for the columns, which bear the schema's name. */
  long checksum() {
    return sum.getValue();
  }

  /** The error that the answer ended with; empty: none. */
  String error() {
    return error;
  }

  /** Whether a transaction is open after the answer. */
  boolean inTransaction() {
    return (status & IN_TRANSACTION) != 0;
  }

  /** Whether each statement is a transaction unless one is begun. */
  boolean autocommit() {
    return (status & AUTOCOMMIT) != 0;
  }

  private final class Reader implements Packets.Handler {
    @Override
    public void piece(byte[] bytes, int from, int count) {
      if (expected != Expected.COLUMN) {
        sum.update(bytes, from, count);
      }
    }

    @Override
    public void packet(byte[] head, long length) {
      read(head, length);
    }
  }

  private void read(byte[] head, long length) {
    int first = head[0] & 0xff;
    if (first == ERROR) {
      // A mark, the error's number, and six bytes of SQLSTATE.
      error =
          number(head, 1, 2) + " " + new String(head, 3, head.length - 3, StandardCharsets.UTF_8);
      complete = true;
      return;
    }
    switch (expected) {
      case FIRST -> {
        if (first == OK) {
          endOfResult(statusOfOk(head));
        } else if (first == END) {
          endOfResult(statusOfOldEnd(head));
        } else {
          columns = lengthAt(head, 0);
          expected = Expected.COLUMN;
        }
      }
      case COLUMN -> {
        if (--columns == 0) {
          expected = endsAsOk ? Expected.ROW : Expected.END_OF_COLUMNS;
        }
      }
      case END_OF_COLUMNS -> expected = Expected.ROW;
      case ROW -> {
        if (first == END && length <= (endsAsOk ? LONGEST_END : LONGEST_OLD_END)) {
          endOfResult(endsAsOk ? statusOfOk(head) : statusOfOldEnd(head));
        }
      }
    }
  }

  private void endOfResult(int newStatus) {
    status = newStatus;
    expected = Expected.FIRST;
    complete = (status & MORE_RESULTS) == 0;
  }

  /** Behind the first byte stand how many rows were written, and an id that the database made. */
  private static int statusOfOk(byte[] head) {
    int at = 1;
    at += widthAt(head, at);
    at += widthAt(head, at);
    return (int) number(head, at, 2);
  }

  /** Behind the first byte stands how many warnings there are. */
  private static int statusOfOldEnd(byte[] head) {
    return (int) number(head, 3, 2);
  }

  private static int widthAt(byte[] bytes, int at) {
    return switch (bytes[at] & 0xff) {
      case 0xfc -> 3;
      case 0xfd -> 4;
      case 0xfe -> 9;
      default -> 1;
    };
  }

  private static long lengthAt(byte[] bytes, int at) {
    int width = widthAt(bytes, at);
    return width == 1 ? bytes[at] & 0xff : number(bytes, at + 1, width - 1);
  }

  private static long number(byte[] bytes, int at, int width) {
    long number = 0;
    for (int i = width - 1; i >= 0; i--) {
      number = (number << 8) | (bytes[at + i] & 0xff);
    }
    return number;
  }
}
