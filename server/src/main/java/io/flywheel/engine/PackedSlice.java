package io.flywheel.engine;

import com.google.protobuf.Message;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * A feature's state of a viewer, packed as one message in one column {@code state} of a table whose
 * primary key is {@code merchant_id, viewer_id}. Thread-safe.
 *
 * @param <S> the message
 */
public abstract class PackedSlice<S extends Message> implements StateColumn.Of<ViewerKey, S> {
  private final StateColumn<ViewerKey, S> column;
  private final String select;
  private final String insert;
  private final S initial;

  /**
   * A slice.
   *
   * @param table its table
   * @param initial the state of a viewer without a row
   */
  protected PackedSlice(String table, S initial) {
    this.column = StateColumn.ofViewer(table, "state", initial);
    this.select =
        "SELECT viewer_id, state FROM %s WHERE merchant_id = ? AND viewer_id IN".formatted(table);
    this.insert = "INSERT INTO %s (merchant_id, viewer_id, state) VALUES".formatted(table);
    this.initial = initial;
  }

  @Override
  public final StateColumn<ViewerKey, S> column() {
    return column;
  }

  @Override
  public final S initial(ViewerKey key) {
    return initial;
  }

  @Override
  public final void load(
      Script script, SortedSet<ViewerKey> keys, boolean lock, BiConsumer<ViewerKey, S> found) {
    ViewerRows.readStates(
        script,
        select,
        keys,
        (key, row) -> found.accept(key, column.unpack(row.getBytes("state"))));
  }

  @Override
  public final boolean isReadWithOthers() {
    return true;
  }

  @Override
  public final void save(Script script, Map<ViewerKey, S> changed) {
    script.write(
        insert,
        3,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey());
          values.bytes(row.getValue().toByteArray());
        });
  }
}
