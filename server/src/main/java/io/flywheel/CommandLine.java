package io.flywheel;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.config.Settings;
import io.flywheel.platform.config.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service as a program: starts it, says where it is, and stops it when the process is told to
 * end.
 */
final class CommandLine {
  private static final Logger log = LoggerFactory.getLogger(CommandLine.class);
  private static final int BAD_SETTINGS = 2;
  private static final int NO_START = 1;

  /** How long the process waits for its start to end when it is told to end before. */
  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private CommandLine() {}

  static int run(String... arguments) {
    try {
      Settings settings = Settings.of(List.of(arguments), System.getenv());
      ProcessConfig config = settings.read("process", ProcessConfig.class);
      if (settings.helpWanted()) {
        Main.modules(settings);
        System.out.print(settings.help());
        return 0;
      }
      if (config.endWithParent()) {
        ProcessHandle.current().parent().ifPresent(CommandLine::endWith);
      }
      long started = System.nanoTime();
      FlywheelServer server = start(settings);
      greet(server, System.out, (System.nanoTime() - started) / 1_000_000);
      new CountDownLatch(1).await(); // the process ends by being told to
      return 0;
    } catch (SettingsException e) {
      System.err.println(e.getMessage());
      System.err.println("All settings: --help");
      return BAD_SETTINGS;
    } catch (Exception e) {
      log.error("The service can't start", e);
      return NO_START;
    }
  }

  /** Starts the service; a process that is told to end meanwhile leaves nothing running, either. */
  private static FlywheelServer start(Settings settings) throws Exception {
    CompletableFuture<FlywheelServer> started = new CompletableFuture<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "shutdown"));
    try {
      FlywheelServer server = FlywheelServer.start(settings);
      started.complete(server);
      return server;
    } catch (Exception | Error e) {
      started.completeExceptionally(e);
      throw e;
    }
  }

  private static void stop(CompletableFuture<FlywheelServer> started) {
    try {
      FlywheelServer server = started.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
      log.info("Stopping");
      server.close();
      log.info("Stopped");
    } catch (ExecutionException e) {
      log.debug("What had started was stopped when the start failed", e);
    } catch (TimeoutException e) {
      log.warn("The service was still starting after {} and is ended as it is", START_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Ends this process after another one. The wait has a thread of its own: stopping needs the
   * common pool, where the end of a process is told otherwise.
   */
  private static void endWith(ProcessHandle parent) {
    Thread.ofPlatform()
        .daemon()
        .name("parent-watch")
        .start(() -> {
          parent.onExit().join();
          log.info("The process {}, which started the service, has ended", parent.pid());
          System.exit(0);
        });
  }

  private static void greet(FlywheelServer server, PrintStream out, long millis)
      throws IOException {
    String address = "localhost:" + server.grpcPort();
    String web = "http://localhost:" + server.httpPort();
    out.printf(
        "%nFlywheel is ready after %.1f s: gRPC on %s, HTTP on %s, database %s%n%n",
        millis / 1000.0, address, web, server.databaseLocation());
    out.printf("Documentation, with a form to call every method:%n  %s/docs/%n%n", web);
    List<String> demo = server.demoLinks();
    if (!demo.isEmpty()) {
      out.println("The demo room fills with simulated viewers. Open (good for 7 days):");
      demo.forEach(link -> out.println("  " + link));
      out.println();
    }
    String token = server.demoToken(Role.PLATFORM, "demo").orElse(null);
    if (token == null) {
      if (server.servesApps() && demo.isEmpty()) {
        out.printf("Console:%n  %s/console/%n%n", web);
      }
      out.printf("See what it serves:%n  grpcurl -plaintext %s list%n%n", address);
      return;
    }
    if (server.servesApps() && demo.isEmpty()) {
      out.printf(
          """
          Console, and a viewer's panel, of the demo merchant (the links are good for 30 days):
            %1$s/console/#token=%2$s
            %1$s/panel/?room=room-1#token=%3$s

          """,
          web,
          server.demoToken(Role.MERCHANT, "demo").orElseThrow(),
          server.demoToken(Role.VIEWER, "viewer-1").orElseThrow());
    }
    out.print(
        """
        Try it as the demo merchant (the token is good for 30 days):
          export FLYWHEEL_TOKEN=%2$s
          grpcurl -plaintext %1$s list
          grpcurl -plaintext -H "authorization: Bearer $FLYWHEEL_TOKEN" -d '{"request_id":"apply-1","source":{"template":"growth-flywheel"}}' \\
            %1$s flywheel.v1.ProgramService/ApplyProgram
          grpcurl -plaintext -H "authorization: Bearer $FLYWHEEL_TOKEN" -d '{"request_id":"enter-1","viewer_id":"viewer-1","room_id":"room-1"}' \\
            %1$s flywheel.v1.RoomService/EnterRoom
          grpcurl -plaintext -H "authorization: Bearer $FLYWHEEL_TOKEN" -d '{"request_id":"check-in-1","viewer_id":"viewer-1"}' \\
            %1$s flywheel.v1.CheckInService/CheckIn
          curl -H "authorization: Bearer $FLYWHEEL_TOKEN" '%3$s/v1/tasks?viewer_id=viewer-1'
          java -jar client-sdk/cli/target/flywheel-cli.jar --help

        """
            .formatted(address, token, web));
    out.flush();
  }
}
