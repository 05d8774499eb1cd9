package io.flywheel.platform.db;

import io.flywheel.platform.config.SettingsException;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the database is and how to log in; its text holds no secrets. */
record DatabaseAddress(
    String server,
    String schema,
    String parameters,
    Optional<String> user,
    Optional<String> password) {
  private static final Pattern URL =
      Pattern.compile("(jdbc:mysql:[^/]*//[^/?]+)/?([^/?]*)(\\?.*)?");
  private static final String DEFAULT_SCHEMA = "flywheel";

  /** The modes of MySQL's own default, so that MariaDB is no more lenient. */
  private static final String SQL_MODE =
      "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
          + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

  static DatabaseAddress of(String url, Optional<String> user, Optional<String> password) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw new SettingsException(
          "database.url: " + withoutParameters(url) + " (expected: jdbc:mysql://host:port/schema)");
    }
    return new DatabaseAddress(
        matcher.group(1),
        matcher.group(2).isEmpty() ? DEFAULT_SCHEMA : matcher.group(2),
        matcher.group(3) == null ? "" : matcher.group(3),
        user,
        password);
  }

  String url() {
    return server + "/" + schema + parameters;
  }

  String urlWithoutSchema() {
    return server + "/" + parameters;
  }

  /** The driver's properties; what the URL says wins over them. */
  Properties properties(DatabaseConfig config) {
    Properties properties = new Properties();
    user.ifPresent(name -> properties.setProperty("user", name));
    password.ifPresent(secret -> properties.setProperty("password", secret));
    properties.setProperty("connectTimeout", "5000");
    properties.setProperty("socketTimeout", Long.toString(config.statementTimeout().toMillis()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectionTimeZone", "UTC");
    properties.setProperty("forceConnectionTimeZoneToSession", "true");
    // Rows are written by multi-row statements, and a statement's text is all that the server has
    // to see of it.
    properties.setProperty("rewriteBatchedStatements", "false");
    properties.setProperty("useServerPrepStmts", "false");
    // Statements go together where they can; each is constant text with placeholders for values.
    properties.setProperty("allowMultiQueries", "true");
    properties.setProperty("cachePrepStmts", "true");
    properties.setProperty("prepStmtCacheSize", "256");
    properties.setProperty("prepStmtCacheSqlLimit", "8192");
    properties.setProperty("useLocalSessionState", "true");
    properties.setProperty("cacheServerConfiguration", "true");
    properties.setProperty("maintainTimeStats", "false");
    properties.setProperty(
        "sessionVariables",
        "sql_mode='%s',innodb_lock_wait_timeout=10,transaction_isolation='READ-COMMITTED'"
            .formatted(SQL_MODE));
    return properties;
  }

  @Override
  public String toString() {
    return withoutParameters(server) + "/" + schema;
  }

  /** Both the parameters and the part before the host may hold a password. */
  private static String withoutParameters(String url) {
    return url.replaceFirst("\\?.*", "").replaceFirst("//[^/]*@", "//");
  }
}
