package io.flywheel.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.platform.config.Settings;
import io.flywheel.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Works on databases of its own, in child processes where somebody has to die. */
class EmbeddedMariaDbTest {
  private static final Pattern PORT = Pattern.compile("jdbc:mysql://127\\.0\\.0\\.1:(\\d+)/");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final List<Process> children = new ArrayList<>();
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("flywheel-embedded");
  }

  @AfterEach
  void clean() throws Exception {
    for (Process child : children) {
      child.destroyForcibly().waitFor();
    }
    // Whatever a killed server left behind is stopped by the next one on its folder.
    if (Files.exists(folder.resolve("mariadb.pid"))) {
      EmbeddedMariaDb last = embedded();
      last.start();
      last.stop();
    }
    TestDatabase.deleteRecursively(folder);
  }

  @Test
  void itIsReachableFromThisMachineWithThePasswordOnly() throws Exception {
    EmbeddedMariaDb database = withAllRights();
    database.start();
    try {
      assertThat(query(database, database.user(), database.password(), "SELECT CURRENT_USER()"))
          .isEqualTo("flywheel@127.0.0.1");
      for (String user : List.of("flywheel", "root", "", "mysql", "mariadb.sys")) {
        for (String password : List.of("", "flywheel", "wrong")) {
          assertThatThrownBy(() -> query(database, user, password, "SELECT 1"))
              .isInstanceOf(SQLException.class)
              .hasMessageContaining("Access denied");
        }
      }
      assertThat(
              query(
                  database,
                  database.user(),
                  database.password(),
                  "SELECT GROUP_CONCAT(CONCAT(User, '@', Host)) FROM mysql.global_priv WHERE"
                      + " JSON_VALUE(Priv, '$.account_locked') IS NULL"))
          .isEqualTo("flywheel@127.0.0.1");
      for (InetAddress address : otherAddressesOfThisMachine()) {
        assertThatThrownBy(() -> connect(address, database.port()))
            .as("%s", address)
            .isInstanceOf(IOException.class);
      }
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("mariadb.password"))))
          .isEqualTo("rw-------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(folder.resolve("mariadb"))))
          .isEqualTo("rwx------");
      assertThat(processOf(database).info().arguments().orElseThrow())
          .noneMatch(argument -> argument.contains(database.password()))
          .noneMatch(argument -> argument.contains("skip-grant"));
    } finally {
      database.stop();
    }
  }

  @Test
  void commitsAreDurableAndSettingsAreTheServicesOwn() throws Exception {
    EmbeddedMariaDb database = embedded();
    database.start();
    try {
      assertThat(
              query(
                  database,
                  database.user(),
                  database.password(),
                  "SELECT CONCAT_WS(' ', @@innodb_flush_log_at_trx_commit, @@max_allowed_packet,"
                      + " @@tx_isolation, @@global.time_zone, @@character_set_server,"
                      + " @@innodb_doublewrite, @@local_infile)"))
          .isEqualTo("1 67108864 READ-COMMITTED +00:00 utf8mb4 ON OFF");
    } finally {
      database.stop();
    }
  }

  @Test
  void aSecondServerOnTheSameFolderIsTurnedAway() throws Exception {
    EmbeddedMariaDb database = embedded();
    database.start();
    try {
      EmbeddedMariaDb second = embedded();
      assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use by another server");
      assertThat(query(database, database.user(), database.password(), "SELECT 1")).isEqualTo("1");
    } finally {
      database.stop();
    }
  }

  @Test
  void aDatabaseThatDiesIsStartedAgainWithWhatItHadPromised() throws Exception {
    EmbeddedMariaDb database = embedded();
    database.start();
    try {
      run(
          database,
          "CREATE DATABASE flywheel_shop",
          "CREATE TABLE flywheel_shop.kept (n INT NOT NULL PRIMARY KEY)");
      run(database, "INSERT INTO flywheel_shop.kept (n) VALUES (7)");
      processOf(database).destroyForcibly();
      long end = System.nanoTime() + LIMIT.toNanos();
      String kept = "";
      while (!kept.equals("7") && System.nanoTime() < end) {
        try {
          kept =
              query(
                  database,
                  database.user(),
                  database.password(),
                  "SELECT n FROM flywheel_shop.kept");
        } catch (SQLException e) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
      assertThat(kept).isEqualTo("7");
    } finally {
      database.stop();
    }
    assertThat(folder.resolve("mariadb.pid")).doesNotExist();
  }

  @Test
  void aDatabaseThatCannotBeStartedIsTriedAgainUntilItCan() throws Exception {
    EmbeddedMariaDb database = embedded();
    database.start();
    try {
      breakData(database);
      awaitUntil(
          () -> Files.readString(folder.resolve("mariadb.log")).contains("Can't change dir"));
      Files.move(folder.resolve("elsewhere"), folder.resolve("mariadb"));
      awaitUntil(() -> {
        try {
          return query(database, database.user(), database.password(), "SELECT 1").equals("1");
        } catch (SQLException e) {
          return false;
        }
      });
    } finally {
      database.stop();
    }
  }

  @Test
  void aDatabaseThatCannotBeStartedForLongEndsTheService() throws Exception {
    CountDownLatch hopeless = new CountDownLatch(1);
    List<String> arguments = new ArrayList<>(databaseArguments());
    arguments.add("--database.embedded-give-up-after=1s");
    DatabaseConfig config = Settings.of(arguments, Map.of()).read("database", DatabaseConfig.class);
    EmbeddedMariaDb database =
        new EmbeddedMariaDb(
            config, new DataFolder(config), "ALL PRIVILEGES ON *.*", hopeless::countDown);
    database.start();
    try {
      breakData(database);
      assertThat(hopeless.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      database.stop();
    }
  }

  @Test
  void itsUserHasRightsInTheServicesSchemasAloneWhateverAnEarlierVersionGave() throws Exception {
    EmbeddedMariaDb earlier = withAllRights();
    earlier.start();
    run(
        earlier,
        "CREATE DATABASE flywheel",
        "CREATE TABLE flywheel.t (n INT NOT NULL PRIMARY KEY)");
    earlier.stop();
    EmbeddedMariaDb database = embedded();
    database.start();
    try {
      run(database, "INSERT INTO flywheel.t (n) VALUES (1)", "DROP TABLE flywheel.t");
      for (String forbidden :
          List.of(
              "CREATE DATABASE other",
              "DELETE FROM mysql.global_priv",
              "GRANT ALL ON *.* TO 'flywheel'@'127.0.0.1'",
              "CREATE USER 'eve'@'%'",
              "SET GLOBAL general_log = 1",
              "SELECT 1 INTO OUTFILE '/tmp/flywheel-should-not-be'",
              "INSTALL SONAME 'ha_blackhole'")) {
        assertThatThrownBy(() -> run(database, forbidden))
            .as(forbidden)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("denied");
      }
      assertThat(query(database, database.user(), database.password(), "SELECT @@secure_file_priv"))
          .contains("mariadb.files");
      // Another one's start would delete temporary tables in a folder that both have.
      assertThat(query(database, database.user(), database.password(), "SELECT @@tmpdir"))
          .endsWith("mariadb.tmp");
      assertThat(
              query(
                  database,
                  database.user(),
                  database.password(),
                  "SELECT COALESCE(LOAD_FILE('/etc/hostname'), 'nothing')"))
          .isEqualTo("nothing");
    } finally {
      database.stop();
    }
  }

  /** The database dies, and its files are not where they were. */
  private void breakData(EmbeddedMariaDb database) throws IOException {
    Files.move(folder.resolve("mariadb"), folder.resolve("elsewhere"));
    processOf(database).destroyForcibly();
  }

  private static void awaitUntil(Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!holds.call()) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void afterAKillTheNextServerStopsTheDatabaseLeftRunningAndFindsItsRows() throws Exception {
    Process killed = server();
    int port = awaitReady(killed);
    EmbeddedMariaDb asKilled = embedded();
    String password = Files.readString(folder.resolve("mariadb.password")).strip();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + port + "/flywheel", "flywheel", password);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE kept (n INT NOT NULL PRIMARY KEY)");
      statement.execute("INSERT INTO kept (n) VALUES (7)");
    }
    ProcessHandle leftover = processOf(asKilled);
    killed.destroyForcibly().waitFor();
    assertThat(leftover.isAlive()).as("the database outlives its server").isTrue();

    EmbeddedMariaDb next = embedded();
    next.start();
    try {
      assertThat(leftover.isAlive()).isFalse();
      assertThat(query(next, next.user(), next.password(), "SELECT n FROM flywheel.kept"))
          .isEqualTo("7");
    } finally {
      next.stop();
    }
  }

  @Test
  void aPidFileThatNamesAnotherProcessHarmsNobody() throws Exception {
    EmbeddedMariaDb database = embedded();
    database.start();
    database.stop();
    Process bystander = new ProcessBuilder("sleep", "600").start();
    children.add(bystander);
    Files.writeString(folder.resolve("mariadb.pid"), Long.toString(bystander.pid()));
    database.start();
    try {
      assertThat(bystander.isAlive()).isTrue();
      assertThat(processOf(database).pid()).isNotEqualTo(bystander.pid());
    } finally {
      database.stop();
    }
  }

  @Test
  void aServerThatIsToldToEndStopsItsDatabaseToo() throws Exception {
    Process server = server();
    awaitReady(server);
    ProcessHandle database = processOf(embedded());
    server.destroy();
    assertThat(server.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(database.isAlive()).isFalse();
  }

  private EmbeddedMariaDb withAllRights() {
    DatabaseConfig config =
        Settings.of(databaseArguments(), Map.of()).read("database", DatabaseConfig.class);
    return new EmbeddedMariaDb(config, new DataFolder(config), "ALL PRIVILEGES ON *.*", () -> {});
  }

  private EmbeddedMariaDb embedded() {
    DatabaseConfig config =
        Settings.of(databaseArguments(), Map.of()).read("database", DatabaseConfig.class);
    return new EmbeddedMariaDb(config, new DataFolder(config));
  }

  private List<String> databaseArguments() {
    return List.of(
        "--database.data-dir=" + folder,
        "--database.embedded-programs=" + Path.of("target", "test-programs").toAbsolutePath(),
        "--database.embedded-buffer-pool-mib=64");
  }

  private ProcessHandle processOf(EmbeddedMariaDb database) throws IOException {
    assertThat(database).isNotNull();
    String pid = Files.readString(folder.resolve("mariadb.pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** The whole service in a process of its own. */
  private Process server() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.flywheel.Main"));
    command.addAll(List.of("--grpc.host=127.0.0.1", "--grpc.port=0", "--http.port=0"));
    command.addAll(databaseArguments());
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.to(folder.resolve("server.log").toFile()))
            .start();
    children.add(process);
    return process;
  }

  /** The database's port, as the server prints it when it is ready. */
  private int awaitReady(Process server) throws IOException {
    BufferedReader lines = server.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        return Integer.parseInt(port.group(1));
      }
    }
    throw new AssertionError(
        "the server did not start:\n" + Files.readString(folder.resolve("server.log")));
  }

  private static String query(EmbeddedMariaDb database, String user, String password, String sql)
      throws SQLException {
    try (Connection connection = connect(database, user, password);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static void run(EmbeddedMariaDb database, String... statements) throws SQLException {
    try (Connection connection = connect(database, database.user(), database.password());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Connection connect(EmbeddedMariaDb database, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mysql://127.0.0.1:" + database.port() + "/?sslMode=DISABLED", user, password);
  }

  private static void connect(InetAddress address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
    }
  }

  private static List<InetAddress> otherAddressesOfThisMachine() throws IOException {
    return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress())
        .toList();
  }
}
