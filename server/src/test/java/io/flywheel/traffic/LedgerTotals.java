package io.flywheel.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.db.Database;
import io.flywheel.v1.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What traffic came to under {@code traffic/program.yaml}, by the service's own account. */
public final class LedgerTotals {
  private LedgerTotals() {}

  /** The program that {@link Recount} recounts. */
  public static String program() {
    try (InputStream program = LedgerTotals.class.getResourceAsStream("/traffic/program.yaml")) {
      return new String(program.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The points of each viewer by task, and for checking in, straight from the ledger. */
  public static Map<String, Map<String, Long>> pointsByCause(Database database) {
    Map<String, Map<String, Long>> points = new TreeMap<>();
    database
        .jdbi()
        .useHandle(handle ->
            handle
                .createQuery("SELECT viewer_id, amount, cause FROM ledger_entry")
                .map((row, context) -> {
                  Cause cause = parse(row.getBytes("cause"));
                  return points
                      .computeIfAbsent(row.getString("viewer_id"), v -> new TreeMap<>())
                      .merge(
                          cause.hasTask() ? cause.getTask().getTaskId() : "check-in",
                          row.getLong("amount"),
                          Long::sum);
                })
                .list());
    return points;
  }

  /** Fails with the first viewers whose points differ. */
  public static void assertSame(
      Map<String, Map<String, Long>> actual, Map<String, Map<String, Long>> expected) {
    List<String> differences = new ArrayList<>();
    Map<String, Map<String, Long>> all = new TreeMap<>(expected);
    all.putAll(actual);
    for (String viewer : all.keySet()) {
      Map<String, Long> a = actual.getOrDefault(viewer, Map.of());
      Map<String, Long> e = expected.getOrDefault(viewer, Map.of());
      if (!a.equals(e)) {
        differences.add(viewer + ": " + a + " (expected: " + e + ")");
      }
    }
    assertThat(differences.stream().limit(10)).isEmpty();
    assertThat(expected).isNotEmpty();
  }

  private static Cause parse(byte[] bytes) {
    try {
      return Cause.parseFrom(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
