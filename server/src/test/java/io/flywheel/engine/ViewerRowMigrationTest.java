package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.points.PointsState;
import io.flywheel.testing.FormerSchema;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.Test;

/** What was kept of viewers in a table a feature, and comes to be in their rows. */
class ViewerRowMigrationTest {
  private static final List<String> TABLES =
      List.of(
          "badge_state",
          "board_friend",
          "board_team",
          "check_in",
          "coupon_state",
          "grant_state",
          "level_state",
          "lottery_state",
          "mall_state",
          "order_total",
          "points_state",
          "referral_state",
          "reminder_state",
          "room_draw_own",
          "season_state",
          "tag_state",
          "task_state",
          "ticket_state");

  private final Random random = new Random(1);

  /** What each viewer's columns have to hold. */
  private final SortedMap<ViewerKey, SortedMap<String, ByteString>> expected = new TreeMap<>();

  @Test
  void everyStateComesIntoItsColumnOfItsViewer() throws Exception {
    try (FormerSchema schema = new FormerSchema("95")) {
      fill(schema);
      schema.migrate();
      assertMigrated(schema);
    }
  }

  @Test
  void whatWasCutShortWithinTheCopyBeginsAgain() throws Exception {
    try (FormerSchema schema = new FormerSchema("95")) {
      fill(schema);
      List<String> statements = statements();
      int copy = statements.size() - 2;
      assertThat(statements.get(copy)).startsWith("INSERT INTO viewer_row");
      run(schema, statements.subList(0, copy));
      run(schema, List.of(statements.get(copy) + " LIMIT 3"));
      schema.migrate();
      assertMigrated(schema);
    }
  }

  @Test
  void whatWasDoneButNotNotedIsDoneAgain() throws Exception {
    try (FormerSchema schema = new FormerSchema("95")) {
      fill(schema);
      run(schema, statements());
      schema.migrate();
      assertMigrated(schema);
    }
  }

  @Test
  void aDropOfTheFormerTablesThatWasCutShortGoesOn() throws Exception {
    try (FormerSchema schema = new FormerSchema("96")) {
      run(schema, List.of("DROP TABLE viewer_former", "DROP TABLE badge_state"));
      schema.migrate();
      assertMigrated(schema);
    }
  }

  @Test
  void aServerKnowsWhomAnEarlierOneKnew() throws Exception {
    try (TestServer any = TestServer.start();
        FormerSchema schema = new FormerSchema("95", migrationsOf(any))) {
      ViewerProfile profile =
          ViewerProfile.newBuilder().setFirstSeenAt(Timestamps.fromMillis(1)).build();
      PointsState points = PointsState.newBuilder().setBalance(30).setEntries(1).build();
      keep(schema, new ViewerKey("m", "anna"), "viewer", profile.toByteString());
      keep(schema, new ViewerKey("m", "anna"), "points_state", points.toByteString());
      try (TestServer server = TestServer.builder().schema(schema.name()).start()) {
        TestMerchant merchant = new TestMerchant(server, "m", "name: Nothing\n");
        Viewer anna =
            ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
                .getViewer(GetViewerRequest.getDefaultInstance())
                .getViewer();
        assertThat(anna.getProfile().getFirstSeenAt()).isEqualTo(profile.getFirstSeenAt());
        assertThat(anna.getPoints().getBalance()).isEqualTo(30);
      }
    }
  }

  private void fill(FormerSchema schema) throws SQLException {
    for (String merchantId : List.of("m", "n")) {
      ViewerKey all = new ViewerKey(merchantId, "all");
      keep(schema, all, "viewer", bytes(50));
      for (String table : TABLES) {
        keep(schema, all, table, bytes(40));
      }
      ViewerKey wide = new ViewerKey(merchantId, "wide");
      keep(schema, wide, "viewer", bytes(9_000));
      for (String table : TABLES) {
        keep(schema, wide, table, bytes(9_000));
      }
      keep(schema, new ViewerKey(merchantId, "none"), "viewer", bytes(50));
      keep(schema, ViewerKey.room(merchantId, "r".repeat(64)), "room_draw_own", bytes(50));
    }
    ViewerKey some = new ViewerKey("m", "some");
    keep(schema, some, "viewer", bytes(50));
    keep(schema, some, "points_state", bytes(30));
    keep(schema, some, "task_state", bytes(1 << 20));
    keep(schema, some, "tag_state", ByteString.EMPTY);
    for (String table : TABLES) {
      keep(schema, new ViewerKey("without-row", table), table, bytes(40));
    }
    keep(schema, new ViewerKey("m", "empty"), "viewer", ByteString.EMPTY);
    keep(schema, new ViewerKey("m", "empty"), "level_state", bytes(40));
    keep(schema, new ViewerKey("m", "emptier"), "viewer", ByteString.EMPTY);
    keep(schema, new ViewerKey("m", "like-empty"), "viewer", ByteString.copyFromUtf8(" "));
  }

  private ByteString bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private void keep(FormerSchema schema, ViewerKey viewer, String table, ByteString state)
      throws SQLException {
    boolean isProfile = table.equals("viewer");
    SortedMap<String, ByteString> columns =
        expected.computeIfAbsent(viewer, unused -> new TreeMap<>());
    if (!isProfile) {
      columns.put(table, state);
    } else if (!state.isEmpty()) {
      columns.put("profile", state);
    }
    try (Connection connection = schema.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO %s (merchant_id, viewer_id, %s) VALUES (?, ?, ?)"
                    .formatted(table, isProfile ? "profile" : "state"))) {
      insert.setString(1, viewer.merchantId());
      insert.setString(2, viewer.viewerId());
      insert.setBytes(3, state.toByteArray());
      insert.execute();
    }
  }

  private void assertMigrated(FormerSchema schema) throws SQLException {
    List<String> columns = new ArrayList<>(TABLES);
    columns.add("profile");
    SortedMap<ViewerKey, SortedMap<String, ByteString>> found = new TreeMap<>();
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT * FROM viewer")) {
        assertThat(row.getMetaData().getColumnCount()).isEqualTo(2 + columns.size());
        while (row.next()) {
          SortedMap<String, ByteString> states = new TreeMap<>();
          for (String column : columns) {
            byte[] state = row.getBytes(column);
            if (state != null) {
              states.put(column, ByteString.copyFrom(state));
            }
          }
          found.put(
              new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")), states);
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()\
              """)) {
        while (row.next()) {
          assertThat(row.getString(1)).isNotIn(TABLES).isNotIn("viewer_row", "viewer_former");
        }
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  private static void run(FormerSchema schema, List<String> statements) throws SQLException {
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  /** Those of the migration. */
  private static List<String> statements() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            ViewerRowMigrationTest.class.getResourceAsStream(
                "/db/migration/V96__viewer_row.sql"))) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8).replaceAll("--.*", "");
      return Splitter.on(';').trimResults().omitEmptyStrings().splitToList(text);
    }
  }

  /** Those that are not plain SQL. */
  private static JavaMigration[] migrationsOf(TestServer server) {
    return server
        .instance(Injector.class)
        .getInstance(Key.get(new TypeLiteral<Set<JavaMigration>>() {}))
        .toArray(JavaMigration[]::new);
  }
}
