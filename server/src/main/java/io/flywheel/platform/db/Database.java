package io.flywheel.platform.db;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.mysql.cj.jdbc.Driver;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.flywheel.platform.Lifecycle;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.output.MigrateResult;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one database: a pool of connections, migrated to what this version of the service expects. It
 * can be used from its start in the phase STORAGE until the server has stopped. Thread-safe.
 */
@Singleton
public final class Database implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(Database.class);
  private static final int UNKNOWN_DATABASE = 1049;
  private static final int PROBE_SECONDS = 2;

  /** How long nothing is written to a database that had no room left, before it is tried again. */
  private static final Duration PAUSE_WHEN_FULL = Duration.ofSeconds(10);

  private final DatabaseConfig config;
  private final EmbeddedMariaDb embedded;
  private final Clock clock;
  private final MeterRegistry metrics;
  private final Set<JavaMigration> migrations;
  private final PreparedQueries prepared = new PreparedQueries();
  private final Jdbi jdbi;
  private volatile Instant lastFull = Instant.MIN;
  private volatile @Nullable DatabaseAddress address;
  private volatile @Nullable HikariDataSource pool;

  @GuardedBy("this")
  private @Nullable Connection probe;

  @Inject
  Database(
      DatabaseConfig config,
      EmbeddedMariaDb embedded,
      Clock clock,
      MeterRegistry metrics,
      Set<JavaMigration> migrations) {
    this.config = config;
    this.clock = clock;
    this.embedded = embedded;
    this.metrics = metrics;
    this.migrations = migrations;
    this.jdbi = Jdbi.create(this::connect);
  }

  /**
   * For statements and transactions; its connections are READ COMMITTED, in UTC, auto-committing.
   */
  public Jdbi jdbi() {
    return jdbi;
  }

  /** Runs queries on a connection of the pool. */
  public <T, X extends Exception> T read(HandleCallback<T, X> queries) throws X {
    return jdbi.withHandle(queries);
  }

  /**
   * Runs a query that is asked thousands of times a second with other values, unless the database
   * has not prepared it on the connection that is free: the second time it has, if it can.
   *
   * @param text with a question mark for each value
   * @param values texts, whole numbers and bytes
   * @return whether it was run; of what was not, the reader may have been given some rows
   */
  public boolean readPrepared(String text, List<Object> values, RowReader reader)
      throws SQLException {
    try (Connection connection = connect()) {
      try {
        return prepared.run(connection, text, values, reader);
      } catch (SQLException e) {
        evict(connection);
        if (DatabaseErrors.isUnavailable(e)) {
          throw e;
        }
        return false; // who asks by text hears what it is
      } catch (RuntimeException | Error e) {
        evict(connection);
        throw e;
      }
    }
  }

  /** Runs statements in one transaction, which an exception rolls back. */
  public <T, X extends Exception> T inTransaction(HandleCallback<T, X> work) throws X {
    return jdbi.inTransaction(work);
  }

  /**
   * Runs statements in one transaction, whose queries all see the database as the first one did.
   */
  public <T, X extends Exception> T inSnapshot(HandleCallback<T, X> work) throws X {
    return jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, work);
  }

  /**
   * Runs statements that begin and end a transaction by themselves, together with others, which
   * saves the way there and back; what an exception leaves open is rolled back.
   */
  public <T, X extends Exception> T inOwnTransaction(HandleCallback<T, X> work) throws X {
    return jdbi.withHandle(handle -> {
      try {
        return work.withHandle(handle);
      } catch (Throwable e) {
        rollBack(handle.getConnection(), e);
        throw e;
      }
    });
  }

  /** A connection that can't be told to is closed, and with it the transaction. */
  private void rollBack(Connection connection, Throwable cause) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      cause.addSuppressed(e);
      evict(connection);
    }
  }

  private void evict(Connection connection) {
    HikariDataSource open = pool;
    if (open != null) {
      open.evictConnection(connection);
    }
  }

  /**
   * Runs statements in one transaction that inserts what it has looked for in vain. Where somebody
   * else has inserted it meanwhile, it is run a second time, and finds it.
   */
  public <T, X extends Exception> T inInsertingTransaction(HandleCallback<T, X> work) throws X {
    try {
      return inTransaction(work);
    } catch (JdbiException e) {
      if (!DatabaseErrors.isDuplicateKey(e)) {
        throw e;
      }
      return inTransaction(work);
    }
  }

  /** A connection outside of the pool, for what lives as long as its session; to be closed. */
  public Connection connectOutsideOfPool() throws SQLException {
    DatabaseAddress known = address;
    if (known == null) {
      throw new IllegalStateException("the database has not been started yet");
    }
    return connect(known.url(), known);
  }

  /** Whether the database is this node's own, which no other node works on. */
  public boolean isEmbedded() {
    return config.url().isEmpty();
  }

  /** Where the database is, without secrets. */
  public String location() {
    return String.valueOf(address);
  }

  @Override
  public Phase phase() {
    return Phase.STORAGE;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    DatabaseAddress address = findAddress();
    this.address = address;
    try {
      createSchemaIfMissing(address);
    } catch (SQLException e) {
      throw new IOException("the database " + address + " can't be used: " + e.getMessage(), e);
    }
    HikariDataSource pool = new HikariDataSource(poolConfig(address));
    this.pool = pool;
    migrate(address);
  }

  @Override
  public synchronized void stop() throws IOException, InterruptedException {
    closeProbe();
    HikariDataSource open = pool;
    if (open != null) {
      open.close();
    }
    embedded.stop();
  }

  /**
   * Whether the database answers. The question has a connection of its own, so that a pool that is
   * fully in use doesn't pass for a database that is gone.
   */
  public synchronized boolean answers() {
    try {
      DatabaseAddress known = address;
      if (known == null) {
        return false;
      }
      if (probe == null) {
        probe = connect(known.url(), known);
      }
      if (probe.isValid(PROBE_SECONDS)) {
        return true;
      }
    } catch (SQLException e) {
      log.debug("The database does not answer", e);
    }
    closeProbe();
    return false;
  }

  /** Whether the database has had room, for a while, for all that was written. */
  public boolean hasRoom() {
    return !clock.instant().isBefore(plusPause(lastFull));
  }

  private static Instant plusPause(Instant instant) {
    return instant.equals(Instant.MIN) ? instant : instant.plus(PAUSE_WHEN_FULL);
  }

  private DatabaseAddress findAddress() throws IOException, InterruptedException {
    if (config.url().isPresent()) {
      return DatabaseAddress.of(config.url().get(), config.user(), config.password());
    }
    embedded.start();
    return embedded.address();
  }

  private void createSchemaIfMissing(DatabaseAddress address) throws SQLException {
    try (Connection existing = connect(address.url(), address)) {
      log.debug("The schema is there: {}", existing.getCatalog());
    } catch (SQLException e) {
      if (e.getErrorCode() != UNKNOWN_DATABASE) {
        throw e;
      }
      try (Connection connection = connect(address.urlWithoutSchema(), address);
          Statement statement = connection.createStatement()) {
        // The binary collation is the one that every supported database has and reckons alike.
        statement.execute(
            "CREATE DATABASE IF NOT EXISTS `%s` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
                .formatted(address.schema().replace("`", "``")));
      }
    }
  }

  private HikariConfig poolConfig(DatabaseAddress address) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("database");
    pool.setDriverClassName(Driver.class.getName());
    pool.setJdbcUrl(address.url());
    pool.setDataSourceProperties(address.properties(config));
    pool.setMaximumPoolSize(config.poolSize());
    pool.setMinimumIdle(Math.min(4, config.poolSize()));
    pool.setConnectionTimeout(config.connectionTimeout().toMillis());
    pool.setExceptionOverride(new LostConnections(() -> lastFull = clock.instant()));
    pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(metrics));
    return pool;
  }

  /**
   * Migrates by connections that wait for a statement as long as it takes: one that copies a table
   * takes minutes where there are many rows, and could not be given up without a mess.
   */
  private void migrate(DatabaseAddress address) {
    Properties properties = address.properties(config);
    properties.setProperty("socketTimeout", "0");
    HikariConfig patient = new HikariConfig();
    patient.setPoolName("migrations");
    patient.setDriverClassName(Driver.class.getName());
    patient.setJdbcUrl(address.url());
    patient.setDataSourceProperties(properties);
    patient.setMinimumIdle(0);
    try (HikariDataSource connections = new HikariDataSource(patient)) {
      MigrateResult result =
          Flyway.configure()
              .dataSource(connections)
              .locations("classpath:db/migration")
              .javaMigrations(migrations.toArray(JavaMigration[]::new))
              .load()
              .migrate();
      log.info("{} migrations applied", result.migrationsExecuted);
    }
  }

  private Connection connect() throws SQLException {
    HikariDataSource open = pool;
    if (open == null) {
      throw new IllegalStateException("the database has not been started yet");
    }
    return open.getConnection();
  }

  private Connection connect(String url, DatabaseAddress address) throws SQLException {
    return MySqlConnections.open(url, address.properties(config));
  }

  @GuardedBy("this")
  private void closeProbe() {
    try {
      if (probe != null) {
        probe.close();
      }
    } catch (SQLException e) {
      log.debug("The connection to the database was lost", e);
    }
    probe = null;
  }
}
