package io.flywheel.testing;

import io.flywheel.platform.config.Settings;
import io.flywheel.platform.db.DataFolder;
import io.flywheel.platform.db.DatabaseConfig;
import io.flywheel.platform.db.EmbeddedMariaDb;
import io.flywheel.platform.db.MySqlConnections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The database of all tests of this JVM: an embedded MariaDB, or the server that {@code
 * -Dflywheel.test.database-url=jdbc:mysql://…} names. Each test has schemas of its own.
 * Thread-safe.
 */
public final class TestDatabase {
  private static final String URL_PROPERTY = "flywheel.test.database-url";

  private final String url;
  private final Properties login = new Properties();
  private final SchemaPool schemas = new SchemaPool(this);

  private TestDatabase(String url) {
    this.url = url;
  }

  /** The one of this JVM; the first caller starts it. */
  public static TestDatabase shared() {
    return Shared.DATABASE;
  }

  /** Schemas that have been migrated. */
  SchemaPool schemas() {
    return schemas;
  }

  /** The name of a schema that nobody has. */
  public static String freshSchema() {
    return "flywheel_test_" + UUID.randomUUID().toString().replace("-", "");
  }

  /** What a server has to be told to use the schema. */
  public List<String> settings(String schema) {
    List<String> url = List.of("--database.url=" + url(schema));
    return Stream.concat(
            url.stream(),
            login.stringPropertyNames().stream()
                .map(name -> "--database." + name + "=" + login.getProperty(name)))
        .toList();
  }

  /** The JDBC URL of a schema. */
  public String url(String schema) {
    int parameters = url.indexOf('?');
    String server = parameters < 0 ? url : url.substring(0, parameters);
    return (server.endsWith("/") ? server : server + "/")
        + schema
        + (parameters < 0 ? "" : url.substring(parameters));
  }

  /** Who logs in; null: whom the URL names. */
  public @Nullable String user() {
    return login.getProperty("user");
  }

  /** The password to log in with; null: the URL's. */
  public @Nullable String password() {
    return login.getProperty("password");
  }

  /** A plain connection to the schema, which has to exist. */
  public Connection connect(String schema) throws SQLException {
    return MySqlConnections.open(url(schema), login);
  }

  /** Removes a schema. */
  public void drop(String schema) {
    try (Connection connection = connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS `" + schema + "`");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Shared {
    static final TestDatabase DATABASE = open();

    private static TestDatabase open() {
      String url = System.getProperty(URL_PROPERTY);
      try {
        return url == null ? startEmbedded() : given(url);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private static TestDatabase given(String url) {
      TestDatabase database = new TestDatabase(url);
      Runtime.getRuntime().addShutdownHook(new Thread(database.schemas::close));
      return database;
    }

    private static TestDatabase startEmbedded() throws IOException, InterruptedException {
      Path folder = Files.createTempDirectory("flywheel-test");
      DatabaseConfig config =
          Settings.of(
                  List.of(
                      "--database.data-dir=" + folder,
                      "--database.embedded-programs=" + Path.of("target", "test-programs"),
                      "--database.embedded-buffer-pool-mib=128",
                      "--database.pool-size=400"),
                  Map.of())
              .read("database", DatabaseConfig.class);
      // Tests look behind the service: at the server's logs, its locks and its plans.
      EmbeddedMariaDb embedded =
          new EmbeddedMariaDb(
              config,
              new DataFolder(config),
              "ALL PRIVILEGES ON *.*",
              () -> System.err.println("the tests' database is gone"));
      embedded.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(embedded, folder)));
      TestDatabase database =
          new TestDatabase("jdbc:mysql://127.0.0.1:" + embedded.port() + "/?sslMode=DISABLED");
      database.login.setProperty("user", embedded.user());
      database.login.setProperty("password", embedded.password());
      return database;
    }

    private static void remove(EmbeddedMariaDb embedded, Path folder) {
      try {
        embedded.stop();
        deleteRecursively(folder);
      } catch (IOException e) {
        System.err.println("could not remove " + folder + ": " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Removes a folder with all that is in it. */
  public static void deleteRecursively(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
