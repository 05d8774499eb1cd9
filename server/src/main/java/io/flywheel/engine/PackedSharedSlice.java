package io.flywheel.engine;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Shared state that is packed as one message in one column {@code state}. Thread-safe.
 *
 * @param <K> the key
 * @param <S> the message
 */
public abstract class PackedSharedSlice<K extends Comparable<? super K>, S extends Message>
    extends SharedSlice<K, S> implements StateColumn.Of<K, S> {
  private static final String COLUMN = "state";

  private final S initial;
  private final String table;
  private final List<String> keyColumns;
  private final Parser<S> parser;

  /**
   * A slice.
   *
   * @param rank its place in the order of locks; no other slice has it
   * @param table its table
   * @param keyColumns the table's primary key: {@code merchant_id} first
   * @param initial the state of a key without a row
   */
  protected PackedSharedSlice(int rank, String table, List<String> keyColumns, S initial) {
    super(rank, table, keyColumns, List.of(COLUMN));
    this.initial = initial;
    this.table = table;
    this.keyColumns = List.copyOf(keyColumns);
    this.parser = StateColumn.parserOf(initial);
  }

  @Override
  public final StateColumn<K, S> column() {
    return new StateColumn<>(table, keyColumns, COLUMN, this::bindKey, parser);
  }

  @Override
  public final S initial(K key) {
    return initial;
  }

  @Override
  protected final void bindState(Values values, S state) {
    values.bytes(state.toByteArray());
  }

  @Override
  protected final S readState(ResultSet row) throws SQLException {
    return StateColumn.unpack(row.getBytes(COLUMN), parser, table, COLUMN);
  }
}
