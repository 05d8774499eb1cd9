package io.flywheel.bench;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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

  private static final Pattern ENDPOINT = Pattern.compile("jdbc:mysql://([^:,@()]+)(?::(\\d+))?");
  private static final int DEFAULT_PORT = 3306;

  /** Those of the server's own sessions. */
  private static final String SERVER_VARIABLES =
      "sql_mode='ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
          + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',innodb_lock_wait_timeout=10,"
          + "transaction_isolation='READ-COMMITTED'";

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

  /** The URL of no schema, with whom to log in as; not to be shown to anybody. */
  String urlWithLogin() {
    String login = "user=" + user + "&password=" + password;
    return url("") + (parameters.isEmpty() ? "?" : "&") + login;
  }

  /** The same server by way of a port of this machine, unencrypted. */
  DatabaseServer through(int port) {
    String unencrypted = (parameters.isEmpty() ? "?" : "&") + "sslMode=DISABLED";
    return new DatabaseServer(
        "jdbc:mysql://127.0.0.1:" + port,
        parameters.contains("sslMode=") ? parameters : parameters + unencrypted,
        flywheelSchema,
        user,
        password);
  }

  /** Where the server listens. */
  InetSocketAddress endpoint() {
    Matcher parts = ENDPOINT.matcher(address);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--database-url: %s (expected: jdbc:mysql://host:port)".formatted(address));
    }
    String port = parts.group(2);
    return InetSocketAddress.createUnresolved(
        parts.group(1), port == null ? DEFAULT_PORT : Integer.parseInt(port));
  }

  Connection connect(String schema) throws SQLException {
    Properties properties = properties();
    properties.setProperty("sessionVariables", "transaction_isolation='READ-COMMITTED'");
    return DriverManager.getConnection(url(schema), properties);
  }

  /**
   * A connection in whose session Flywheel's statements do what they do in its own, unencrypted,
   * and whose socket is {@link TappedSockets}' latest.
   */
  Connection connectAsServer(String schema) throws SQLException {
    Properties properties = properties();
    properties.setProperty("allowMultiQueries", "true");
    properties.setProperty("connectionTimeZone", "UTC");
    properties.setProperty("forceConnectionTimeZoneToSession", "true");
    properties.setProperty("sessionVariables", SERVER_VARIABLES);
    properties.setProperty("socketFactory", TappedSockets.class.getName());
    properties.setProperty("sslMode", "DISABLED");
    return DriverManager.getConnection(url(schema), properties);
  }

  private Properties properties() {
    Properties properties = new Properties();
    if (!user.isEmpty()) {
      properties.setProperty("user", user);
      properties.setProperty("password", password);
    }
    properties.setProperty("useServerPrepStmts", "false");
    properties.setProperty("useLocalSessionState", "true");
    properties.setProperty("cacheServerConfiguration", "true");
    properties.setProperty("maintainTimeStats", "false");
    return properties;
  }

  /** The names of Flywheel's tables. */
  List<String> tables() throws SQLException {
    List<String> tables = new ArrayList<>();
    try (Connection connection = connect(flywheelSchema);
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")) {
      while (result.next()) {
        tables.add(result.getString(1));
      }
    }
    return tables;
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
