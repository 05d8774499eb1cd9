package io.flywheel.platform.db;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MariaDB server of the service's own, for machines with no database: a child process whose data
 * stay in the data folder. It listens on 127.0.0.1 only and has one user, whose random password
 * lies in a file that only the service's own user may read, and who has rights in the service's
 * schemas alone. Commits are durable. If the process dies, it is started again, until that is
 * hopeless. Thread-safe.
 */
@Singleton
public final class EmbeddedMariaDb {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedMariaDb.class);
  private static final String USER = "flywheel";
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** What the process ends with when the database can't be started again. */
  static final int EXIT_WITHOUT_DATABASE = 3;

  /** All that the service does, in its own schemas alone. */
  private static final String RIGHTS =
      "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX ON `flywheel%`.*";

  private final DatabaseConfig config;
  private final DataFolder folder;
  private final Path data;
  private final Path pidFile;
  private final Path errorLog;
  private final String rights;
  private final Runnable whenHopeless;

  @GuardedBy("this")
  private @Nullable FileChannel lock;

  @GuardedBy("this")
  private @Nullable Process process;

  private volatile boolean stopping;

  /** Counts the starts, each of which has a watch of its own; written under the lock. */
  private volatile int starts;

  private volatile int port;
  private volatile String password = "";

  @Inject
  EmbeddedMariaDb(DatabaseConfig config, DataFolder folder) {
    // Not on the thread that found out: the end of the process waits for it.
    this(
        config,
        folder,
        RIGHTS,
        () ->
            Thread.ofPlatform()
                .name("no-database")
                .start(() -> System.exit(EXIT_WITHOUT_DATABASE)));
  }

  /**
   * A database whose user has other rights.
   *
   * @param rights as GRANT has them, with ON
   * @param whenHopeless is called when the database has died and can't be started again
   */
  public EmbeddedMariaDb(
      DatabaseConfig config, DataFolder folder, String rights, Runnable whenHopeless) {
    this.config = config;
    this.folder = folder;
    this.rights = rights;
    this.whenHopeless = whenHopeless;
    this.data = folder.resolve("mariadb");
    this.pidFile = folder.resolve("mariadb.pid");
    this.errorLog = folder.resolve("mariadb.log");
  }

  /** Starts the database and returns when it answers. */
  public synchronized void start() throws IOException, InterruptedException {
    lockFolder();
    stopping = false;
    starts = starts + 1;
    stopLeftover();
    Files.createDirectories(folder.resolve("mariadb.files"));
    MariaDbPrograms programs =
        MariaDbPrograms.unpack(config.embeddedPrograms().orElse(folder.resolve("programs")));
    password = folder.secret("mariadb.password");
    if (!Files.exists(data)) {
      create(programs);
    }
    launch(programs);
  }

  /**
   * Stops the database as it wants to be stopped, so that the next start has nothing to recover.
   */
  public void stop() throws IOException, InterruptedException {
    stopping = true; // whoever waits for a start of it, waits no longer
    stopNow();
  }

  private synchronized void stopNow() throws IOException, InterruptedException {
    if (process != null) {
      stop(process.toHandle());
      process = null;
    }
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  /** Where the running database is and how to log in. */
  DatabaseAddress address() {
    return DatabaseAddress.of(
        "jdbc:mysql://127.0.0.1:" + port + "/?sslMode=DISABLED",
        Optional.of(USER),
        Optional.of(password));
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The one user. */
  public String user() {
    return USER;
  }

  /** The user's password. */
  public String password() {
    return password;
  }

  @GuardedBy("this")
  private void lockFolder() throws IOException {
    Path file = folder.resolve("lock");
    Files.createDirectories(file.getParent());
    lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Another server in this very process has it.
    }
    lock.close();
    lock = null;
    throw new IOException(
        "the data folder " + file.getParent() + " is in use by another server on this machine");
  }

  /**
   * Stops the database that a killed server left running: the one of the pid file, if it works on
   * our data.
   */
  @GuardedBy("this")
  private void stopLeftover() throws IOException, InterruptedException {
    if (!Files.exists(pidFile)) {
      return;
    }
    String pid = Files.readString(pidFile, StandardCharsets.US_ASCII).strip();
    if (pid.matches("\\d{1,18}")) {
      ProcessHandle leftover =
          ProcessHandle.of(Long.parseLong(pid)).filter(this::worksOnOurData).orElse(null);
      if (leftover != null) {
        log.info("Stopping the embedded database {} that an earlier server left running", pid);
        stop(leftover);
      }
    }
    Files.deleteIfExists(pidFile);
  }

  /** Process ids are given out again, so that the number alone proves nothing. */
  private boolean worksOnOurData(ProcessHandle candidate) {
    boolean mariaDb =
        candidate.info().command().filter(c -> c.matches(".*(mariadbd|mysqld\\.exe)")).isPresent();
    // Windows doesn't tell the arguments.
    return mariaDb
        && candidate
            .info()
            .arguments()
            .map(List::of)
            .map(a -> a.contains(dataOption()))
            .orElse(true);
  }

  private static void stop(ProcessHandle running) throws IOException, InterruptedException {
    running.destroy();
    try {
      running.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.warn("The embedded database did not stop within {}; killing it", STOP_LIMIT);
      running.destroyForcibly();
      running.onExit().join();
    } catch (ExecutionException e) {
      throw new IOException("cannot stop the embedded database", e);
    }
  }

  /**
   * Makes the system tables and the one user. MariaDB's own script would make users without
   * passwords; its bootstrap mode, which opens no port, takes the same SQL without them.
   */
  private void create(MariaDbPrograms programs) throws IOException, InterruptedException {
    Path fresh = folder.resolve("mariadb.new");
    if (Files.exists(fresh)) {
      MariaDbPrograms.deleteRecursively(fresh);
    }
    // Temporary folders and files are open to their owner only.
    Files.move(Files.createTempDirectory(fresh.getParent(), "mariadb"), fresh);
    Path script = Files.createTempFile("bootstrap", ".sql");
    Files.writeString(script, "CREATE DATABASE mysql;\nUSE mysql;\n");
    for (String part : List.of("mariadb_system_tables.sql", "mariadb_performance_tables.sql")) {
      Files.write(
          script, Files.readAllBytes(programs.share().resolve(part)), StandardOpenOption.APPEND);
    }
    Files.writeString(script, createUser(), StandardOpenOption.APPEND);
    List<String> command = command(programs, fresh);
    command.add("--bootstrap");
    int exit =
        new ProcessBuilder(command)
            .redirectInput(script.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(errorLog.toFile()))
            .start()
            .waitFor();
    Files.delete(script);
    if (exit != 0) {
      throw failed("could not be created");
    }
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The password is hexadecimal; it needs no quoting. */
  private String createUser() {
    return """

    INSERT INTO global_priv (Host, User, Priv) VALUES ('127.0.0.1', '%s', JSON_OBJECT('access', 0, \
    'plugin', 'mysql_native_password', 'authentication_string', PASSWORD('%s')));
    """
        .formatted(USER, password);
  }

  /** Runs at each start, before anybody can log in: folders of earlier versions gave all rights. */
  private Path grantRights() throws IOException {
    Path script = folder.resolve("mariadb.rights.sql");
    Files.writeString(
        script,
        """
        REVOKE ALL PRIVILEGES, GRANT OPTION FROM '%1$s'@'127.0.0.1';
        GRANT %2$s TO '%1$s'@'127.0.0.1';
        """
            .formatted(USER, rights));
    return script;
  }

  @GuardedBy("this")
  private void launch(MariaDbPrograms programs) throws IOException, InterruptedException {
    if (port == 0) {
      port = config.embeddedPort() == 0 ? freePort() : config.embeddedPort();
    }
    List<String> command = command(programs, data);
    command.add("--port=" + port);
    command.add("--init-file=" + grantRights());
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(errorLog.toFile()))
            .start();
    process = started;
    Files.writeString(pidFile, Long.toString(started.pid()));
    awaitReady(started);
    int start = starts;
    Thread.ofVirtual()
        .name("mariadb-watch")
        .start(() -> relaunchIfItDies(programs, started, start));
  }

  /** Waits as long as it takes: after a crash the database first recovers what it had promised. */
  private void awaitReady(Process started) throws IOException, InterruptedException {
    DatabaseAddress address = address();
    for (int tries = 1; ; tries++) {
      try {
        MySqlConnections.open(address.urlWithoutSchema(), address.properties(config)).close();
        return;
      } catch (SQLException e) {
        if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw failed("did not start");
        } else if (stopping) {
          return;
        }
        if (tries % 500 == 0) {
          log.info("Waiting for the embedded database: {}; see {}", e.getMessage(), errorLog);
        }
      }
    }
  }

  /**
   * Starts the database again whenever it has died, with longer and longer pauses as long as that
   * fails: the disk may be full, and somebody may make room.
   */
  private void relaunchIfItDies(MariaDbPrograms programs, Process watched, int start) {
    try {
      int exit = watched.waitFor();
      Duration pause = FIRST_PAUSE;
      long died = System.nanoTime();
      while (isWanted(start)) {
        log.error("The embedded database died ({}); it is started again in {}", exit, pause);
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        if (relaunched(programs, start)) {
          return;
        }
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        if (System.nanoTime() - died > config.embeddedGiveUpAfter().toNanos() && isWanted(start)) {
          log.error(
              "The embedded database could not be started for {}; the service ends. See {}",
              config.embeddedGiveUpAfter(),
              errorLog);
          whenHopeless.run();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isWanted(int start) {
    return !stopping && start == starts;
  }

  private synchronized boolean relaunched(MariaDbPrograms programs, int start)
      throws InterruptedException {
    try {
      if (isWanted(start)) {
        launch(programs);
      }
      return true;
    } catch (IOException e) {
      log.error("The embedded database can't be started again yet", e);
      return false;
    }
  }

  private List<String> command(MariaDbPrograms programs, Path dataDir) throws IOException {
    Path temporary = Files.createDirectories(folder.resolve("mariadb.tmp"));
    long bufferPoolMib = bufferPoolMib();
    List<String> command = new ArrayList<>();
    command.add(programs.server().toString());
    command.addAll(
        List.of(
            "--no-defaults",
            "--basedir=" + programs.share().getParent(),
            "--lc-messages-dir=" + programs.share(),
            "--character-sets-dir=" + programs.share().resolve("charsets"),
            "--datadir=" + dataDir,
            // Of its own: at its start a database deletes the temporary tables of all in the
            // folder.
            "--tmpdir=" + temporary,
            "--pid-file=" + pidFile,
            "--bind-address=127.0.0.1",
            "--socket=",
            "--skip-name-resolve",
            "--skip-ssl",
            "--local-infile=0",
            // A folder of nothing: SQL reads and writes no files.
            "--secure-file-priv=" + folder.resolve("mariadb.files"),
            "--skip-symbolic-links",
            "--skip-log-bin",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_bin",
            "--default-time-zone=+00:00",
            "--transaction-isolation=READ-COMMITTED",
            "--max-allowed-packet=64M",
            "--max-connections=" + (config.poolSize() + 50),
            "--innodb-flush-log-at-trx-commit=1",
            "--innodb-buffer-pool-size=" + bufferPoolMib + "M",
            "--innodb-log-file-size=" + Math.clamp(bufferPoolMib / 2, 48, 1024) + "M"));
    if (System.getProperty("user.name").equals("root")) {
      command.add("--user=root");
    }
    return command;
  }

  private String dataOption() {
    return "--datadir=" + data;
  }

  private long bufferPoolMib() {
    return config
        .embeddedBufferPoolMib()
        .map(Long::valueOf)
        .orElseGet(EmbeddedMariaDb::eighthOfMemory);
  }

  private static long eighthOfMemory() {
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return Math.clamp(machine.getTotalMemorySize() / 8 / (1 << 20), 128, 4096);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private IOException failed(String what) throws IOException {
    try (Stream<String> lines = Files.lines(errorLog)) {
      List<String> all = lines.toList();
      String last = String.join("\n", all.subList(Math.max(0, all.size() - 15), all.size()));
      return new IOException("the embedded database " + what + "; see " + errorLog + ":\n" + last);
    }
  }
}
