package io.flywheel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ReplayTest {
  private final EventStore store = new EventStore();
  private final TestService service = new TestService(store);

  @TempDir private Path folder;

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void everyEventArrivesOnceAndInTheOrderOfItsViewer() throws Exception {
    Path file = write("events.jsonl", lines(0, 5_000));
    Map<String, Object> summary =
        replay(0, file, "--connections", "3", "--batch-size", "70", "--backfill");
    assertThat(summary).containsEntry("accepted", 5_000L).containsEntry("duplicates", 0L);
    assertThat(summary.get("facts")).isEqualTo(Map.of("task_progressed", 5_000L));
    assertThat(store.sawBackfill()).isTrue();
    for (int viewer = 0; viewer < 10; viewer++) {
      int own = viewer;
      assertThat(store.idsOf("v" + viewer))
          .isEqualTo(
              IntStream.range(0, 5_000).filter(i -> i % 10 == own).mapToObj(i -> "e" + i).toList());
    }
  }

  @Test
  void aSecondReplayChangesNothing() throws Exception {
    Path file = write("events.jsonl", lines(0, 500));
    replay(0, file);
    assertThat(replay(0, file)).containsEntry("accepted", 0L).containsEntry("duplicates", 500L);
    assertThat(folder.resolve("events.jsonl.replay")).doesNotExist();
  }

  @Test
  void gzipIsReadWhateverItsName() throws Exception {
    Path file = folder.resolve("events.log");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(String.join("\n", lines(0, 300)).getBytes(StandardCharsets.UTF_8));
    }
    Path second = write("more.jsonl", lines(300, 400));
    assertThat(replay(0, file, second.toString())).containsEntry("accepted", 400L);
  }

  @Test
  void aTimeThatIsNoneIsABadLineAndNotAnotherTime() throws Exception {
    List<String> times =
        List.of(
            "2023-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-03-02T25:00:00Z",
            "2026-03-02T23:60:00Z",
            "2026-03-02T08:00:00+99:99");
    List<String> lines = new ArrayList<>(lines(0, 1));
    times.forEach(time -> lines.add("{\"eventId\":\"t\",\"occurredAt\":\"%s\"}".formatted(time)));
    Path file = write("times.jsonl", lines);
    Cli cli = Cli.run(service, "replay", file.toString());
    assertThat(cli.exitCode).as(cli.toString()).isEqualTo(2);
    for (int i = 0; i < times.size(); i++) {
      assertThat(cli.err).contains(file + ":" + (i + 2) + ": ");
    }
    assertThat(store.ids()).hasSize(1);
  }

  @Test
  void badLinesAreNamedAndTheOthersCount() throws Exception {
    List<String> lines = new ArrayList<>(lines(0, 100));
    lines.add(10, "{not json");
    lines.add(20, "{\"unknownField\": 1}");
    lines.add(30, "");
    lines.add(40, line(1_000, "refused"));
    lines.add(50, line(1_001, "v1").replace("v1", "x".repeat(70_000)));
    Path file = write("events.jsonl", lines);
    Cli cli = Cli.run(service, "replay", file.toString());
    assertThat(cli.exitCode).as(cli.toString()).isEqualTo(2);
    assertThat(cli.err)
        .contains(
            file + ":11: ",
            file + ":21: ",
            file + ":41: INVALID_FIELD: viewer_id: refused",
            file + ":51: ")
        .doesNotContain(file + ":31");
    assertThat(cli.out)
        .contains("accepted    100", "rejected    1 INVALID_FIELD 1", "bad lines   3");
    assertThat(store.ids()).hasSize(100);
  }

  @Test
  void aReplayThatGaveUpGoesOnWhereItWas() throws Exception {
    Path file = write("events.jsonl", lines(0, 3_000));
    store.muteAt(1_000);
    Cli broken =
        Cli.run(service, "replay", file.toString(), "--batch-size", "50", "--patience", "500ms");
    assertThat(broken.exitCode).as(broken.toString()).isEqualTo(1);
    assertThat(broken.err).contains("DEADLINE_EXCEEDED");
    assertThat(folder.resolve("events.jsonl.replay")).exists();
    int taken = store.ids().size();
    assertThat(taken).isBetween(1_000, 2_999);

    store.muteAt(Integer.MAX_VALUE);
    store.drainArrivals();
    Map<String, Object> summary = replay(0, file, "--batch-size", "50");
    assertThat(summary).containsEntry("accepted", 3_000L - taken);
    assertThat(store.ids()).hasSize(3_000);
    assertThat(store.drainArrivals()).hasSizeLessThan(3_000).doesNotContain("e0");
    assertThat(folder.resolve("events.jsonl.replay")).doesNotExist();
  }

  @Test
  void aKilledReplayGoesOnWhereItWas() throws Exception {
    Path file = write("events.jsonl", lines(0, 30_000));
    Path state = folder.resolve("state");
    store.muteAt(20_000);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "replay",
                file.toString(),
                "--target",
                service.target(),
                "--batch-size",
                "10",
                "--in-flight",
                "1",
                "--resume-file",
                state.toString())
            .inheritIO()
            .start();
    try {
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!Files.exists(state)) {
        assertThat(process.isAlive()).isTrue();
        assertThat(System.nanoTime()).as("waited for 60 s").isLessThan(end);
        Thread.onSpinWait();
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    store.muteAt(Integer.MAX_VALUE);
    store.drainArrivals();
    replay(0, file, "--resume-file", state.toString());
    assertThat(new HashSet<>(store.ids())).hasSize(30_000);
    assertThat(store.drainArrivals()).hasSizeLessThan(30_000).doesNotContain("e0");
  }

  @Test
  void nobodyListeningIsSaidAtOnce() throws Exception {
    Path file = write("events.jsonl", lines(0, 10));
    Cli cli = Cli.run("replay", file.toString(), "--target", "127.0.0.1:1", "--patience", "300ms");
    assertThat(cli.exitCode).isEqualTo(1);
    assertThat(cli.err)
        .startsWith("no connection, trying again: UNAVAILABLE")
        .contains("Connection refused", "DEADLINE_EXCEEDED: no answer");
  }

  @Test
  void aStateOfAnotherReplayIsRefused() throws Exception {
    Path file = write("events.jsonl", lines(0, 10));
    Path state = folder.resolve("state");
    new ReplayState(state, "elsewhere:9090", "", List.of(file)).save(5);
    Cli cli = Cli.run(service, "replay", file.toString(), "--resume-file", state.toString());
    assertThat(cli.exitCode).isEqualTo(2);
    assertThat(cli.err)
        .contains("belongs to another replay, of elsewhere:9090", "--restart begins anew");
    assertThat(replay(0, file, "--resume-file", state.toString(), "--restart"))
        .containsEntry("accepted", 10L);
  }

  @Test
  void aReplayForOneMerchantIsNotGoneOnWithForAnother() throws Exception {
    Path file = write("events.jsonl", lines(0, 10));
    Path state = folder.resolve("state");
    List<String> first =
        List.of("--resume-file", state.toString(), "--token", tokenOf("shop-1", "ops"));
    new ReplayState(state, service.target(), "shop-1", List.of(file)).save(5);
    Cli other =
        Cli.run(
            service,
            "replay",
            file.toString(),
            "--resume-file",
            state.toString(),
            "--token",
            tokenOf("shop-2", "ops"));
    assertThat(other.exitCode).as(other.toString()).isEqualTo(2);
    assertThat(other.err).contains("belongs to another replay").contains("shop-2");
    assertThat(replay(0, file, first.toArray(String[]::new)))
        .as("another token of the same merchant goes on")
        .containsEntry("accepted", 5L);
  }

  /** A token as far as its claims go. */
  private static String tokenOf(String merchant, String subject) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder().claim("merchant", merchant).subject(subject).build();
    return new PlainJWT(claims).serialize();
  }

  private Map<String, Object> replay(int exitCode, Path file, String... options)
      throws ParseException {
    List<String> args = new ArrayList<>(List.of("replay", file.toString(), "--json"));
    args.addAll(List.of(options));
    Cli cli = Cli.run(service, args.toArray(String[]::new));
    assertThat(cli.exitCode).as(cli.toString()).isEqualTo(exitCode);
    return JSONObjectUtils.parse(cli.out);
  }

  private Path write(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }

  private static List<String> lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> line(i, "v" + i % 10)).toList();
  }

  private static String line(int number, String viewer) {
    return String.format(
        "{\"eventId\":\"e%d\",\"viewerId\":\"%s\",\"roomId\":\"r1\",\"occurredAt\":\"2022-01-01T00:00:00Z\",\"liked\":{\"count\":2}}",
        number, viewer);
  }
}
