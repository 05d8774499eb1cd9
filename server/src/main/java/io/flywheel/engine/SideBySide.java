package io.flywheel.engine;

import com.google.protobuf.Message;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/**
 * States of several slices, a few keys each, that are read as the columns of one row. Their tables
 * are joined by their whole primary keys, so that the database finds every row while it plans. Of
 * one viewer that costs it less than a union of queries, and a third of a query for each slice; and
 * all are of one moment. Used by one thread.
 */
final class SideBySide {
  /** A database joins 61 tables at most. */
  private static final int MAX_STATES = 40;

  /** More keys of a slice are better read by a list of them. */
  private static final int MAX_KEYS = RecentKeys.MAX_KEYS;

  private final List<Wanted<?, ?>> all = new ArrayList<>();

  private record Wanted<K, S extends Message>(
      StateColumn<K, S> column, K key, BiConsumer<K, S> found) {
    void bind(Values values) {
      column.binder().accept(values, key);
    }

    void read(ResultSet row, int index) throws SQLException {
      byte[] packed = row.getBytes(index);
      if (packed != null) {
        found.accept(key, column.unpack(packed));
      }
    }
  }

  /** Adds a slice's states; false: it must be read by itself. */
  <K extends Comparable<? super K>, S> boolean add(
      Slice<K, S> slice, Collection<K> keys, BiConsumer<? super K, ? super S> found) {
    if (keys.size() > MAX_KEYS
        || all.size() + keys.size() > MAX_STATES
        || !(slice instanceof StateColumn.Of<K, ?> packed)) {
      return false;
    }
    addAll(packed, keys, found);
    return true;
  }

  @SuppressWarnings("unchecked") // what takes the slice's states takes its messages
  private <K extends Comparable<? super K>, S extends Message> void addAll(
      StateColumn.Of<K, S> slice, Collection<K> keys, BiConsumer<?, ?> found) {
    for (K key : keys) {
      all.add(new Wanted<>(slice.column(), key, (BiConsumer<K, S>) found));
    }
  }

  /**
   * Adds the reading to a script, with the version of a merchant's program; nothing without one.
   */
  void addTo(Script script, String merchantId, LongConsumer version) {
    script.readEach(
        text(),
        List.of(merchantId),
        (values, merchant) -> {
          all.forEach(wanted -> wanted.bind(values));
          values.text(merchant);
        },
        row -> {
          version.accept(row.getLong(1));
          for (int i = 0; i < all.size(); i++) {
            all.get(i).read(row, i + 2);
          }
        });
  }

  String text() {
    StringBuilder columns = new StringBuilder("SELECT head.version");
    StringBuilder tables = new StringBuilder(" FROM program_head head");
    for (int i = 0; i < all.size(); i++) {
      StateColumn<?, ?> state = all.get(i).column();
      columns.append(", s").append(i).append('.').append(state.column());
      tables.append(" LEFT JOIN ").append(state.table()).append(" s").append(i);
      String before = " ON s";
      for (String key : state.keyColumns()) {
        tables.append(before).append(i).append('.').append(key).append(" = ?");
        before = " AND s";
      }
    }
    return columns
        .append(tables)
        .append(" WHERE head.merchant_id = ? AND head.version > 0")
        .toString();
  }
}
