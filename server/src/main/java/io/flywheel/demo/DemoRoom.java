package io.flywheel.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.grpc.GrpcServer;
import io.flywheel.platform.http.HttpServer;
import io.flywheel.simulation.Onlooker;
import io.flywheel.simulation.SimulatedViewer;
import io.flywheel.simulation.Stay;
import io.flywheel.v1.BoosterServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.JoinTeamRequest;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.RoomDrawServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.StartRoomBoosterRequest;
import io.flywheel.v1.StartRoomDrawRequest;
import io.flywheel.v1.UpdateRoomRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the demo room filled for as long as the server runs: the audience swells and ebbs, most
 * look in and go, a core stays. Each viewer does one thing after the other, so the number of them
 * bounds the calls. Thread-safe.
 */
final class DemoRoom implements Lifecycle, Onlooker {
  static final String ROOM = "demo-room";

  private static final Logger log = LoggerFactory.getLogger(DemoRoom.class);
  private static final int THREADS = 8;
  private static final Duration SWELL = Duration.ofMinutes(12);
  private static final double SWING = 0.25;
  private static final int MAX_ARRIVALS_PER_SECOND = 3;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(3);
  private static final Duration COMPLAINT_PAUSE = Duration.ofMinutes(10);
  private static final int STOP_SECONDS = 5;

  /** A draw of the template, which is open for three minutes. */
  private static final String DRAW = "lucky-bag";

  private static final Duration FIRST_DRAW = Duration.ofSeconds(20);
  private static final Duration DRAW_EVERY = Duration.ofMinutes(4);

  /** A booster of the template, which is started for a while now and then. */
  private static final String BOOSTER = "double-points";

  private static final Duration FIRST_BOOSTER = Duration.ofSeconds(30);
  private static final Duration BOOSTER_EVERY = Duration.ofMinutes(9);
  private static final Duration BOOSTER_RUNS_FOR = Duration.ofMinutes(4);

  /** The teams of the demo's program, of which regulars choose one each. */
  private static final List<String> TEAMS = List.of("red", "blue");

  /** A day of the demo room begins at four in the morning, as in the program. */
  private static final Duration DAY_STARTS_AT = Duration.ofHours(4);

  private final DemoConfig config;
  private final DemoLinks links;
  private final GrpcServer server;
  private final HttpServer edge;
  private final Clock clock;
  private final Counter actions;
  private final Counter failures;
  private final AtomicInteger inRoom = new AtomicInteger();
  private final Random random = new Random();
  private final AtomicLong complainedNanos =
      new AtomicLong(System.nanoTime() - COMPLAINT_PAUSE.toNanos());
  private @Nullable ScheduledThreadPoolExecutor threads;
  private @Nullable FlywheelClient client;
  private long openedNanos;

  @GuardedBy("this")
  private final Map<String, SimulatedViewer> present = new TreeMap<>();

  @Inject
  DemoRoom(
      DemoConfig config,
      DemoLinks links,
      GrpcServer server,
      HttpServer edge,
      Clock clock,
      MeterRegistry metrics) {
    this.config = config;
    this.links = links;
    this.server = server;
    this.edge = edge;
    this.clock = clock;
    this.actions =
        Counter.builder("flywheel.demo.actions")
            .description("What simulated viewers of the demo room did")
            .register(metrics);
    this.failures =
        Counter.builder("flywheel.demo.failures")
            .description("Calls of simulated viewers of the demo room that failed")
            .register(metrics);
    Gauge.builder("flywheel.demo.viewers", inRoom, AtomicInteger::get)
        .description("Simulated viewers in the demo room")
        .register(metrics);
  }

  @Override
  public Phase phase() {
    return Phase.CALLERS;
  }

