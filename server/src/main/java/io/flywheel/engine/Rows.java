package io.flywheel.engine;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Iterator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Statements over many rows at once. The lists of placeholders are the only SQL that is put
 * together at run time. Not to be instantiated.
 */
public final class Rows {
  private static final int MOST_ROWS = 1024;

  private Rows() {}

  /** A statement failed; the cause says why. */
  public static final class SqlFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    SqlFailure(SQLException cause) {
      super(cause);
    }
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

  /**
   * Runs {@code head (?, ?), (?, ?) tail}.
   *
   * @param columns how many parameters a row has
   * @return how many rows the database says were affected
   */
  public static <R> int write(
      Handle handle, String head, int columns, String tail, Collection<R> rows, Binder<R> binder) {
    int affected = 0;
    Iterator<R> next = rows.iterator();
    String row = "(" + placeholders(columns) + ")";
    for (int left = rows.size(); left > 0; ) {
      int size = Math.min(left, MOST_ROWS);
      String sql = head + " " + repeat(row, size) + " " + tail;
      try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
        int index = 1;
        for (int i = 0; i < size; i++) {
          index = binder.bind(statement, index, next.next());
        }
        affected += statement.executeUpdate();
      } catch (SQLException e) {
        throw new SqlFailure(e);
      }
      left -= size;
    }
    return affected;
  }

  /**
   * Runs {@code head (?, ?, ?) tail} over a list of keys.
   *
   * @param first the value of the first parameter, which stands before the list; null: there is
   *     none
   */
  public static <R> void readIn(
      Handle handle,
      String head,
      @Nullable String first,
      String tail,
      Collection<R> keys,
      Binder<R> binder,
      Reader reader) {
    Iterator<R> next = keys.iterator();
    for (int left = keys.size(); left > 0; ) {
      int size = Math.min(left, MOST_ROWS);
      String sql = head + " (" + placeholders(size) + ") " + tail;
      try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
        int index = 1;
        if (first != null) {
          statement.setString(index++, first);
        }
        for (int i = 0; i < size; i++) {
          index = binder.bind(statement, index, next.next());
        }
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            reader.read(result);
          }
        }
      } catch (SQLException e) {
        throw new SqlFailure(e);
      }
      left -= size;
    }
  }

  /** Runs {@code head (?, ?, ?)} as an update over a list of keys. */
  public static <R> void deleteIn(
      Handle handle, String head, Collection<R> keys, Binder<R> binder) {
    Iterator<R> next = keys.iterator();
    for (int left = keys.size(); left > 0; ) {
      int size = Math.min(left, MOST_ROWS);
      try (PreparedStatement statement =
          handle.getConnection().prepareStatement(head + " (" + placeholders(size) + ")")) {
        int index = 1;
        for (int i = 0; i < size; i++) {
          index = binder.bind(statement, index, next.next());
        }
        statement.executeUpdate();
      } catch (SQLException e) {
        throw new SqlFailure(e);
      }
      left -= size;
    }
  }

  private static String placeholders(int count) {
    return repeat("?", count);
  }

  private static String repeat(String part, int count) {
    StringBuilder text = new StringBuilder((part.length() + 1) * count);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(part);
    }
    return text.toString();
  }
}
