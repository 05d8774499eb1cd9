package io.flywheel.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Where a slice keeps its states: each packed as one message in one column of the key's row.
 * Immutable and thread-safe.
 *
 * @param table the table
 * @param keyColumns its primary key
 * @param column holds the message; it is never NULL
 * @param binder writes a key's values, in the order of its columns
 * @param parser reads the message
 * @param <K> the key
 * @param <S> the message
 */
record StateColumn<K, S extends Message>(
    String table,
    List<String> keyColumns,
    String column,
    BiConsumer<Values, K> binder,
    Parser<S> parser) {

  /** A slice that keeps its states so. */
  interface Of<K extends Comparable<? super K>, S extends Message> extends Slice<K, S> {
    /** Where it keeps them. */
    StateColumn<K, S> column();
  }

  /** Where the states of a viewer are, in a table whose primary key is the viewer's. */
  static <S extends Message> StateColumn<ViewerKey, S> ofViewer(
      String table, String column, S initial) {
    return new StateColumn<>(
        table, List.of("merchant_id", "viewer_id"), column, ViewerRows::bindKey, parserOf(initial));
  }

  /** What reads messages of a type. */
  @SuppressWarnings("unchecked") // a message's parser makes messages of its type
  static <S extends Message> Parser<S> parserOf(S type) {
    return (Parser<S>) type.getParserForType();
  }

  /** Reads a state. */
  S unpack(byte[] packed) throws SQLException {
    return unpack(packed, parser, table, column);
  }

  /** Reads a state of a table's column. */
  static <S extends Message> S unpack(byte[] packed, Parser<S> parser, String table, String column)
      throws SQLException {
    try {
      return parser.parseFrom(packed);
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("%s.%s can't be read".formatted(table, column), e);
    }
  }
}
