package io.flywheel.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Health;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ErrorReason;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionException;
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

  /** What a database says, in whatever wrapping, as the service hears it. */
  private record Said(int code, String message, boolean isFull) {}

  private static final List<Said> SAID =
      List.of(
          new Said(1114, "The table 'event_log' is full", true),
          new Said(1021, "Disk full (/tmp/#sql); waiting for someone to free some space...", true),
          new Said(1030, "Got error 28 \"No space left on device\" from storage engine", true),
          new Said(1180, "Got error 28 \"No space left on device\" during COMMIT", true),
          new Said(1030, "Got error 168 \"Unknown (generic) error\" from storage engine", false),
          new Said(1062, "Duplicate entry 'disk full' for key 'the table is full'", false),
          new Said(1406, "Data too long for column 'no space left'", false),
          new Said(1213, "Deadlock found when trying to get lock", false),
          new Said(0, "No operations allowed after connection closed, disk full", false));

  @Test
  void aFullDiskIsKnownInWhateverWrappingAndNothingElseIsTakenForOne() {
    Random random = new Random(20261129);
    for (int i = 0; i < 300; i++) {
      Said said = SAID.get(random.nextInt(SAID.size()));
      Throwable failure = new SQLException(said.message(), "HY000", said.code());
      for (int wrappings = random.nextInt(5); wrappings > 0; wrappings--) {
        failure =
            switch (random.nextInt(4)) {
              case 0 -> new BatchUpdateException("disk full", "HY000", 0, new int[1], failure);
              case 1 -> new ConnectionException(failure);
              case 2 -> new CompletionException(failure);
              default -> new IllegalStateException("no space left on device", failure);
            };
      }
      assertThat(DatabaseErrors.isFull(failure)).as(said.message()).isEqualTo(said.isFull());
      if (said.isFull()) {
        ServiceException told = ErrorTable.classify(failure);
        assertThat(told).hasMessageContaining("no room left");
        assertThat(told.isPassing()).isTrue();
      }
    }
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
