package io.flywheel.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.JavaMigration;

/**
 * A schema in the {@link TestDatabase} as an earlier version of the service left it, for tests of
 * what becomes of its rows. Not thread-safe.
 */
public final class FormerSchema implements AutoCloseable {
  private final TestDatabase database = TestDatabase.shared();
  private final String name = TestDatabase.freshSchema();
  private final JavaMigration[] migrations;

  /**
   * A schema without a row.
   *
   * @param version the number of the last migration that it has seen
   * @param migrations those that are not plain SQL
   */
  public FormerSchema(String version, JavaMigration... migrations) {
    this.migrations = migrations.clone();
    try (Connection connection = database.connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE `" + name + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    migrate(version);
  }

  /** Its name, for servers that start on it. */
  public String name() {
    return name;
  }

  /** A plain connection to it. */
  public Connection connect() throws SQLException {
    return database.connect(name);
  }

  /** Makes it one of this version. */
  public void migrate() {
    migrate("latest");
  }

  /** Drops it. */
  @Override
  public void close() {
    database.drop(name);
  }

  private void migrate(String target) {
    Flyway.configure()
        .dataSource(database.url(name), database.user(), database.password())
        .locations("classpath:db/migration")
        .javaMigrations(migrations)
        .target(target)
        .load()
        .migrate();
  }
}
