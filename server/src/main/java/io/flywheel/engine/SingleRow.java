package io.flywheel.engine;

import com.google.common.collect.ImmutableList;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * How a state is found as one row of a table by the table's whole primary key, so that the engine
 * can read it beside rows of other tables, in one statement. Immutable and thread-safe.
 *
 * @param table the table
 * @param key the columns of its primary key
 * @param columns what the state is read from; the first is never NULL
 * @param binder writes the values of a key, in the order of its columns
 * @param reader reads a state
 */
public record SingleRow<K, S>(
    String table,
    List<String> key,
    List<String> columns,
    Script.Binder<K> binder,
    Reader<S> reader) {
  public SingleRow {
    key = ImmutableList.copyOf(key);
    columns = ImmutableList.copyOf(columns);
  }

  /** Reads a state from a row that may hold more. */
  @FunctionalInterface
  public interface Reader<S> {
    /**
     * Reads the state.
     *
     * @param first where its columns begin in the result
     */
    S read(ResultSet row, int first) throws SQLException;
  }
}
