package io.flywheel.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Grants that were given before it was noted whether more is told of them. */
class PlainGrantsMigrationTest {
  private final TestDatabase database = TestDatabase.shared();
  private final String schema = TestDatabase.freshSchema();

  @BeforeEach
  void makeASchemaOfBefore() throws SQLException {
    try (Connection connection = database.connect("");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE DATABASE `" + schema + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    }
    migrate("94");
  }

  @AfterEach
  void drop() {
    database.drop(schema);
  }

  @Test
  void thoseAreOfWhichNothingElseIsKept() throws Exception {
    GrantState before =
        GrantState.newBuilder().setGrants(300).addBadges("early").setExperience(1_000_000).build();
    try (Connection connection = database.connect(schema)) {
      for (String viewerId : List.of("plain", "held", "taken", "delivered")) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO grant_state (merchant_id, viewer_id, state) VALUES ('m', ?, ?)")) {
          insert.setString(1, viewerId);
          insert.setBytes(2, before.toByteArray());
          insert.execute();
        }
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            """
            INSERT INTO viewer_privilege (merchant_id, viewer_id, grant_number, privilege_id, ends_ms)
            VALUES ('m', 'held', 1, 'vip', 1), ('other', 'plain', 1, 'vip', 1)\
            """);
        statement.execute(
            """
            INSERT INTO grant_revocation (merchant_id, viewer_id, grant_number, quantity, revoked_ms)
            VALUES ('m', 'taken', 1, 1, 1), ('m', 'taken', 2, 1, 1)\
            """);
        statement.execute(
            """
            INSERT INTO grant_delivery (merchant_id, viewer_id, grant_number, state, reference, moved_ms)
            VALUES ('m', 'delivered', 1, 1, '', 1)\
            """);
      }
    }

    migrate("latest");

    assertThat(states())
        .isEqualTo(
            Map.of(
                "plain", before.toBuilder().setPlain(true).build(),
                "held", before,
                "taken", before,
                "delivered", before));
  }

  private Map<String, GrantState> states() throws SQLException, InvalidProtocolBufferException {
    Map<String, GrantState> found = new TreeMap<>();
    try (Connection connection = database.connect(schema);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT viewer_id, state FROM grant_state")) {
      while (rows.next()) {
        found.put(rows.getString(1), GrantState.parseFrom(rows.getBytes(2)));
      }
    }
    return found;
  }

  private void migrate(String target) {
    Flyway.configure()
        .dataSource(database.url(schema), database.user(), database.password())
        .locations("classpath:db/migration")
        .target(target)
        .load()
        .migrate();
  }
}
