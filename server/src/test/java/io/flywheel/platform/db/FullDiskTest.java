package io.flywheel.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Health;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ErrorReason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database without room is no defect of the service: callers wait, and others take over. */
final class FullDiskTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1114|The table 'event_log' is full",
        "1021|Disk full (/tmp/x); waiting for someone to free some space...",
        "1026|Error writing file '/data/t.MYD' (errno: 28 \"No space left on device\")",
        "3|Error writing file '/tmp/ML' (Errcode: 28 \"No space left on device\")",
        "1030|Got error 28 \"No space left on device\" from storage engine InnoDB",
        "1030|Got error 135 \"No more room in record file\" from storage engine",
        "1180|Got error 28 \"No space left on device\" during COMMIT",
        "1105|tikv disk full: region 5"
      })
  void everyWayToSayThatThereIsNoRoomIsUnavailableWithARetry(int code, String message) {
    ServiceException told = ErrorTable.classify(new SQLException(message, "HY000", code));
    assertThat(told.reason()).isEqualTo(ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE);
    assertThat(told.retryAfter()).isPositive();
    assertThat(told).hasMessageContaining("no room left");
  }

  @ParameterizedTest
  @CsvSource({"1030,Got error 126 from storage engine", "1105,unknown", "1062,Duplicate entry"})
  void otherFailuresAreNotTakenForAFullDisk(int code, String message) {
    assertThat(DatabaseErrors.isFull(new SQLException(message, "HY000", code))).isFalse();
  }

  @Test
  void aNodeWhoseDatabaseHasNoRoomIsNotReadyUntilAWhileAfter() throws Exception {
    try (TestServer server =
        TestServer.builder().setting("grpc.health-interval", "100ms").start()) {
      Health health = server.instance(Health.class);
      awaitState(health, Health.State.SERVING);
      fillATable(server.instance(Database.class));
      awaitState(health, Health.State.DATABASE_HAS_NO_ROOM);
      server.clock().advance(Duration.ofSeconds(11));
      awaitState(health, Health.State.SERVING);
    }
  }

  /** The smallest table there is, of the memory alone. */
  private static void fillATable(Database database) {
    database
        .jdbi()
        .useHandle(handle -> {
          handle.execute("SET max_heap_table_size = 16384");
          handle.execute("CREATE TEMPORARY TABLE small (t VARCHAR(1000) NOT NULL) ENGINE=MEMORY");
          int rows = 0;
          try {
            for (; rows < 10_000; rows++) {
              handle.execute("INSERT INTO small (t) VALUES (?)", "x".repeat(1_000));
            }
          } catch (RuntimeException e) {
            assertThat(ErrorTable.classify(e).reason())
                .isEqualTo(ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE);
          }
          assertThat(rows).isLessThan(10_000);
        });
  }

  private static void awaitState(Health health, Health.State state) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (health.state() != state) {
      assertThat(System.nanoTime()).as("%s, not %s", health.state(), state).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
