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
import java.sql.DriverManager;
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
 * lies in a file that only the service's own user may read. Commits are durable. If the process
 * dies, it is started again. Thread-safe.
 */
@Singleton
public final class EmbeddedMariaDb {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedMariaDb.class);
  private static final String USER = "flywheel";
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE_BEFORE_RESTART = Duration.ofSeconds(1);

  private final DatabaseConfig config;
  private final DataFolder folder;
  private final Path data;
  private final Path pidFile;
  private final Path errorLog;

  @GuardedBy("this")
  private @Nullable FileChannel lock;

  @GuardedBy("this")
  private @Nullable Process process;

  @GuardedBy("this")
  private boolean stopping;

  private volatile int port;
  private volatile String password = "";

  @Inject
  public EmbeddedMariaDb(DatabaseConfig config, DataFolder folder) {
    this.config = config;
    this.folder = folder;
    this.data = folder.resolve("mariadb");
    this.pidFile = folder.resolve("mariadb.pid");
    this.errorLog = folder.resolve("mariadb.log");
  }

  /** Starts the database and returns when it answers. */
  public synchronized void start() throws IOException, InterruptedException {
    lockFolder();
    stopping = false;
    stopLeftover();
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
  public synchronized void stop() throws IOException, InterruptedException {
    stopping = true;
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

    INSERT INTO global_priv (Host, User, Priv) VALUES ('127.0.0.1', '%s', JSON_OBJECT('access', 18446744073709551615, \
    'plugin', 'mysql_native_password', 'authentication_string', PASSWORD('%s')));
    """
        .formatted(USER, password);
  }

  @GuardedBy("this")
  private void launch(MariaDbPrograms programs) throws IOException, InterruptedException {
    if (port == 0) {
      port = config.embeddedPort() == 0 ? freePort() : config.embeddedPort();
    }
    List<String> command = command(programs, data);
    command.add("--port=" + port);
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(errorLog.toFile()))
            .start();
    process = started;
    Files.writeString(pidFile, Long.toString(started.pid()));
    awaitReady(started);
    Thread.ofVirtual().name("mariadb-watch").start(() -> relaunchIfItDies(programs, started));
  }

  /** Waits as long as it takes: after a crash the database first recovers what it had promised. */
  private void awaitReady(Process started) throws IOException, InterruptedException {
    DatabaseAddress address = address();
    for (int tries = 1; ; tries++) {
      try {
        DriverManager.getConnection(address.urlWithoutSchema(), address.properties(config)).close();
        return;
      } catch (SQLException e) {
        if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw failed("did not start");
        }
        if (tries % 500 == 0) {
          log.info("Waiting for the embedded database: {}; see {}", e.getMessage(), errorLog);
        }
      }
    }
  }

  private void relaunchIfItDies(MariaDbPrograms programs, Process watched) {
    try {
      int exit = watched.waitFor();
      TimeUnit.MILLISECONDS.sleep(PAUSE_BEFORE_RESTART.toMillis());
      synchronized (this) {
        if (!stopping && watched.equals(process)) {
          log.error("The embedded database died ({}); starting it again", exit);
          launch(programs);
        }
      }
    } catch (IOException e) {
      log.error("The embedded database can't be started again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> command(MariaDbPrograms programs, Path dataDir) {
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
            "--pid-file=" + pidFile,
            "--bind-address=127.0.0.1",
            "--socket=",
            "--skip-name-resolve",
            "--skip-ssl",
            "--local-infile=0",
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
