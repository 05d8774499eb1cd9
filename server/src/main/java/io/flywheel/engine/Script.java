package io.flywheel.engine;

import io.flywheel.platform.db.RowReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Statements over many rows that go to the database together, in one round trip: a small batch
 * spends most of its time on the way there and back. Lists, and the values that {@link Values}
 * writes, are the only SQL that is put together at run time. Used by one thread.
 */
public final class Script {
  private static final int MAX_ROWS = 1_000;

  private static final String SELECT = "SELECT ";
  private static final String FOUND_AT_ONCE = "SELECT /*!999999 INTO */ ";

  private final Handle handle;
  private final int shard;
  private final Values sql = new Values();

  /** Who reads what the statements come to, for each of them; null: nobody. */
  private final List<@Nullable RowReader> readers = new ArrayList<>();

  /** Whether the beginning of a transaction was added, which was not run yet. */
  private boolean begins;

  /** A script for a transaction that adds to no sums. */
  public Script(Handle handle) {
    this(handle, 0);
  }

  /**
   * A script for a transaction.
   *
   * @param shard see {@link #shard}
   */
  Script(Handle handle, int shard) {
    this.handle = handle;
    this.shard = shard;
  }

  /** Writes the values of one row. */
  @FunctionalInterface
  public interface Binder<R> {
    /** Writes the row's values, in the order of their columns. */
    void bind(Values values, R row);
  }

  /** A statement failed; the cause says why. */
  public static final class SqlFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    SqlFailure(SQLException cause) {
      super(cause);
    }
  }

  /**
   * A number that no other lane of any node has. Rows of sums that every batch adds to are divided
   * by it, so that no two batches wait for each other's.
   */
  public int shard() {
    return shard;
  }

  /** The transaction, for what can't wait until the script is run; it has begun by then. */
  public Handle handle() {
    if (begins) {
      run();
    }
    return handle;
  }

  /** Adds the beginning of a transaction. */
  void beginTransaction() {
    begin(null);
    sql.append("START TRANSACTION");
    begins = true;
  }

  /** Adds the end of the transaction: what it did becomes real. */
  void commit() {
    begin(null);
    sql.append("COMMIT");
  }

  /** Takes back what the transaction did so far, gives its locks back, and goes on in a new one. */
  void beginAgain() {
    Script script = new Script(handle);
    script.begin(null);
    script.sql.append("ROLLBACK");
    script.beginTransaction();
    script.run();
  }

  /** Whether nothing was added. */
  boolean isEmpty() {
    return readers.isEmpty();
  }

  /**
   * Adds a query once for each of several sets of values.
   *
   * @param query with a question mark for each value
   */
  public <R> void readEach(
      String query, Collection<R> parameters, Binder<R> binder, RowReader reader) {
    for (R set : parameters) {
      begin(reader);
      sql.beginTemplate(query);
      binder.bind(sql, set);
      sql.endTemplate();
    }
  }

  /**
   * Adds {@code head (1, 2), (3, 4) tail}.
   *
   * @param columns how many values a row has
   */
  public <R> void write(
      String head, int columns, String tail, Collection<R> rows, Binder<R> binder) {
    for (Iterator<R> all = rows.iterator(); all.hasNext(); ) {
      begin(null);
      sql.append(head);
      rows(all, columns, binder);
      sql.append(" ");
      sql.append(tail);
    }
  }

  /**
   * Adds {@code head (1, 2, 3) tail}, a query over a list of keys.
   *
   * @param head with a question mark for the first value
   * @param first what stands before the list
   */
  public <R> void read(
      String head,
      String first,
      String tail,
      Collection<R> keys,
      Binder<R> binder,
      RowReader reader) {
    read(head, List.of(first), tail, keys, binder, reader);
  }

  /**
   * Adds {@code head (1, 2, 3) tail}, a query over a list of keys.
   *
   * @param head with a question mark for each of the first values
   * @param firsts what stands before the list
   */
  public <R> void read(
      String head,
      List<String> firsts,
      String tail,
      Collection<R> keys,
      Binder<R> binder,
      RowReader reader) {
    for (Iterator<R> all = keys.iterator(); all.hasNext(); ) {
      begin(reader);
      head(head, firsts);
      list(all, binder);
      sql.append(tail);
    }
  }

  /**
   * Adds {@code head ((1, 2), (3, 4)) tail}, a query over a list of keys of several columns.
   *
   * @param columns how many values a key has
   */
  public <R> void readRows(
      String head,
      int columns,
      String tail,
      Collection<R> keys,
      Binder<R> binder,
      RowReader reader) {
    for (Iterator<R> all = keys.iterator(); all.hasNext(); ) {
      begin(reader);
      sql.append(head);
      sql.append(" (");
      rows(all, columns, binder);
      sql.append(") ");
      sql.append(tail);
    }
  }

  /**
   * Adds {@code head (1, 2, 3)}, a deletion over a list of keys.
   *
   * @param head with a question mark
   * @param first what stands before the list
   */
  public <R> void delete(String head, String first, Collection<R> keys, Binder<R> binder) {
    for (Iterator<R> all = keys.iterator(); all.hasNext(); ) {
      begin(null);
      head(head, List.of(first));
      list(all, binder);
    }
  }

  /** Runs what was added, in its order, and hands over the rows that were read. */
  public void run() {
    if (readers.isEmpty()) {
      return;
    }
    try (Statement statement = handle.getConnection().createStatement()) {
      statement.setEscapeProcessing(false); // texts may have braces in them
      statement.execute(text());
      for (RowReader reader : readers) {
        if (reader != null) {
          readAll(statement, reader);
        }
        statement.getMoreResults();
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
    sql.clear();
    readers.clear();
    begins = false;
  }

  private static void readAll(Statement statement, RowReader reader) throws SQLException {
    try (ResultSet result = statement.getResultSet()) {
      while (result.next()) {
        reader.read(result);
      }
    }
  }

  private void begin(@Nullable RowReader reader) {
    if (!sql.isEmpty()) {
      sql.append(";\n");
    }
    readers.add(reader);
  }

  /**
   * In a text that begins with SELECT, the driver looks for an INTO, letter by letter to its end,
   * which took a seventh of the server's time for a reading; so it is shown one in a comment that
   * is meant for no database that there is. What the driver takes the text for changes nothing
   * else.
   */
  private String text() {
    String text = sql.toString();
    return text.startsWith(SELECT) ? FOUND_AT_ONCE + text.substring(SELECT.length()) : text;
  }

  private void head(String head, List<String> firsts) {
    sql.beginTemplate(head);
    firsts.forEach(sql::text);
    sql.endTemplate();
  }

  private <R> void list(Iterator<R> keys, Binder<R> binder) {
    sql.append(" (");
    sql.beginRow();
    for (int i = 0; i < MAX_ROWS && keys.hasNext(); i++) {
      binder.bind(sql, keys.next());
    }
    sql.append(") ");
  }

  private <R> void rows(Iterator<R> rows, int columns, Binder<R> binder) {
    for (int i = 0; i < MAX_ROWS && rows.hasNext(); i++) {
      sql.append(i == 0 ? " (" : ",(");
      sql.beginRow();
      binder.bind(sql, rows.next());
      sql.endRow(columns);
      sql.append(")");
    }
  }
}
