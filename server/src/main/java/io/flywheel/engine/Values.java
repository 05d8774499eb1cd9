package io.flywheel.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the text of statements, with values as literals: the driver would parse the text again and
 * make an object of each value. This is the only place where a value becomes part of a statement.
 *
 * <p>What is written is plain ASCII, and nothing in it needs an escape: a text of anything but
 * letters, digits and harmless signs is written as the hexadecimal digits of its UTF-8, as bytes
 * are. So it means the same under every SQL mode and character set. Used by one thread.
 */
public final class Values {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TEXT = "_utf8mb4 X'".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BYTES = "X'".getBytes(StandardCharsets.US_ASCII);
  private static final int FIRST_CAPACITY = 1_024;
  private static final int MAX_DIGITS = 19;

  private byte[] sql;
  private int length;
  private int count;

  /** What has a question mark for each value; null: values stand in a row, with commas. */
  private @Nullable String template;

  private int written;

  /** Keeps the values beside the statement, which is prepared; null: they are written. */
  private final @Nullable List<Object> parameters;

  Values() {
    this(null);
  }

  private Values(@Nullable List<Object> parameters) {
    this.parameters = parameters;
    this.sql = new byte[parameters == null ? FIRST_CAPACITY : 0];
  }

  /**
   * The values of a statement that is prepared, in their order: texts, whole numbers and bytes.
   *
   * @param binder writes them; none is missing
   */
  static List<Object> parameters(Consumer<Values> binder) {
    List<Object> parameters = new ArrayList<>();
    binder.accept(new Values(parameters));
    return parameters;
  }

  /** A text; null: none. */
  public Values text(@Nullable String text) {
    if (text == null) {
      return nothing();
    }
    if (parameters != null) {
      return keep(text);
    }
    next();
    int letters = text.length();
    reserve(letters + 2);
    int at = length;
    sql[at++] = '\'';
    for (int i = 0; i < letters; i++) {
      char letter = text.charAt(i);
      if (letter < ' ' || letter > '~' || letter == '\'' || letter == '\\') {
        hex(TEXT, text.getBytes(StandardCharsets.UTF_8));
        return this;
      }
      sql[at++] = (byte) letter;
    }
    sql[at++] = '\'';
    length = at;
    return this;
  }

  /** A whole number. */
  public Values number(long number) {
    if (parameters != null) {
      return keep(number);
    }
    next();
    if (number < 0) {
      append(Long.toString(number));
      return this;
    }
    reserve(MAX_DIGITS);
    int digits = 1;
    for (long left = number; left >= 10; left /= 10) {
      digits++;
    }
    length += digits;
    long left = number;
    for (int at = length - 1; digits > 0; digits--) {
      sql[at--] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return this;
  }

  /** Bytes; null: none. */
  public Values bytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return nothing();
    }
    if (parameters != null) {
      return keep(bytes);
    }
    next();
    hex(BYTES, bytes);
    return this;
  }

  /** NULL. */
  public Values nothing() {
    if (parameters != null) {
      throw new IllegalStateException("nothing stands for a value (expected: a text, a number)");
    }
    next();
    append("NULL");
    return this;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Adds a part of a statement that has no values in it. */
  void append(String constant) {
    int letters = constant.length();
    reserve(letters);
    for (int i = 0; i < letters; i++) {
      sql[length + i] = (byte) constant.charAt(i);
    }
    length += letters;
  }

  /** Begins a row of values. */
  void beginRow() {
    count = 0;
  }

  /** Fails unless the row has so many values. */
  void endRow(int values) {
    if (count != values) {
      throw new IllegalStateException(
          "a row has %d values (expected: %d)".formatted(count, values));
    }
  }

  /** Begins a text that has a question mark for each value. */
  void beginTemplate(String text) {
    template = text;
    written = 0;
  }

  /** Ends it; fails unless all of its values were written. */
  void endTemplate() {
    String text = template;
    if (text == null || text.indexOf('?', written) >= 0) {
      throw new IllegalStateException("a value is missing in: " + text);
    }
    append(text.substring(written));
    template = null;
  }

  /** The text of all that was written. */
  @Override
  public String toString() {
    return new String(sql, 0, length, StandardCharsets.ISO_8859_1);
  }

  void clear() {
    length = 0;
  }

  private Values keep(Object value) {
    Objects.requireNonNull(parameters).add(value);
    return this;
  }

  /** What stands before the next value. */
  private void next() {
    String text = template;
    if (text == null) {
      if (count++ > 0) {
        append(",");
      }
      return;
    }
    int place = text.indexOf('?', written);
    if (place < 0) {
      throw new IllegalStateException("a value too many for: " + text);
    }
    append(text.substring(written, place));
    written = place + 1;
  }

  private void hex(byte[] prefix, byte[] bytes) {
    reserve(prefix.length + 2 * bytes.length + 1);
    int at = length;
    System.arraycopy(prefix, 0, sql, at, prefix.length);
    at += prefix.length;
    for (byte each : bytes) {
      sql[at++] = HEX[(each >> 4) & 0xF];
      sql[at++] = HEX[each & 0xF];
    }
    sql[at++] = '\'';
    length = at;
  }

  private void reserve(int more) {
    if (length + more > sql.length) {
      sql = Arrays.copyOf(sql, Math.max(length + more, 2 * sql.length));
    }
  }
}
