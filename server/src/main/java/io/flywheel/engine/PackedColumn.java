package io.flywheel.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import org.jspecify.annotations.Nullable;

/**
 * A column that holds one message a row. Immutable and thread-safe.
 *
 * @param <S> the message
 */
final class PackedColumn<S extends Message> {
  private final String table;
  private final String name;
  private final S initial;
  private final Parser<S> parser;

  /**
   * A column.
   *
   * @param initial stands for NULL, and for a row that is not there
   */
  @SuppressWarnings("unchecked") // a message's parser makes messages of its type
  PackedColumn(String table, String name, S initial) {
    this.table = table;
    this.name = name;
    this.initial = initial;
    this.parser = (Parser<S>) initial.getParserForType();
  }

  String table() {
    return table;
  }

  String name() {
    return name;
  }

  S initial() {
    return initial;
  }

  /** Reads what the column holds. */
  S unpack(byte @Nullable [] packed) {
    if (packed == null) {
      return initial;
    }
    try {
      return parser.parseFrom(packed);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("%s.%s can't be read".formatted(table, name), e);
    }
  }
}
