package io.flywheel.engine;

import com.google.protobuf.Message;
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
    extends SharedSlice<K, S> {
  private static final String COLUMN = "state";

  private final PackedColumn<S> column;

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
    this.column = new PackedColumn<>(table, COLUMN, initial);
  }

  @Override
  public final S initial(K key) {
    return column.initial();
  }

  @Override
  protected final void bindState(Values values, S state) {
    values.bytes(state.toByteArray());
  }

  @Override
  protected final S readState(ResultSet row, int first) throws SQLException {
    return column.unpack(row.getBytes(first));
  }
}
