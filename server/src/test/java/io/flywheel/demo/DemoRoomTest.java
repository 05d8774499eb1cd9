package io.flywheel.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.FlywheelServer;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.config.Settings;
import io.flywheel.platform.config.SettingsException;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.GetLeaderboardRequest;
import io.flywheel.v1.GetProgramRequest;
import io.flywheel.v1.GetProgramResponse;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerServiceGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo room of a server of its own, on an empty folder. */
@Timeout(600)
final class DemoRoomTest {
  @TempDir private Path folder;

  @Test
  void anEmptyFolderBecomesARoomThatIsAliveAndStaysSo() throws Exception {
    try (FlywheelServer server = start("--demo", "--demo.viewers=12");
        FlywheelClient you = as(server, "viewer: ");
        FlywheelClient host = as(server, "host:   ")) {
      until(() -> program(host).getVersion().getVersion() == 2);
      assertThat(program(host).getProgram().getName()).contains("Growth flywheel");
      until(() -> gauge(server, "flywheel.demo.viewers") >= 8);
      until(() -> likesOfTheRoom(you) > 0);
      until(() -> teamsThatScored(host) == 2);

      Viewer standing = viewer(you);
      assertThat(standing.getCheckIn().getStreak()).isEqualTo(6);
      assertThat(standing.getPoints().getBalance()).isPositive();
      var entered =
          you.call(
              RoomServiceGrpc.getEnterRoomMethod(),
              EnterRoomRequest.newBuilder().setRoomId(DemoRoom.ROOM).build());
      CheckInResponse seventh =
          you.call(CheckInServiceGrpc.getCheckInMethod(), CheckInRequest.getDefaultInstance());
      assertThat(entered.getHeartbeatToken()).isNotEmpty();
      assertThat(seventh.getFactsList())
          .anyMatch(fact -> fact.getCheckedIn().getStreak() == 7)
          .anyMatch(fact ->
              fact.getRewardGiven()
                  .getReward()
                  .getCoupon()
                  .getCouponId()
                  .equals("check-in-7-days"));
      until(() -> counter(server, "flywheel.demo.actions") > 100);
      assertThat(counter(server, "flywheel.demo.failures"))
          .isLessThan(counter(server, "flywheel.demo.actions") / 20);
    }
    assertThat(threadsOfTheDemo()).isEmpty();

    try (FlywheelServer again = start("--demo", "--demo.viewers=12");
        FlywheelClient you = as(again, "viewer: ");
        FlywheelClient host = as(again, "host:   ")) {
      until(() -> gauge(again, "flywheel.demo.viewers") >= 8);
      assertThat(program(host).getVersion().getVersion()).isEqualTo(2);
      assertThat(viewer(you).getCheckIn().getStreak()).isEqualTo(7);
    }
  }

  @Test
  void aProgramThatSomebodyAppliedIsLeftAlone() throws Exception {
    String own =
        "name: own\ntasks: [{id: like, title: Like, trigger: like, tiers: [{threshold: 1}]}]";
    try (FlywheelServer server = start();
        FlywheelClient host =
            client(server, server.demoToken(Role.PLATFORM, "demo").orElseThrow())) {
      var unused =
          host.call(
              ProgramServiceGrpc.getApplyProgramMethod(),
              ApplyProgramRequest.newBuilder()
                  .setSource(ProgramSource.newBuilder().setDocument(own))
                  .build());
    }
    try (FlywheelServer server = start("--demo", "--demo.viewers=5");
        FlywheelClient host = as(server, "host:   ")) {
      until(() -> gauge(server, "flywheel.demo.viewers") >= 3);
      assertThat(program(host).getVersion().getVersion()).isEqualTo(1);
      assertThat(program(host).getProgram().getName()).isEqualTo("own");
    }
  }

  @Test
  void withoutTheSwitchThereAreNeitherLinksNorCallers() throws Exception {
    try (FlywheelServer server = start()) {
      assertThat(server.demoLinks()).isEmpty();
      assertThat(threadsOfTheDemo()).isEmpty();
    }
  }

  @Test
  void publicKeysCannotSignItsTokens() throws Exception {
    byte[] key = KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic().getEncoded();
    Path file =
        Files.writeString(
            folder.resolve("key.pem"),
            "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key)
                + "\n-----END PUBLIC KEY-----\n");
    assertThatThrownBy(() -> start("--demo", "--auth.jwt-public-key-file=" + file))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("demo.enabled: true (expected: false, or a secret");
    assertThat(threadsOfTheDemo()).isEmpty();
  }

  private FlywheelServer start(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--grpc.host=127.0.0.1",
                "--grpc.port=0",
                "--http.port=0",
                "--database.data-dir=" + folder.resolve("data"),
                "--database.embedded-programs="
                    + Path.of("target", "test-programs").toAbsolutePath(),
                "--database.embedded-buffer-pool-mib=64"));
    arguments.addAll(List.of(more));
    return FlywheelServer.start(Settings.of(arguments, Map.of()));
  }

  /** With the token of the link that begins like this. */
  private static FlywheelClient as(FlywheelServer server, String beginning) throws Exception {
    String link =
        server.demoLinks().stream()
            .filter(
                line -> line.startsWith(beginning + "http://localhost:" + server.httpPort() + "/"))
            .findFirst()
            .orElseThrow();
    return client(server, link.substring(link.indexOf("#token=") + "#token=".length()));
  }

  private static FlywheelClient client(FlywheelServer server, String token) {
    return FlywheelClient.builder()
        .target("127.0.0.1:" + server.grpcPort())
        .plaintext()
        .token(token)
        .build();
  }

  private static GetProgramResponse program(FlywheelClient host) {
    try {
      return host.call(
          ProgramServiceGrpc.getGetProgramMethod(), GetProgramRequest.getDefaultInstance());
    } catch (FlywheelException e) {
      return GetProgramResponse.getDefaultInstance(); // there is none yet
    }
  }

  private static Viewer viewer(FlywheelClient you) {
    return you.call(ViewerServiceGrpc.getGetViewerMethod(), GetViewerRequest.getDefaultInstance())
        .getViewer();
  }

  private static long likesOfTheRoom(FlywheelClient you) {
    return you
        .call(
            TaskServiceGrpc.getListTasksMethod(),
            ListTasksRequest.newBuilder().setRoomId(DemoRoom.ROOM).build())
        .getTasksList()
        .stream()
        .filter(task -> task.getTaskId().equals("room-likes"))
        .findFirst()
        .orElseThrow()
        .getCount();
  }

  private static long teamsThatScored(FlywheelClient host) {
    return host
        .call(
            LeaderboardServiceGrpc.getGetLeaderboardMethod(),
            GetLeaderboardRequest.newBuilder().setBoardId("weekly-teams").build())
        .getPlacesList()
        .stream()
        .filter(team -> team.getScore() > 0)
        .count();
  }

  private static double gauge(FlywheelServer server, String name) {
    return server.instance(MeterRegistry.class).get(name).gauge().value();
  }

  private static double counter(FlywheelServer server, String name) {
    return server.instance(MeterRegistry.class).get(name).counter().count();
  }

  private static List<String> threadsOfTheDemo() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("demo-"))
        .toList();
  }

  private static void until(BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
