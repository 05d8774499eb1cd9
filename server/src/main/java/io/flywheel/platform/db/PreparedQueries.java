package io.flywheel.platform.db;

import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries that the database has prepared, of each connection its own: it reads and checks a text
 * once, and is sent the values alone from then on. Only what is asked for a second time on a
 * connection is prepared, since that takes a round trip. Thread-safe.
 */
final class PreparedQueries {
  private static final Logger log = LoggerFactory.getLogger(PreparedQueries.class);

  /** How many a connection keeps; those that were not asked for longest go first. */
  private static final int MAX_OF_CONNECTION = 32;

  private final ConcurrentMap<Connection, OfConnection> all = new ConcurrentHashMap<>();

  /**
   * Runs a query if it is prepared.
   *
   * @param connection which nobody else uses meanwhile
   * @param values texts, whole numbers and bytes
   * @return whether it was run; what the database can't prepare, or has forgotten, is not
   * @throws SQLException by anything but the database's own refusal: the connection may be in the
   *     middle of an answer
   */
  boolean run(Connection connection, String text, List<Object> values, RowReader reader)
      throws SQLException {
    JdbcConnection own = connection.unwrap(JdbcConnection.class);
    PreparedStatement query = of(own).find(own, text);
    if (query == null) {
      return false;
    }
    bind(query, values);
    try (ResultSet row = execute(own, text, query)) {
      while (row != null && row.next()) {
        reader.read(row);
      }
      return row != null;
    }
  }

  /** The result; null: the database has refused. */
  private @Nullable ResultSet execute(JdbcConnection own, String text, PreparedStatement query)
      throws SQLException {
    try {
      return query.executeQuery();
    } catch (SQLException e) {
      throwUnlessRefused(e);
      log.debug("A query has to be prepared again: {}", text, e);
      of(own).forget(text);
      return null;
    }
  }

  private static void throwUnlessRefused(SQLException e) throws SQLException {
    if (e.getErrorCode() == 0 || DatabaseErrors.isUnavailable(e)) { // 0: the driver says so
      throw e;
    }
  }

  private static void bind(PreparedStatement query, List<Object> values) throws SQLException {
    int place = 1;
    for (Object value : values) {
      switch (value) {
        case String text -> query.setString(place++, text);
        case Long number -> query.setLong(place++, number);
        default -> query.setBytes(place++, (byte[]) value);
      }
    }
  }

  private OfConnection of(Connection connection) {
    OfConnection known = all.get(connection);
    if (known == null) {
      all.keySet().removeIf(PreparedQueries::isClosed);
      known = new OfConnection();
      all.put(connection, known);
    }
    return known;
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** A text that a connection was asked for. */
  private static final class Query {
    @Nullable PreparedStatement statement;
    boolean isText;
  }

  /** The queries of a connection, used by whoever uses the connection. */
  private static final class OfConnection {
    private final Map<String, Query> byText =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Query> eldest) {
            if (size() <= MAX_OF_CONNECTION) {
              return false;
            }
            close(eldest.getValue());
            return true;
          }
        };

    /** The statement; null: it is to be sent as text. */
    @Nullable PreparedStatement find(JdbcConnection connection, String text) throws SQLException {
      Query query = byText.get(text);
      if (query == null) {
        byText.put(text, new Query());
        return null;
      }
      if (query.statement == null && !query.isText) {
        try {
          query.statement = connection.serverPrepareStatement(text);
        } catch (SQLException e) {
          throwUnlessRefused(e);
          log.debug("A query is sent as text from now on: {}", text, e);
          query.isText = true;
        }
      }
      return query.statement;
    }

    void forget(String text) {
      Query query = byText.remove(text);
      if (query != null) {
        close(query);
      }
    }

    private static void close(Query query) {
      PreparedStatement statement = query.statement;
      if (statement != null) {
        try {
          statement.close();
        } catch (SQLException e) {
          log.debug("The connection to the database was lost", e);
        }
      }
    }
  }
}
