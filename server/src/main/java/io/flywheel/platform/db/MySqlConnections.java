package io.flywheel.platform.db;

import com.mysql.cj.jdbc.Driver;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Opens connections by MySQL's driver itself. {@link java.sql.DriverManager} finds a driver only
 * for callers of the class loader that first asked it, which a service within another program need
 * not be.
 */
public final class MySqlConnections {
  private MySqlConnections() {}

  /** Opens a connection to an address that begins with {@code jdbc:mysql:}. */
  public static Connection open(String url, Properties properties) throws SQLException {
    Connection connection = new Driver().connect(url, properties);
    if (connection == null) {
      throw new SQLException(
          "no address of a MySQL database, which begins with jdbc:mysql: " + url);
    }
    return connection;
  }
}
