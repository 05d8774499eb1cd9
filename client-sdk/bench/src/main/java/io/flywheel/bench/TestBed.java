package io.flywheel.bench;

import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ListRoomsRequest;
import io.flywheel.v1.ProgramSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The server under test with its database, its data folder and the connections to it. Closing it
 * leaves nothing behind. Thread-safe.
 */
final class TestBed implements AutoCloseable {
  /** Those that are not closed, the latest first: a bed may use one that was there before it. */
  private static final Deque<TestBed> OPEN = new ConcurrentLinkedDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TestBed::closeAll, "close-test-beds"));
  }

  private final String schema =
      "flywheel_bench_" + Long.toUnsignedString(System.nanoTime(), Character.MAX_RADIX);

  private final Settings settings;
  private final UnaryOperator<DatabaseServer> way;
  private final Path folder;
  private final Optional<DatabaseServer> external;
  private final List<FlywheelClient> connections = new CopyOnWriteArrayList<>();
  private final Object closing = new Object();
  private volatile @Nullable ServerProcess process;
  private volatile @Nullable DatabaseServer database;
  private volatile int serverPort;
  private volatile String web = "";
  private List<String> latestJvmArguments = List.of();
  private int programsApplied;
  private volatile boolean closed;

  /**
   * What the server is started with.
   *
   * @param jar the server's
   * @param jvmArguments before it
   * @param arguments after it
   * @param databaseUrl of the server to make a schema in; nothing: the embedded one
   * @param connections how many gRPC connections the benchmark uses
   */
  record Settings(
      Path jar,
      List<String> jvmArguments,
      List<String> arguments,
      Optional<String> databaseUrl,
      int connections) {
    /** The same with one more setting of the server. */
    Settings with(String argument) {
      List<String> more = new ArrayList<>(arguments);
      more.add(argument);
      return new Settings(jar, jvmArguments, List.copyOf(more), databaseUrl, connections);
    }

    /** The same with a schema in another database server. */
    Settings on(String newDatabaseUrl) {
      return new Settings(jar, jvmArguments, arguments, Optional.of(newDatabaseUrl), connections);
    }
  }

  TestBed(Settings settings) throws IOException {
    this(settings, UnaryOperator.identity());
  }

  /**
   * A bed that nothing was started in.
   *
   * @param way how the server reaches a given database server; the benchmark goes straight
   */
  TestBed(Settings settings, UnaryOperator<DatabaseServer> way) throws IOException {
    this.settings = settings;
    this.way = way;
    this.folder = Files.createTempDirectory("flywheel-bench");
    this.external = settings.databaseUrl().map(url -> DatabaseServer.of(url, schema, "", ""));
    OPEN.addFirst(this);
  }

  /**
   * Starts the server as a user does, and returns how long it took until it was ready.
   *
   * @param moreJvmArguments behind the options that it comes with; what the settings name wins
   */
  Duration start(List<String> moreJvmArguments) throws IOException, InterruptedException {
    latestJvmArguments = moreJvmArguments;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Path options = settings.jar().resolveSibling("jvm.options");
    if (Files.exists(options)) { // older versions have none
      command.add("@" + options);
    }
    command.addAll(moreJvmArguments);
    command.addAll(settings.jvmArguments());
    command.addAll(List.of("-jar", settings.jar().toString()));
    command.addAll(
        List.of(
            "--grpc.host=127.0.0.1",
            "--grpc.port=0",
            "--http.port=0",
            "--database.data-dir=" + dataFolder()));
    command.addAll(settings.arguments());
    // The environment, because a URL with a password is nobody else's to read.
    Map<String, String> environment = new HashMap<>();
    external.ifPresent(
        server -> environment.put("FLYWHEEL_DATABASE_URL", way.apply(server).url(schema)));
    ServerProcess started;
    synchronized (closing) {
      if (closed) {
        throw new IllegalStateException("the benchmark was stopped");
      }
      started = ServerProcess.start(command, environment, folder.resolve("server.log"));
      process = started;
    }
    ServerProcess.Ready ready = started.awaitReady();
    serverPort = ready.port();
    web = ready.web();
    database = external.isPresent() ? external.get() : embedded(ready);
    for (int i = 0; i < settings.connections(); i++) {
      connections.add(
          FlywheelClient.builder()
              .target("127.0.0.1:" + ready.port())
              .plaintext()
              .deadline(60, TimeUnit.SECONDS)
              .build());
    }
    return ready.after();
  }

  /** Stops the server and starts it on what it left, as it was started, with one more argument. */
  void restart(String jvmArgument) throws IOException, InterruptedException {
    stop();
    List<String> arguments = new ArrayList<>(latestJvmArguments);
    arguments.add(jvmArgument);
    var unused = start(arguments);
  }

  /** Stops the server; its data stay. */
  void stop() throws IOException {
    connections.forEach(FlywheelClient::close);
    connections.clear();
    ServerProcess running = process;
    if (running != null) {
      running.stop();
      process = null;
    }
    // A server that was killed could not stop its database.
    embeddedProcess().ifPresent(ServerProcess::stop);
  }

  /** The server's process. */
  ProcessHandle server() {
    ServerProcess running = process;
    if (running == null) {
      throw new IllegalStateException("the server was stopped");
    }
    return running.handle();
  }

  /** The database's process, where it is the embedded one. */
  Optional<ProcessHandle> embeddedProcess() throws IOException {
    Path pidFile = dataFolder().resolve("mariadb.pid");
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
        .filter(found -> found.info().command().filter(c -> c.contains("mariadbd")).isPresent());
  }

  /** The database server. */
  DatabaseServer database() {
    DatabaseServer known = database;
    if (known == null) {
      throw new IllegalStateException("the server was not started");
    }
    return known;
  }

  /** A gateway before the server; its log lies with the server's. */
  GatewayProcess startGateway(GatewayProcess.Script script)
      throws IOException, InterruptedException {
    return GatewayProcess.start(
        script, serverPort, dataFolder().resolve("jwt.secret"), folder.resolve("gateway.log"));
  }

  /**
   * As many connections again to another port, as the platform's services; for the caller to close.
   */
  List<FlywheelClient> clientsThrough(int port, String merchant) throws IOException {
    return clientsThrough(port, merchant, connections.size());
  }

  /**
   * So many connections to a port, as the platform's services of a merchant; for the caller to
   * close.
   */
  List<FlywheelClient> clientsThrough(int port, String merchant, int count) throws IOException {
    String token = Tokens.platform(secret(), merchant);
    return Stream.generate(() ->
            FlywheelClient.builder()
                .target("127.0.0.1:" + port)
                .plaintext()
                .token(token)
                .deadline(60, TimeUnit.SECONDS)
                .build())
        .limit(count)
        .toList();
  }

  /** The server's own port for calls. */
  int serverPort() {
    return serverPort;
  }

  /** A number that the server tells on its page of metrics, by its name there. */
  double metric(String name) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(web + "/metrics")).build();
      return client
          .send(request, HttpResponse.BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow(() -> new IOException("the server has no metric " + name));
    }
  }

  /**
   * Has a merchant's figures brought up to date, as a reader does: what batches left of them is
   * part of their price, whenever it is paid.
   */
  void bringFiguresUpToDate(String merchant) throws IOException {
    var unused =
        clients(merchant)
            .get(0)
            .analytics()
            .listRooms(ListRoomsRequest.newBuilder().setPageSize(1).build());
  }

  /** What tokens are signed with. */
  String secret() throws IOException {
    return Files.readString(dataFolder().resolve("jwt.secret")).strip();
  }

  /** The connections, as the platform's services of a merchant. */
  List<FlywheelClient> clients(String merchant) throws IOException {
    String token = Tokens.platform(secret(), merchant);
    return connections.stream().map(connection -> connection.withTokens(() -> token)).toList();
  }

  /** Connections for each viewer of a population, with the viewer's token. */
  List<FlywheelClient> viewers(Population population) throws IOException {
    String secret = Files.readString(dataFolder().resolve("jwt.secret")).strip();
    List<FlywheelClient> viewers = new ArrayList<>();
    for (int i = 0; i < population.size(); i++) {
      String token = Tokens.viewer(secret, population.merchant(), population.viewerId(i));
      viewers.add(connections.get(i % connections.size()).withTokens(() -> token));
    }
    return viewers;
  }

  /** Applies the built-in program as this merchant's, and returns its connections. */
  List<FlywheelClient> withProgram(String merchant) throws IOException {
    return withProgram(merchant, ProgramSource.newBuilder().setTemplate("growth-flywheel").build());
  }

  /** Applies a program as this merchant's, and returns its connections. */
  List<FlywheelClient> withProgram(String merchant, ProgramSource program) throws IOException {
    List<FlywheelClient> clients = clients(merchant);
    clients
        .get(0)
        .program()
        .applyProgram(ApplyProgramRequest.newBuilder().setSource(program).build());
    programsApplied++;
    return clients;
  }

  /** How many programs were applied, each of which is an action of its merchant. */
  int programsApplied() {
    return programsApplied;
  }

  /**
   * Waits until the server has done what actions left to be done at once, such as the rewards of a
   * room's goal; returns how much is left after the time given.
   */
  long awaitFollowUps(Duration atMost) throws SQLException, InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      long left =
          database()
              .number(
                  "SELECT COUNT(*) FROM follow_up WHERE retry_ms <= " + System.currentTimeMillis());
      if (left == 0 || System.nanoTime() > end) {
        return left;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** Stops the server and removes what it left. */
  @Override
  public void close() throws IOException, SQLException {
    closed = true;
    synchronized (closing) {
      stop();
      DatabaseServer known = database;
      if (external.isPresent() && known != null) {
        known.execute(
            "DROP DATABASE IF EXISTS " + known.flywheelSchema(),
            "DROP DATABASE IF EXISTS " + known.baselineSchema());
        database = null;
      }
      if (Files.exists(folder)) {
        deleteRecursively(folder);
      }
    }
    OPEN.remove(this);
  }

  /** Leaves nothing behind, however the benchmark ends. */
  private static void closeAll() {
    for (TestBed bed : OPEN) {
      try {
        bed.close();
      } catch (IOException | SQLException | RuntimeException e) {
        System.err.println("not everything could be removed: " + e.getMessage());
      }
    }
  }

  private Path dataFolder() {
    return folder.resolve("data");
  }

  private DatabaseServer embedded(ServerProcess.Ready ready) throws IOException {
    String password = Files.readString(dataFolder().resolve("mariadb.password")).strip();
    return DatabaseServer.of(ready.database() + "?sslMode=DISABLED", "", "flywheel", password);
  }

  private static void deleteRecursively(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
