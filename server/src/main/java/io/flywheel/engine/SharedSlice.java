package io.flywheel.engine;

import com.google.common.collect.ImmutableList;
import com.google.inject.Binder;
import com.google.inject.Scopes;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * State that many viewers change, such as a budget or an item's stock: a row a key, locked from the
 * moment a turn gets it until the batch is committed. A feature names table and columns, and says
 * how a key and a state stand in them; {@link #bind} makes the slice known.
 *
 * <p>No two batches ever wait for each other, because all lock in one order: first the viewers,
 * then shared slices by their rank, the lower first, and each slice's rows by their key. A turn
 * need not know of it: it gets rows in any order, and a batch that finds one out of order looks for
 * the rest of what it needs without locks and begins again with all of it. It pays, though, to give
 * the lower rank to what is got first. A row is created, and committed, before it is locked for the
 * first time, so that no batch waits for an insertion that another may undo.
 *
 * <p>Rows are never deleted by turns. Thread-safe.
 *
 * @param <K> the key; its order must be the one in which the database orders the key's columns, as
 *     it is for texts of ASCII letters and for numbers
 * @param <S> the state, immutable
 */
public abstract class SharedSlice<K extends Comparable<? super K>, S> implements Slice<K, S> {
  private final int rank;
  private final String table;
  private final ImmutableList<String> keyColumns;
  private final ImmutableList<String> stateColumns;
  private final String select;
  private final String order;
  private final String create;
  private final String insert;
  private final String update;

  /**
   * A slice.
   *
   * @param rank its place in the order of locks; no other slice has it
   * @param table its table
   * @param keyColumns the table's primary key: {@code merchant_id} first
   * @param stateColumns all other columns; the first is never NULL
   */
  protected SharedSlice(
      int rank, String table, List<String> keyColumns, List<String> stateColumns) {
    List<String> all = Stream.concat(keyColumns.stream(), stateColumns.stream()).toList();
    String key = String.join(", ", keyColumns);
    String list = String.join(", ", all);
    this.rank = rank;
    this.table = table;
    this.keyColumns = ImmutableList.copyOf(keyColumns);
    this.stateColumns = ImmutableList.copyOf(stateColumns);
    // Without the hint, a small table would be read as a whole, and rows be locked that nobody
    // wants.
    this.select =
        "SELECT %s FROM %s FORCE INDEX (PRIMARY) WHERE (%s) IN".formatted(list, table, key);
    this.order = "ORDER BY " + key;
    this.create = "INSERT IGNORE INTO %s (%s) VALUES".formatted(table, list);
    this.insert = "INSERT INTO %s (%s) VALUES".formatted(table, list);
    this.update =
        stateColumns.stream()
            .map(column -> "%s = VALUES(%s)".formatted(column, column))
            .collect(Collectors.joining(", ", "ON DUPLICATE KEY UPDATE ", ""));
  }

  /** Binds a slice as a singleton and makes it known to the engine. */
  public static void bind(Binder binder, Class<? extends SharedSlice<?, ?>> slice) {
    binder.bind(slice).in(Scopes.SINGLETON);
    setBinder(binder).addBinding().to(slice);
  }

  static Multibinder<SharedSlice<?, ?>> setBinder(Binder binder) {
    return Multibinder.newSetBinder(binder, new TypeLiteral<SharedSlice<?, ?>>() {});
  }

  /** Writes a key's values, in the order of its columns. */
  protected abstract void bindKey(Values values, K key);

  /** Writes a state's values, in the order of its columns. */
  protected abstract void bindState(Values values, S state);

  /** Reads the key of the row that the result stands at. */
  protected abstract K readKey(ResultSet row) throws SQLException;

  /**
   * Reads the state of the row that the result stands at.
   *
   * @param first where the state's columns begin in the result, which is not where they do in the
   *     table
   */
  protected abstract S readState(ResultSet row, int first) throws SQLException;

  /** The place in the order of locks; the lower is locked first. */
  public final int rank() {
    return rank;
  }

  @Override
  public final void load(Script script, SortedSet<K> keys, boolean lock, BiConsumer<K, S> found) {
    script.readRows(
        select,
        keyColumns.size(),
        lock ? order + " FOR UPDATE" : order,
        keys,
        this::bindKey,
        row -> found.accept(readKey(row), readState(row, keyColumns.size() + 1)));
  }

  @Override
  public final SingleRow<K, S> singleRow() {
    return new SingleRow<>(table, keyColumns, stateColumns, this::bindKey, this::readState);
  }

  @Override
  public final void save(Script script, Map<K, S> changed) {
    script.write(insert, columns(), update, changed.entrySet(), this::bindRow);
  }

  /** Adds to a script the creation of rows that are missing. */
  final void create(Script script, SortedSet<K> keys) {
    script.write(
        create,
        columns(),
        "",
        keys,
        (values, key) -> {
          bindKey(values, key);
          bindState(values, initial(key));
        });
  }

  private int columns() {
    return keyColumns.size() + stateColumns.size();
  }

  private void bindRow(Values values, Map.Entry<K, S> row) {
    bindKey(values, row.getKey());
    bindState(values, row.getValue());
  }
}
