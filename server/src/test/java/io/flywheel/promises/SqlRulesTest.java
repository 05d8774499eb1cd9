package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.analytics.MinutePurge;
import io.flywheel.analytics.PendingFigures;
import io.flywheel.analytics.VisitPurgeDao;
import io.flywheel.engine.ActionLogPurge;
import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalPurge;
import io.flywheel.engine.JournalReader;
import io.flywheel.engine.Settlement;
import io.flywheel.fulfillment.GrantPurgeDao;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.points.LedgerArchiveDao;
import io.flywheel.points.LedgerWatch;
import io.flywheel.task.WindowPurgeDao;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.ListProgramVersionsRequest;
import io.flywheel.v1.ListRoomsRequest;
import io.flywheel.v1.ListViewersRequest;
import io.flywheel.v1.ListVisitsRequest;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** The SQL runs unchanged on every database of the MySQL protocol, and none of it reads a table. */
final class SqlRulesTest {
  private static final Pattern LITERAL =
      Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);
  private static final Pattern COMMENT =
      Pattern.compile("/\\*.*?\\*/|(?m)^\\s*(//|--).*$", Pattern.DOTALL);
  private static final Pattern STATEMENT =
      Pattern.compile(
          "\\b(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|ON DUPLICATE|WHERE)\\b");

  private static final Pattern TABLE =
      Pattern.compile("(?<!KEY |FOR )\\b(?:FROM|JOIN|INTO|UPDATE)\\s+([a-z_]+)\\b(?![.(])");

  /** A statement of a script, up to a semicolon that is in no text. */
  private static final Pattern LOGGED =
      Pattern.compile("(?:[^;']|'(?:[^'\\\\]|\\\\.)*+')++", Pattern.DOTALL);

  /** The parentheses that the first query of a script stands in. */
  private static final Pattern PARENTHESIS =
      Pattern.compile("^\\((SELECT .*?)\\)( UNION ALL |$)", Pattern.DOTALL);

  private static final Pattern LIMIT = Pattern.compile("\\bLIMIT (\\d+)(?: OFFSET (\\d+))?");

  private static final Map<String, Pattern> FORBIDDEN =
      Map.of(
          "foreign keys", word("FOREIGN KEY|REFERENCES"),
          "numbers by the database", word("AUTO_INCREMENT|LAST_INSERT_ID"),
          "RETURNING", word("RETURNING"),
          "an alias of the new row", word("AS new\\b"),
          "stored code", word("CREATE (DEFINER|PROCEDURE|FUNCTION|TRIGGER|EVENT|VIEW)|CALL"),
          "columns without names", Pattern.compile("SELECT\\s+([a-z]+\\.)?\\*"),
          "the database's clock", word("NOW\\(|CURRENT_TIMESTAMP|SYSDATE|UNIX_TIMESTAMP|CURDATE"),
          "locks of one server", word("LOCK TABLES|SKIP LOCKED"),
          "what only InnoDB has", word("ENGINE *=|FULLTEXT|SPATIAL"));

  @Test
  void noStatementUsesWhatOtherDatabasesLack() throws IOException {
    List<String> found = new ArrayList<>();
    int statements = 0;
    for (Path file : files("src/main/resources/db/migration", ".sql")) {
      statements++;
      check(file, COMMENT.matcher(Files.readString(file)).replaceAll(""), found);
    }
    for (Path file : files("src/main/java", ".java")) {
      Matcher literal = LITERAL.matcher(COMMENT.matcher(Files.readString(file)).replaceAll(""));
      while (literal.find()) {
        String text = literal.group(1) == null ? literal.group(2) : literal.group(1);
        if (STATEMENT.matcher(text).find()) {
          statements++;
          check(file, text, found);
        }
      }
    }
    assertThat(found).isEmpty();
    assertThat(statements).isGreaterThan(40);
  }

  /** Some statements run once in a while only: nobody would miss their table for long. */
  @Test
  void everyTableThatAStatementNamesIsThere() throws Exception {
    Set<String> named = new TreeSet<>();
    for (Path file : files("src/main/java", ".java")) {
      Matcher literal = LITERAL.matcher(Files.readString(file));
      while (literal.find()) {
        Matcher table = TABLE.matcher(literal.group());
        while (STATEMENT.matcher(literal.group()).find() && table.find()) {
          named.add(table.group(1) + " in " + file.getFileName());
        }
      }
    }
    assertThat(named).hasSizeGreaterThan(40);
    named.removeAll(
        List.of("global_priv in EmbeddedMariaDb.java", "task_state in ThresholdMigration.java"));
    try (TestServer server = TestServer.start()) {
      List<String> tables =
          server
              .instance(Database.class)
              .<List<String>, RuntimeException>read(
                  handle -> handle.createQuery("SHOW TABLES").mapTo(String.class).list());
      assertThat(named).allMatch(name -> tables.contains(name.substring(0, name.indexOf(' '))));
    }
  }

  @Test
  void noStatementOfTheServiceReadsAWholeTable() throws Exception {
    // Nothing settles by itself, so that the statements are those of this test.
    try (TestServer server =
        TestServer.builder()
            .setting("engine.follow-up-interval", "1h")
            .setting("analytics.fold-every", "1h")
            .start()) {
      LivePlatform platform = new LivePlatform(server, "m");
      for (int version = 1; version <= 60; version++) {
        platform.apply("apply-" + version, PROGRAM);
      }
      fill(platform, 0, 3_000);
      server.instance(PendingFigures.class).bringUpToDate("m");
      server.clock().advance(Duration.ofMinutes(1));
      Database database = server.instance(Database.class);
      Set<String> statements;
      try (Handle handle = database.jdbi().open()) {
        handle.useTransaction(SqlRulesTest::addManyRows);
        analyze(handle);
        handle.execute("SET GLOBAL log_output = 'TABLE'");
        handle.execute("SET GLOBAL general_log = 1");
        try {
          useEverything(server, platform);
        } finally {
          handle.execute("SET GLOBAL general_log = 0");
          handle.execute("SET GLOBAL log_output = 'FILE'"); // the default
        }
        statements = logged(handle, server.schema());
        handle.execute("TRUNCATE TABLE mysql.general_log");
        assertThat(plansThatReadTables(handle, statements)).isEmpty();
      }
      assertThat(statements)
          .as("that every hot query was there")
          .anyMatch(sql -> sql.contains("FROM viewer ") && sql.contains("FOR UPDATE"))
          .anyMatch(sql -> sql.contains("FROM action_log"))
          .anyMatch(sql -> sql.contains("FROM journal_log") && sql.contains("MAX(order_us)"))
          .anyMatch(sql -> sql.contains("FROM journal_log") && sql.contains("FOR UPDATE"))
          .anyMatch(
              sql -> sql.contains("SELECT batch_number, order_us") && sql.contains("journal_batch"))
          .anyMatch(sql -> sql.startsWith("SELECT batch_number, body FROM journal_batch"))
          .anyMatch(sql -> sql.startsWith("DELETE FROM journal_batch"))
          .anyMatch(sql -> sql.contains("FROM follow_up") && sql.contains("retry_ms <="))
          .anyMatch(sql -> sql.startsWith("DELETE FROM follow_up"))
          .anyMatch(sql -> sql.contains("FROM ledger_entry"))
          .anyMatch(sql -> sql.contains("FROM ledger_account") && sql.contains("SUM(balance)"))
          .anyMatch(sql -> sql.contains("FROM viewer_grant"))
          .anyMatch(sql -> sql.contains("FROM task_contributor"))
          .anyMatch(sql -> sql.contains("FROM task_room_goal") && sql.contains("FOR UPDATE"))
          .anyMatch(sql -> sql.contains("FROM task_budget") && sql.contains("FOR UPDATE"))
          .anyMatch(sql -> sql.contains("FROM visit") && sql.contains("GROUP BY watched_minutes"))
          .anyMatch(sql -> sql.contains("FROM visit") && sql.contains("ORDER BY entered_ms DESC"))
          .anyMatch(sql -> sql.contains("FROM visit") && sql.contains("ORDER BY likes"))
          .anyMatch(sql -> sql.contains("FROM visit") && sql.contains("entered_ms <="))
          .anyMatch(sql -> sql.contains("FROM room_minute") && sql.contains("GROUP BY minute"))
          .anyMatch(sql -> sql.startsWith("DELETE FROM room_minute"))
          .anyMatch(sql -> sql.contains("DELETE FROM visit"))
          .anyMatch(sql -> sql.startsWith("DELETE granted"))
          .anyMatch(sql -> sql.startsWith("DELETE entry"))
          .anyMatch(sql -> sql.contains("FROM task_room_goal") && sql.contains("task_window >"))
          .anyMatch(sql -> sql.contains("FROM room_broadcast"))
          .anyMatch(sql -> sql.contains("FROM room_activity"))
          .anyMatch(sql -> sql.startsWith("SELECT 1 FROM figures_delta"))
          .anyMatch(sql -> sql.startsWith("SELECT delta_id, delta FROM figures_delta"))
          .anyMatch(sql -> sql.startsWith("DELETE FROM figures_delta"))
          .anyMatch(sql -> sql.contains("FROM viewer") && sql.contains("viewer_id >="))
          .anyMatch(sql -> sql.contains("FROM program_head"))
          .anyMatch(sql -> sql.contains("FROM program_version"));
    }
  }

  private static final String PROGRAM =
      """
      check_in: {consecutive: [{count: 1, rewards: [points: 1]}]}
      tasks:
      - id: like
        title: Like
        trigger: like
        repeat: true
        budget: {points: 1000000}
        tiers: [{threshold: 1, rewards: [points: {amount: 1, pending: 30s}, coupon: {coupon_id: c}]}]
      - {id: goal, title: Together, trigger: comment, goal: room, tiers: [{threshold: 100, rewards: [points: 1]}]}
      - {id: claim, title: Claim, trigger: like, payout: on_claim, tiers: [{threshold: 1, rewards: [points: 1]}]}
      - {id: watch, title: Watch, trigger: watch, tiers: [{threshold: 60, rewards: [points: 1]}]}
      """;

  private static void fill(LivePlatform platform, int from, int to) {
    for (int start = from; start < to; start += 500) {
      List<Event> events = new ArrayList<>();
      for (int viewer = start; viewer < start + 500; viewer++) {
        events.add(platform.liked("like" + viewer, "v" + viewer));
        events.add(platform.commented("comment" + viewer, "v" + viewer, "hello"));
      }
      assertThat(platform.ingest(events).getAccepted()).isEqualTo(1_000);
    }
  }

  /** Rows of years, of which whatever is asked for is a small part. */
  private static void addManyRows(Handle handle) {
    handle.execute(
        """
        INSERT INTO action_log (merchant_id, action_key, content_hash, created_ms)
        SELECT 'm', UNHEX(SUBSTR(SHA2(CONCAT(one.viewer_id, ' ', other.viewer_id), 256), 1, 44)), UNHEX(SUBSTR(SHA2('', 256), 1, 32)), 0
        FROM viewer one JOIN (SELECT viewer_id FROM viewer LIMIT 20) other\
        """);
    handle.execute(
        """
        INSERT INTO follow_up
          (follow_up_id, due_ms, retry_ms, merchant_id, viewer_id, room_id, broadcast_id, body_type, body, attempts)
        SELECT UNHEX(SUBSTR(SHA2(CONCAT(one.viewer_id, ' ', other.viewer_id), 256), 1, 32)), 9000000000000, 9000000000000,
          'm', one.viewer_id, '', '', 'nothing', '', 0
        FROM viewer one JOIN (SELECT viewer_id FROM viewer LIMIT 20) other\
        """);
    handle.execute(
        """
        INSERT INTO figures_delta (merchant_id, delta_id, taken_ms, delta)
        SELECT CONCAT('m', other.viewer_id), CRC32(one.viewer_id), 0, ''
        FROM viewer one JOIN (SELECT viewer_id FROM viewer LIMIT 20) other\
        """);
    for (String table :
        List.of(
            "visit",
            "room_minute",
            "room_broadcast",
            "room_activity",
            "ledger_entry",
            "viewer_grant",
            "journal_log",
            "journal_batch")) {
      copyToOtherMerchants(handle, table);
    }
  }

  private static void copyToOtherMerchants(Handle handle, String table) {
    String columns =
        handle
            .createQuery(
                """
                SELECT GROUP_CONCAT(column_name SEPARATOR ', ')
                FROM information_schema.columns
                WHERE table_schema = DATABASE() AND table_name = :table
                  AND column_name <> 'merchant_id'\
                """)
            .bind("table", table)
            .mapTo(String.class)
            .one();
    handle.execute(
        """
        INSERT INTO %1$s (merchant_id, %2$s)
        SELECT CONCAT('m', other.id), %2$s FROM %1$s JOIN (SELECT viewer_id AS id FROM viewer LIMIT 20) other\
        """
            .formatted(table, columns));
  }

  /** Every feature once, and what is due settled. */
  private static void useEverything(TestServer server, LivePlatform platform) throws Exception {
    Channel viewer = platform.as(Role.VIEWER, "v7");
    var unused =
        List.of(
            RoomServiceGrpc.newBlockingStub(viewer)
                .enterRoom(
                    EnterRoomRequest.newBuilder().setRequestId("r1").setRoomId("room").build()),
            CheckInServiceGrpc.newBlockingStub(viewer)
                .checkIn(CheckInRequest.newBuilder().setRequestId("r2").build()),
            TaskServiceGrpc.newBlockingStub(viewer)
                .claimTaskReward(
                    ClaimTaskRewardRequest.newBuilder()
                        .setRequestId("r3")
                        .setTaskId("claim")
                        .build()),
            ViewerServiceGrpc.newBlockingStub(viewer)
                .getViewer(GetViewerRequest.getDefaultInstance()),
            ViewerServiceGrpc.newBlockingStub(viewer)
                .listGrants(ListGrantsRequest.getDefaultInstance()),
            ProgramServiceGrpc.newBlockingStub(platform.channel())
                .listProgramVersions(ListProgramVersionsRequest.getDefaultInstance()),
            platform.apply("apply-again", PROGRAM),
            platform.ingest(
                List.of(platform.liked("new1", "v1"), platform.commented("new2", "v2", "hello"))),
            platform.tasks("v7"),
            platform.balance("v7"),
            ViewerServiceGrpc.newBlockingStub(platform.channel())
                .listViewers(ListViewersRequest.newBuilder().setViewerIdPrefix("v1").build()));
    readFigures(platform);
    assertThat(platform.entries("v7")).isNotEmpty();
    assertThat(server.instance(Settlement.class).settleDue()).isGreaterThanOrEqualTo(3_000);
    assertThat(server.instance(LedgerWatch.class).checkAll()).isZero();
    JournalReader journal = server.instance(JournalReader.class);
    JournalChunk recorded =
        journal.next(journal.since("m", server.clock().instant().minus(Duration.ofDays(1))), 1_000);
    assertThat(recorded.entries()).hasSizeGreaterThanOrEqualTo(1_000);
    Chores chores = server.instance(Chores.class);
    chores.run(ActionLogPurge.InOrder.class);
    chores.run(ActionLogPurge.OutOfOrder.class);
    chores.run(MinutePurge.class);
    server.clock().advance(Duration.ofDays(2_000)); // so that there is something to forget
    chores.run(VisitPurgeDao.class);
    chores.run(GrantPurgeDao.class);
    chores.run(WindowPurgeDao.class);
    chores.run(LedgerArchiveDao.class);
    server.clock().advance(Duration.ofDays(-2_000));
    chores.run(JournalPurge.class);
    Database database = server.instance(Database.class);
    database.inTransaction(handle -> {
      journal.save(handle, "reader", recorded.next());
      return journal.saved(handle, "m", "reader");
    });
    chores.run(JournalPurge.class);
  }

  private static void readFigures(LivePlatform platform) {
    AnalyticsServiceGrpc.AnalyticsServiceBlockingStub figures =
        AnalyticsServiceGrpc.newBlockingStub(platform.channel());
    GetRoomReportRequest report = GetRoomReportRequest.newBuilder().setRoomId("room").build();
    assertThat(figures.getRoomReport(report).getReport().getViewers()).isGreaterThan(1_000);
    assertThat(figures.listRooms(ListRoomsRequest.getDefaultInstance()).getRoomsList())
        .isNotEmpty();
    assertThat(
            figures
                .listVisits(ListVisitsRequest.newBuilder().setViewerId("v7").build())
                .getVisitsList())
        .isNotEmpty();
  }

  private static void analyze(Handle handle) {
    for (String table : handle.createQuery("SHOW TABLES").mapTo(String.class).list()) {
      handle.createQuery("ANALYZE TABLE " + table).mapToMap().list();
    }
  }

  /** What the connections to a schema have run. */
  private static Set<String> logged(Handle handle, String schema) {
    List<String> statements =
        handle
            .createQuery(
                """
                SELECT argument FROM mysql.general_log
                WHERE command_type = 'Query' AND thread_id IN (
                  SELECT id FROM information_schema.processlist WHERE db = :schema)\
                """)
            .bind("schema", schema)
            .mapTo(String.class)
            .list();
    Set<String> distinct = new TreeSet<>();
    Map<String, Integer> kinds = new TreeMap<>();
    for (String script : statements) {
      Matcher statement = LOGGED.matcher(script);
      while (statement.find()) {
        String sql = PARENTHESIS.matcher(statement.group().strip()).replaceFirst("$1$2");
        boolean reads = sql.matches("(?s)(SELECT|UPDATE|DELETE) .*\\b(FROM|SET)\\b.*");
        // One of each kind is enough.
        if (reads && kinds.merge(kind(sql), 1, Integer::sum) == 1) {
          distinct.add(sql);
        }
      }
    }
    return distinct;
  }

  private static String kind(String sql) {
    return sql.replaceAll("'(?:[^'\\\\]|\\\\.|'')*'|\\b\\d+\\b", "?")
        .replaceAll("\\((?:[^()]*\\?[^()]*)\\)", "(?)");
  }

  /**
   * Full scans of tables and of whole indexes, in the words of the plan. What a part of a statement
   * came to is no table; the tables that it was read from have rows of their own. A walk that ends
   * with the statement's own limit reads no more than that, and an empty table is quickly read.
   */
  private static List<String> plansThatReadTables(Handle handle, Set<String> statements) {
    List<String> scans = new ArrayList<>();
    for (String sql : statements) {
      handle
          .createQuery(
              "EXPLAIN FORMAT=TRADITIONAL "
                  + sql.replace("\\", "\\\\").replace(":", "\\:").replace("<", "\\<"))
          .mapToMap()
          .list()
          .forEach(row -> {
            String type = String.valueOf(row.get("type"));
            boolean isScan = type.equalsIgnoreCase("ALL") || type.equalsIgnoreCase("index");
            boolean isTable = !String.valueOf(row.get("table")).startsWith("<");
            if (isScan && isTable && Long.parseLong(String.valueOf(row.get("rows"))) > bound(sql)) {
              scans.add(row.get("table") + ", " + type + ": " + sql);
            }
          });
    }
    return scans;
  }

  private static long bound(String sql) {
    Matcher limit = LIMIT.matcher(sql);
    long bound = 1;
    while (limit.find()) {
      long offset = limit.group(2) == null ? 0 : Long.parseLong(limit.group(2));
      bound = Math.max(bound, Long.parseLong(limit.group(1)) + offset);
    }
    return bound;
  }

  private static void check(Path file, String sql, List<String> found) {
    FORBIDDEN.forEach((name, pattern) -> {
      Matcher matcher = pattern.matcher(sql);
      if (matcher.find()) {
        found.add("%s: %s, which is %s".formatted(file, matcher.group(), name));
      }
    });
  }

  private static Pattern word(String alternatives) {
    return Pattern.compile("\\b(" + alternatives + ")");
  }

  private static List<Path> files(String folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of(folder))) {
      return all.filter(path -> path.toString().endsWith(ending)).sorted().toList();
    }
  }
}
