package io.flywheel.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.config.SettingsException;
import io.flywheel.testing.TestDatabase;
import io.flywheel.testing.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  @Test
  void sessionsAreReadCommittedStrictAndInUtc() throws Exception {
    try (TestServer server = TestServer.start()) {
      Database database = server.instance(Database.class);
      database.read(handle -> {
        assertThat(handle.getConnection().getTransactionIsolation())
            .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(one(handle, "SELECT @@transaction_isolation")).isEqualTo("READ-COMMITTED");
        assertThat(one(handle, "SELECT @@time_zone")).isIn("+00:00", "UTC");
        assertThat(one(handle, "SELECT @@sql_mode"))
            .contains("STRICT_TRANS_TABLES", "ONLY_FULL_GROUP_BY");
        assertThat(one(handle, "SELECT @@collation_database")).isEqualTo("utf8mb4_bin");
        return null;
      });
      assertThat(database.answers()).isTrue();
    }
  }

  /** As long as there are rows that it copies, say. */
  @Test
  void aMigrationMayTakeLongerThanAStatement() throws Exception {
    try (TestServer server =
        TestServer.builder()
            .setting("database.statement-timeout", "1s")
            .module(new SlowMigration())
            .start()) {
      Database database = server.instance(Database.class);
      assertThat(
              database.<String, RuntimeException>read(handle ->
                  one(handle, "SELECT success FROM flyway_schema_history WHERE version = '9999'")))
          .isEqualTo("1");
      assertThatThrownBy(() -> database.read(handle -> one(handle, "SELECT SLEEP(2)")))
          .isInstanceOf(JdbiException.class);
    }
  }

  @Test
  void twoServersShareASchemaAndARestartedOneFindsItsRows() throws Exception {
    try (TestServer first = TestServer.start();
        TestServer second = first.another()) {
      first
          .instance(Database.class)
          .jdbi()
          .useHandle(handle -> {
            handle.execute("CREATE TABLE note (text VARCHAR(16) NOT NULL PRIMARY KEY)");
            handle.execute("INSERT INTO note (text) VALUES ('kept')");
          });
      first.restart();
      for (TestServer server : List.of(first, second)) {
        String text = server.instance(Database.class).read(h -> one(h, "SELECT text FROM note"));
        assertThat(text).isEqualTo("kept");
      }
    }
  }

  @Test
  void aDeadlockIsAConflictThatAnotherTryMayWin() throws Exception {
    try (TestServer server = TestServer.start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Database database = server.instance(Database.class);
      database
          .jdbi()
          .useHandle(handle -> {
            handle.execute("CREATE TABLE pair (id INT NOT NULL PRIMARY KEY, n INT NOT NULL)");
            handle.execute("INSERT INTO pair (id, n) VALUES (1, 0), (2, 0)");
          });
      CyclicBarrier bothHoldOne = new CyclicBarrier(2);
      List<Future<Throwable>> outcomes =
          Stream.of(1, 2)
              .map(first ->
                  threads.submit(
                      () -> catchThrowable(() -> lockBoth(database, first, bothHoldOne))))
              .toList();
      List<Throwable> failures =
          Stream.of(outcomes.get(0).get(), outcomes.get(1).get()).filter(f -> f != null).toList();
      assertThat(failures).hasSize(1);
      assertThat(DatabaseErrors.isTransient(failures.get(0))).isTrue();
      assertThat(DatabaseErrors.isConflict(failures.get(0))).isTrue();
      assertThat(DatabaseErrors.isUnavailable(failures.get(0))).isFalse();
    }
  }

  @Test
  void aLostConnectionIsUnavailableAndAMistakeIsNeither() throws Exception {
    try (TestServer server = TestServer.start()) {
      Database database = server.instance(Database.class);
      Throwable lost =
          catchThrowable(() ->
              database.read(handle -> {
                long id = Long.parseLong(one(handle, "SELECT CONNECTION_ID()"));
                kill(server.schema(), id);
                return one(handle, "SELECT 1");
              }));
      assertThat(DatabaseErrors.isUnavailable(lost)).as("%s", lost).isTrue();
      assertThat(DatabaseErrors.isTransient(lost)).isTrue();
      Throwable mistake = catchThrowable(() -> database.read(h -> one(h, "SELECT nothing")));
      assertThat(DatabaseErrors.isTransient(mistake)).as("%s", mistake).isFalse();
    }
  }

  @Test
  void anAddressHasADefaultSchemaAndHidesItsSecrets() {
    DatabaseAddress bare = address("jdbc:mysql://db:3306");
    assertThat(bare.url()).isEqualTo("jdbc:mysql://db:3306/flywheel");
    DatabaseAddress full = address("jdbc:mysql://root:pw@db:3306/shop?password=pw&user=root");
    assertThat(full.schema()).isEqualTo("shop");
    assertThat(full.urlWithoutSchema())
        .isEqualTo("jdbc:mysql://root:pw@db:3306/?password=pw&user=root");
    assertThat(full).hasToString("jdbc:mysql://db:3306/shop");
    assertThatThrownBy(() -> address("jdbc:postgresql://root:pw@db/shop?password=pw"))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "database.url: jdbc:postgresql://db/shop (expected: jdbc:mysql://host:port/schema)");
  }

  private static DatabaseAddress address(String url) {
    return DatabaseAddress.of(url, Optional.empty(), Optional.empty());
  }

  private static void lockBoth(Database database, int first, CyclicBarrier bothHoldOne)
      throws Exception {
    database.inTransaction(handle -> {
      handle.execute("UPDATE pair SET n = n + 1 WHERE id = ?", first);
      bothHoldOne.await();
      return handle.execute("UPDATE pair SET n = n + 1 WHERE id = ?", 3 - first);
    });
  }

  /** On a connection of its own: within a handle, JDBI gives a thread the same one again. */
  private static void kill(String schema, long connectionId) throws SQLException {
    try (Connection connection = TestDatabase.shared().connect(schema);
        Statement statement = connection.createStatement()) {
      statement.execute("KILL " + connectionId);
    }
  }

  private static String one(Handle handle, String query) {
    return handle.createQuery(query).mapTo(String.class).one();
  }

  private static final class SlowMigration extends AbstractModule implements JavaMigration {
    @Override
    protected void configure() {
      Multibinder.newSetBinder(binder(), JavaMigration.class).addBinding().toInstance(this);
    }

    @Override
    public MigrationVersion getVersion() {
      return MigrationVersion.fromVersion("9999");
    }

    @Override
    public String getDescription() {
      return "slow";
    }

    @Override
    public Integer getChecksum() {
      return 1;
    }

    @Override
    public boolean canExecuteInTransaction() {
      return false;
    }

    @Override
    public void migrate(Context context) throws SQLException {
      try (Statement statement = context.getConnection().createStatement()) {
        statement.execute("DO SLEEP(2)");
      }
    }
  }
}
