package io.flywheel.engine;

import com.google.protobuf.Message;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * States of what a viewer has many of and a batch meets few of, such as orders. Each is packed as
 * one message in one column {@code state}, with its date beside it, so that an {@link OldRowsPurge}
 * can forget it. Thread-safe.
 *
 * @param <K> the viewer and an id
 * @param <S> the message
 */
public abstract class DatedSlice<K extends Comparable<? super K> & OfViewer, S extends Message>
    implements Slice<K, Dated<S>> {
  private final PackedColumn<S> column;
  private final String id;
  private final String date;
  private final String select;
  private final String insert;
  private final Dated<S> initial;

  /**
   * A slice.
   *
   * @param table its table, whose primary key is {@code merchant_id}, {@code viewer_id} and the id
   * @param id the id's column
   * @param date the date's column, in epoch milliseconds
   * @param initial the state of a key without a row
   */
  protected DatedSlice(String table, String id, String date, S initial) {
    this.column = new PackedColumn<>(table, "state", initial);
    this.id = id;
    this.date = date;
    this.select =
        "SELECT state, %s FROM %s WHERE merchant_id = ? AND viewer_id = ? AND %s = ?"
            .formatted(date, table, id);
    this.insert =
        "INSERT INTO %s (merchant_id, viewer_id, %s, state, %s) VALUES".formatted(table, id, date);
    this.initial = new Dated<>(initial, 0);
  }

  /** Writes a key's id. */
  protected abstract void bindId(Values values, K key);

  @Override
  public final Dated<S> initial(K key) {
    return initial;
  }

  /** Each key is a statement of its own. */
  @Override
  public final void load(
      Script script, SortedSet<K> keys, boolean lock, BiConsumer<K, Dated<S>> found) {
    for (K key : keys) {
      script.readEach(select, List.of(key), this::bindKey, row -> found.accept(key, read(row, 1)));
    }
  }

  @Override
  public final SingleRow<K, Dated<S>> singleRow() {
    return new SingleRow<>(
        column.table(),
        List.of("merchant_id", "viewer_id", id),
        List.of(column.name(), date),
        this::bindKey,
        this::read);
  }

  @Override
  public final void save(Script script, Map<K, Dated<S>> changed) {
    script.write(
        insert,
        5,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          bindKey(values, row.getKey());
          values.bytes(row.getValue().state().toByteArray());
          values.number(row.getValue().firstMillis());
        });
  }

  private Dated<S> read(ResultSet row, int first) throws SQLException {
    return new Dated<>(column.unpack(row.getBytes(first)), row.getLong(first + 1));
  }

  private void bindKey(Values values, K key) {
    ViewerRows.bindKey(values, key.viewer());
    bindId(values, key);
  }
}
