package io.flywheel.engine;

import io.flywheel.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows of several tables, read as the columns of one row. Their tables are joined by their whole
 * primary keys, so that the database finds every row while it plans. That costs it less than a
 * union of queries, and a third of a query for each; and all are of one moment. Used by one thread.
 */
final class SideBySide {
  /** A database joins 61 tables at most. */
  private static final int MAX_ROWS = 40;

  /** More keys of a slice are better read by a list of them. */
  private static final int MAX_KEYS = RecentKeys.MAX_KEYS;

  private final String merchantId;
  private final @Nullable LongConsumer version;
  private final List<Joined> all = new ArrayList<>();

  /**
   * Nothing but the version of a merchant's program, yet. Without a program nothing is read.
   *
   * @param version takes the version; null: it is known
   */
  SideBySide(String merchantId, @Nullable LongConsumer version) {
    this.merchantId = merchantId;
    this.version = version;
  }

  /** Reads the columns of a joined row, which begin at a place of the result. */
  @FunctionalInterface
  private interface Reader {
    void read(ResultSet row, int first) throws SQLException;
  }

  /**
   * A row that is joined.
   *
   * @param bindKey writes the values of its key, in the order of the key's columns
   */
  private record Joined(
      String table,
      List<String> key,
      List<String> columns,
      Consumer<Values> bindKey,
      Reader reader) {}

  /** Whether there is nothing to read. */
  boolean isEmpty() {
    return version == null && all.isEmpty();
  }

  /** Adds columns of a viewer's row. */
  void addViewer(
      List<PackedSlice<?>> slices,
      ViewerKey viewer,
      BiConsumer<? super ViewerKey, ViewerTable.Row> found) {
    all.add(
        new Joined(
            ViewerTable.NAME,
            ViewerTable.KEY,
            ViewerTable.columns(slices),
            values -> ViewerRows.bindKey(values, viewer),
            (row, first) -> found.accept(viewer, ViewerTable.Row.of(slices, row, first))));
  }

  /** Adds states; false: they must be read by themselves. */
  <K extends Comparable<? super K>, S> boolean add(
      Slice<K, S> slice, Collection<K> keys, BiConsumer<? super K, ? super S> found) {
    SingleRow<K, S> row = slice.singleRow();
    if (row == null || keys.size() > MAX_KEYS || all.size() + keys.size() > MAX_ROWS) {
      return false;
    }
    keys.forEach(key -> add(row, key, state -> found.accept(key, state)));
    return true;
  }

  /** Adds a row. */
  <K, S> void add(SingleRow<K, S> single, K key, Consumer<? super S> found) {
    all.add(
        new Joined(
            single.table(),
            single.key(),
            single.columns(),
            values -> single.binder().bind(values, key),
            (row, first) -> {
              if (row.getObject(first) != null) {
                found.accept(single.reader().read(row, first));
              }
            }));
  }

  /** Adds the reading to a script. */
  void addTo(Script script) {
    script.readEach(text(), List.of(merchantId), (values, merchant) -> bind(values), this::read);
  }

  /**
   * Reads by itself, if the database has prepared that.
   *
   * @return whether it has; if not, nothing was read
   */
  boolean readPrepared(Database database) {
    try {
      return database.readPrepared(text(), Values.parameters(this::bind), this::read);
    } catch (SQLException e) {
      throw new Script.SqlFailure(e);
    }
  }

  private void bind(Values values) {
    all.forEach(joined -> joined.bindKey.accept(values));
    values.text(merchantId);
  }

  String text() {
    StringBuilder columns = new StringBuilder("SELECT head.version");
    StringBuilder tables = new StringBuilder(" FROM program_head head");
    for (int i = 0; i < all.size(); i++) {
      Joined joined = all.get(i);
      for (String column : joined.columns) {
        columns.append(", r").append(i).append('.').append(column);
      }
      tables.append(" LEFT JOIN ").append(joined.table).append(" r").append(i);
      String before = " ON r";
      for (String key : joined.key) {
        tables.append(before).append(i).append('.').append(key).append(" = ?");
        before = " AND r";
      }
    }
    return columns
        .append(tables)
        .append(" WHERE head.merchant_id = ? AND head.version > 0")
        .toString();
  }

  private void read(ResultSet row) throws SQLException {
    if (version != null) {
      version.accept(row.getLong(1));
    }
    int first = 2;
    for (Joined joined : all) {
      joined.reader.read(row, first);
      first += joined.columns.size();
    }
  }
}
