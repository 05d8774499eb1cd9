package io.flywheel.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The database server that both Flywheel and the baselines use, with the driver's settings that
 * Flywheel has. Thread-safe.
 *
 * @param address {@code jdbc:mysql://host:port}
 * @param parameters of the URL, with the question mark; may be empty
 * @param flywheelSchema the schema of the server under test
 */
record DatabaseServer(
    String address, String parameters, String flywheelSchema, String user, String password) {
  private static final Pattern URL =
      Pattern.compile("(jdbc:mysql:[^/]*//[^/?]+)/?([^/?]*)(\\?.*)?");

  /** The server of a URL; the schema in it counts if none is given. */
  static DatabaseServer of(String url, String schema, String user, String password) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--database-url: not understood (expected: jdbc:mysql://host:port/?user=…)");
    }
    return new DatabaseServer(
        parts.group(1),
        parts.group(3) == null ? "" : parts.group(3),
        schema.isEmpty() ? parts.group(2) : schema,
        user,
        password);
  }

  /** The URL of a schema; an empty name stands for none. */
  String url(String schema) {
    return address + "/" + schema + parameters;
  }

  /** The schema of the baselines' tables. */
  String baselineSchema() {
    return flywheelSchema + "_baseline";
  }

  Connection connect(String schema) throws SQLException {
    Properties properties = new Properties();
    if (!user.isEmpty()) {
      properties.setProperty("user", user);
      properties.setProperty("password", password);
    }
    properties.setProperty("useServerPrepStmts", "false");
    properties.setProperty("useLocalSessionState", "true");
    properties.setProperty("cacheServerConfiguration", "true");
    properties.setProperty("maintainTimeStats", "false");
    properties.setProperty("sessionVariables", "transaction_isolation='READ-COMMITTED'");
    return DriverManager.getConnection(url(schema), properties);
  }

  /** Runs statements one after the other, outside of any schema. */
  void execute(String... statements) throws SQLException {
    try (Connection connection = connect("");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** One of the numbers by which the server tells how it does, such as how many rows were read. */
  long status(String name) throws SQLException {
    try (Connection connection = connect(flywheelSchema);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW GLOBAL STATUS LIKE '" + name + "'")) {
      if (!result.next()) {
        throw new SQLException("the database server knows no status " + name);
      }
      return result.getLong(2);
    }
  }

  /** The one number that a query over Flywheel's own tables returns. */
  long number(String query) throws SQLException {
    try (Connection connection = connect(flywheelSchema);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }
}
