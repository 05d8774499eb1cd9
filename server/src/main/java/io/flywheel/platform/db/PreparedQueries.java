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
   * @return whether it was run; what the database can't prepare is not
   * @throws SQLException the connection is lost
   */
  boolean run(Connection connection, String text, List<Object> values, RowReader reader)
      throws SQLException {
    JdbcConnection own = connection.unwrap(JdbcConnection.class);
    OfConnection queries = of(own);
    try {
      PreparedStatement query = queries.find(own, text);
      if (query == null) {
        return false;
      }
      bind(query, values);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          reader.read(row);
        }
      }
      return true;
    } catch (SQLException e) {
      if (DatabaseErrors.isUnavailable(e)) {
        throw e;
      }
      log.debug("A query is sent as text from now on: {}", text, e);
      queries.giveUp(text);
      return false;
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
        query.statement = connection.serverPrepareStatement(text);
      }
      return query.statement;
    }

    /** What failed may fail again, so that it is better sent as text. */
    void giveUp(String text) {
      Query query = byText.get(text);
      if (query != null) {
        close(query);
        query.statement = null;
        query.isText = true;
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