  @Override
  public void start() throws IOException {
    if (!config.enabled()) {
      return;
    }
    String first = links.platformToken();
    log.debug("The demo room's own token has {} letters", first.length());
    FlywheelClient opened =
        FlywheelClient.builder()
            .target("localhost:" + server.port())
            .plaintext()
            .tokens(this::platformToken)
            .userAgent("flywheel-demo")
            .build();
    ScheduledThreadPoolExecutor pool =
        new ScheduledThreadPoolExecutor(
            THREADS, Thread.ofPlatform().daemon().name("demo-", 0).factory());
    pool.setRemoveOnCancelPolicy(true);
    client = opened;
    threads = pool;
    // Days are those of the one who tries it, as far as the machine knows.
    LocalDate today =
        clock.instant().minus(DAY_STARTS_AT).atZone(ZoneId.systemDefault()).toLocalDate();
    pool.execute(() -> open(pool, opened, new DemoProgram(opened, new DemoHistory(today))));
  }

  @Override
  public void stop() throws InterruptedException {
    if (threads != null) {
      threads.shutdownNow();
      threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }
    if (client != null) {
      client.close();
    }
  }

  private String platformToken() {
    try {
      return links.platformToken();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void open(ScheduledThreadPoolExecutor pool, FlywheelClient caller, DemoProgram program) {
    try {
      program.setUp();
      openRoom(caller);
    } catch (RuntimeException e) {
      if (!pool.isShutdown()) {
        log.warn("The demo room can't be opened yet; it is tried again: {}", e.getMessage());
        later(pool, PAUSE_AFTER_FAILURE, () -> open(pool, caller, program));
      }
      return;
    }
    openedNanos = System.nanoTime();
    DemoInvites invites = new DemoInvites(caller, "http://localhost:" + edge.port(), clock);
    var unused =
        pool.scheduleAtFixedRate(() -> letIn(pool, caller, invites), 0, 1, TimeUnit.SECONDS);
    var unusedToo =
        pool.scheduleAtFixedRate(
            () -> startDraw(caller),
            FIRST_DRAW.toSeconds(),
            DRAW_EVERY.toSeconds(),
            TimeUnit.SECONDS);
    var unusedAsWell =
        pool.scheduleAtFixedRate(
            () -> startBooster(caller),
            FIRST_BOOSTER.toSeconds(),
            BOOSTER_EVERY.toSeconds(),
            TimeUnit.SECONDS);
  }

  /** As a host would; a program without this booster has none in the room. */
  private static void startBooster(FlywheelClient caller) {
    try {
      var unused =
          caller.call(
              BoosterServiceGrpc.getStartRoomBoosterMethod(),
              StartRoomBoosterRequest.newBuilder()
                  .setRequestId(UUID.randomUUID().toString())
                  .setRoomId(ROOM)
                  .setBoosterId(BOOSTER)
                  .setRunsFor(Durations.fromSeconds(BOOSTER_RUNS_FOR.toSeconds()))
                  .build());
    } catch (FlywheelException e) {
      log.debug("No booster begins in the demo room now: {}", e.getMessage());
    }
  }

  /** As a host would; a program without this draw has none in the room. */
  private static void startDraw(FlywheelClient caller) {
    try {
      var unused =
          caller.call(
              RoomDrawServiceGrpc.getStartRoomDrawMethod(),
              StartRoomDrawRequest.newBuilder()
                  .setRequestId(UUID.randomUUID().toString())
                  .setRoomId(ROOM)
                  .setRoomDrawId(DRAW)
                  .build());
    } catch (FlywheelException e) {
      log.debug("No draw begins in the demo room now: {}", e.getMessage());
    }
  }

  /** The same team each time, which changes nothing; a program without teams has none to join. */
  private static void joinTeam(FlywheelClient caller, String viewerId) {
    try {
      var unused =
          caller.call(
              LeaderboardServiceGrpc.getJoinTeamMethod(),
              JoinTeamRequest.newBuilder()
                  .setRequestId(UUID.randomUUID().toString())
                  .setViewerId(viewerId)
                  .setTeamId(TEAMS.get(Math.floorMod(viewerId.hashCode(), TEAMS.size())))
                  .build());
    } catch (FlywheelException e) {
      log.debug("{} joins no team: {}", viewerId, e.getMessage());
    }
  }

  /** So that whoever tries it gets in, even before the first simulated viewer. */
  private static void openRoom(FlywheelClient caller) {
    var unused =
        caller.call(
            RoomServiceGrpc.getUpdateRoomMethod(),
            UpdateRoomRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setRoomId(ROOM)
                .setTitle("演示直播间 Demo room")
                .build());
  }

  /** Lets some in, until there are as many as there are to be now. */
  private void letIn(ScheduledThreadPoolExecutor pool, FlywheelClient caller, DemoInvites invites) {
    double turns = (System.nanoTime() - openedNanos) / (double) SWELL.toNanos();
    long wanted = Math.round(config.viewers() * (1 + SWING * Math.sin(2 * Math.PI * turns)));
    for (int i = 0; i < MAX_ARRIVALS_PER_SECOND; i++) {
      SimulatedViewer viewer = newcomer(caller, wanted);
      if (viewer == null) {
        return;
      }
      later(
          pool,
          Duration.ofMillis(random.nextInt(1_000)),
          () -> {
            if (!DemoPeople.isGuest(viewer.id())) {
              joinTeam(caller, viewer.id());
            } else if (random.nextBoolean()) {
              invites.bring(viewer.id(), inviterOf(viewer.id()), random);
            }
            goOn(pool, viewer);
          });
    }
  }

  /** Mostly a regular; now and then whoever tries it, or another guest. */
  private String inviterOf(String guestId) {
    return switch (random.nextInt(6)) {
      case 0 -> DemoLinks.YOU;
      case 1 -> anotherPresent(guestId);
      default -> DemoPeople.regular(random.nextInt(DemoPeople.REGULARS));
    };
  }

  private synchronized String anotherPresent(String guestId) {
    return present.keySet().stream()
        .filter(id -> !id.equals(guestId))
        .skip(random.nextInt(Math.max(1, present.size() - 1)))
        .findFirst()
        .orElse(DemoLinks.YOU);
  }

  /** Somebody who is not here yet; null: there are enough. */
  private synchronized @Nullable SimulatedViewer newcomer(FlywheelClient caller, long wanted) {
    if (present.size() >= wanted) {
      return null;
    }
    String id =
        random.nextInt(3) == 0
            ? DemoPeople.regular(random.nextInt(DemoPeople.REGULARS))
            : DemoPeople.anyGuest(random);
    if (present.containsKey(id)) {
      return null; // somebody else comes in a second
    }
    Stay stay =
        !DemoPeople.isGuest(id)
            ? Stay.OF_A_REGULAR
            : random.nextInt(3) == 0 ? Stay.OF_A_GUEST : Stay.OF_A_PASSER_BY;
    SimulatedViewer viewer =
        new SimulatedViewer(id, ROOM, caller, caller, this, stay, new Random(random.nextLong()));
    present.put(id, viewer);
    return viewer;
  }

  /** One step of a viewer, and the next after a pause, until the viewer has gone. */
  private void goOn(ScheduledThreadPoolExecutor pool, SimulatedViewer viewer) {
    boolean wasInRoom = viewer.isInRoom();
    Duration pause = PAUSE_AFTER_FAILURE;
    try {
      pause = viewer.step();
    } catch (RuntimeException e) {
      log.error("A simulated viewer stumbled", e);
    }
    if (wasInRoom && !viewer.isInRoom()) {
      gone(viewer);
    } else {
      later(pool, pause, () -> goOn(pool, viewer));
    }
  }

  private synchronized void gone(SimulatedViewer viewer) {
    present.values().remove(viewer);
  }

  private static void later(ScheduledThreadPoolExecutor pool, Duration pause, Runnable task) {
    if (!pool.isShutdown()) {
      var unused = pool.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void entered() {
    inRoom.incrementAndGet();
  }

  @Override
  public void left() {
    inRoom.decrementAndGet();
  }

  @Override
  public void did(String viewerId, String action, List<Fact> facts) {
    actions.increment();
  }

  @Override
  public void failed(FlywheelException failure) {
    failures.increment();
    long now = System.nanoTime();
    long last = complainedNanos.get();
    if (now - last > COMPLAINT_PAUSE.toNanos() && complainedNanos.compareAndSet(last, now)) {
      log.info("Calls of simulated viewers fail now and then, such as: {}", failure.getMessage());
    }
  }

  @Override
  public void rejected(String reason) {
    failures.increment();
  }
}
