package io.flywheel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.Ids;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.GetCheckInCalendarRequest;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.ProgramSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example lives through what a phone lives through, in processes that really end. */
@Timeout(180)
final class CommuterAppTest {
  private static final long PATIENCE_SECONDS = 90;

  /** The field "liked" of an ActRequest with the count 4, on the wire. */
  private static final byte[] LIKED_FOUR_TIMES = {0x52, 0x02, 0x08, 0x04};

  @TempDir Path folder;

  private final String merchantId = "m-" + Ids.newId();
  private Service service;
  private FlywheelClient viewer;
  private App app;

  @BeforeEach
  void start() throws Exception {
    service = Service.shared();
    FlywheelClient anyone =
        FlywheelClient.builder()
            .target("127.0.0.1:" + service.port())
            .plaintext()
            .deadline(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .build();
    var unused =
        anyone
            .withTokens(() -> Tokens.merchant(merchantId))
            .program()
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setSource(ProgramSource.newBuilder().setDocument(Program.DOCUMENT))
                    .build());
    viewer = anyone.withTokens(() -> Tokens.viewer(merchantId, "anna"));
    app = new App();
    app.awaits("state PRESENT");
  }

  @AfterEach
  void end() {
    app.kill();
    viewer.close();
  }

  @Test
  void nothingIsLostInATunnelNorWithTheProcess() throws Exception {
    app.says("like 5");
    app.awaits("waiting 0");
    assertThat(score()).isEqualTo(5);

    app.says("tunnel");
    service.entrance().cut();
    app.awaits("state OFFLINE");
    app.says("like 7");
    app.awaits("waiting 7");
    assertThat(score()).isEqualTo(5);
    app.kill();

    app = new App();
    app.awaits("waiting 0");
    await(() -> score() == 12);
    assertThat(app.shown).noneMatch(line -> line.startsWith("lost"));
  }

  @Test
  void likesWhoseAnswerIsLostWithTheProcessCountOnce() throws Exception {
    service.entrance().insteadOfTheAnswerTo(LIKED_FOUR_TIMES, app::kill);
    app.says("like 4");
    await(app::isDead);
    app = new App();
    app.awaits("waiting 0");
    await(() -> score() == 4);
    app.says("like 1");
    await(() -> score() == 5);
  }

  @Test
  void aCheckInWhoseAnswerIsLostWithTheProcessIsAnsweredTheNext() throws Exception {
    String requestId = Ids.newId();
    service.entrance().insteadOfTheAnswerTo(requestId.getBytes(StandardCharsets.UTF_8), app::kill);
    app.says("check-in " + requestId);
    await(app::isDead);
    app = new App();
    app.awaits("checked in, day 1");
    assertThat(
            viewer
                .checkIn()
                .getCheckInCalendar(GetCheckInCalendarRequest.getDefaultInstance())
                .getStanding()
                .getStreak())
        .isEqualTo(1);
  }

  @Test
  void theBackgroundIsSilentAndTheForegroundGoesOn() throws Exception {
    app.awaits("standing");
    app.says("background");
    app.awaits("state BEHIND");
    app.says("like 2");
    app.awaits("waiting 0");
    app.shown.clear();
    app.says("foreground");
    app.awaits("state PRESENT");
    app.awaits("standing");
    app.says("leave");
    app.awaits("left");
    assertThat(score()).isEqualTo(2);
  }

  private long score() {
    return viewer
        .leaderboard()
        .getRank(GetRankRequest.newBuilder().setBoardId("likers").setRoomId("room-1").build())
        .getPlace()
        .getScore();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** The example as a process on the test's folder. */
  private final class App {
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final Process process;
    private final Writer console;

    App() throws IOException {
      process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-Xmx128m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.flywheel.example.CommuterApp",
                  "127.0.0.1:" + service.port(),
                  Tokens.viewer(merchantId, "anna"),
                  folder.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      console = process.outputWriter(StandardCharsets.UTF_8);
      BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
      Thread reader = new Thread(() -> lines.lines().forEach(shown::add), "app-screen");
      reader.setDaemon(true);
      reader.start();
    }

    void says(String line) throws IOException {
      console.write(line + "\n");
      console.flush();
    }

    void awaits(String line) throws InterruptedException {
      await(() -> shown.contains(line));
    }

    boolean isDead() {
      return !process.isAlive();
    }

    /** What the system does to an app in the background, and a person who swipes it away. */
    void kill() {
      process.destroyForcibly().onExit().join();
    }
  }
}
