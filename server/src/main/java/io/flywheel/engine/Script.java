package io.flywheel.engine;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Statements over many rows that go to the database together, in one round trip: a small batch
 * spends most of its time on the way there and back. The lists of placeholders are the only SQL
 * that is put together at run time. Used by one thread.
 */
public final class Script {
  private static final int MAX_ROWS = 1_000;

  private final Handle handle;
  private final int shard;
  private final StringBuilder sql = new StringBuilder();
  private final List<Part> parts = new ArrayList<>();

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

  /** Sets the parameters of one row. */
  @FunctionalInterface
  public interface Binder<R> {
    /**
     * Sets the row's parameters, of which the first has this index, and returns the index after the
     * last.
     */
    int bind(PreparedStatement statement, int index, R row) throws SQLException;
  }

  /** Takes one row of a result. */
  @FunctionalInterface
  public interface Reader {
    /** Reads the row that the result stands at. */
    void read(ResultSet row) throws SQLException;
  }

  /** A statement failed; the cause says why. */
  public static final class SqlFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    SqlFailure(SQLException cause) {
      super(cause);
    }
  }

  private interface Parameters {
    int set(PreparedStatement statement, int index) throws SQLException;
  }

  private record Part(Parameters parameters, @Nullable Reader reader) {}

  /**
   * A number that no other lane of any node has. Rows of sums that every batch adds to are divided
   * by it, so that no two batches wait for each other's.
   */
  public int shard() {
    return shard;
  }

  /** The transaction, for what can't wait until the script is run. */
  public Handle handle() {
    return handle;
  }

  /** Takes back what the transaction did so far, gives its locks back, and goes on in a new one. */
  void beginAgain() {
    try {
      handle.getConnection().rollback(); // Jdbi's own would end its transaction for good
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /** Adds a query once for each of several sets of parameters. */
  public <R> void readEach(
      String query, Collection<R> parameters, Binder<R> binder, Reader reader) {
    for (R set : parameters) {
      add(query, null, List.of(set), binder, reader);
    }
  }

  /**
   * Adds {@code head (?, ?), (?, ?) tail}.
   *
   * @param columns how many parameters a row has
   */
  public <R> void write(
      String head, int columns, String tail, Collection<R> rows, Binder<R> binder) {
    String row = "(" + list("?", columns) + ")";
    for (List<R> chunk : chunks(rows)) {
      add(head + " " + list(row, chunk.size()) + " " + tail, null, chunk, binder, null);
    }
  }

  /**
   * Adds {@code head (?, ?, ?) tail}, a query over a list of keys.
   *
   * @param first the value of the first parameter, which stands before the list; null: there is
   *     none
   */
  public <R> void read(
      String head,
      @Nullable String first,
      String tail,
      Collection<R> keys,
      Binder<R> binder,
      Reader reader) {
    for (List<R> chunk : chunks(keys)) {
      add(head + " (" + list("?", chunk.size()) + ") " + tail, first, chunk, binder, reader);
    }
  }

  /**
   * Adds {@code head ((?, ?), (?, ?)) tail}, a query over a list of keys of several columns.
   *
   * @param columns how many parameters a key has
   */
  public <R> void readRows(
      String head, int columns, String tail, Collection<R> keys, Binder<R> binder, Reader reader) {
    String row = "(" + list("?", columns) + ")";
    for (List<R> chunk : chunks(keys)) {
      add(head + " (" + list(row, chunk.size()) + ") " + tail, null, chunk, binder, reader);
    }
  }

  /**
   * Adds {@code head (?, ?, ?)}, a deletion over a list of keys.
   *
   * @param first the value of the first parameter, which stands before the list
   */
  public <R> void delete(String head, String first, Collection<R> keys, Binder<R> binder) {
    for (List<R> chunk : chunks(keys)) {
      add(head + " (" + list("?", chunk.size()) + ")", first, chunk, binder, null);
    }
  }

  /** Runs what was added, in its order, and hands over the rows that were read. */
  public void run() {
    if (parts.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql.toString())) {
      int index = 1;
      for (Part part : parts) {
        index = part.parameters.set(statement, index);
      }
      statement.execute();
      for (Part part : parts) {
        if (part.reader != null) {
          readAll(statement, part.reader);
        }
        statement.getMoreResults();
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
    sql.setLength(0);
    parts.clear();
  }

  private static void readAll(PreparedStatement statement, Reader reader) throws SQLException {
    try (ResultSet result = statement.getResultSet()) {
      while (result.next()) {
        reader.read(result);
      }
    }
  }

  private <R> void add(
      String text,
      @Nullable String first,
      List<R> rows,
      Binder<R> binder,
      @Nullable Reader reader) {
    sql.append(sql.isEmpty() ? "" : ";\n").append(text);
    parts.add(
        new Part(
            (statement, start) -> {
              int index = start;
              if (first != null) {
                statement.setString(index++, first);
              }
              for (R row : rows) {
                index = binder.bind(statement, index, row);
              }
              return index;
            },
            reader));
  }

  private static <R> List<List<R>> chunks(Collection<R> rows) {
    List<R> all = List.copyOf(rows);
    List<List<R>> chunks = new ArrayList<>(1);
    for (int from = 0; from < all.size(); from += MAX_ROWS) {
      chunks.add(all.subList(from, Math.min(from + MAX_ROWS, all.size())));
    }
    return chunks;
  }

  private static String list(String part, int count) {
    StringBuilder text = new StringBuilder((part.length() + 1) * count);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(part);
    }
    return text.toString();
  }
}
