package io.flywheel.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.testing.FormerSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Grants that were given before it was noted whether more is told of them. */
class PlainGrantsMigrationTest {
  private final FormerSchema schema = new FormerSchema("94");

  @AfterEach
  void drop() {
    schema.close();
  }

  @Test
  void thoseAreOfWhichNothingElseIsKept() throws Exception {
    GrantState before =
        GrantState.newBuilder().setGrants(300).addBadges("early").setExperience(1_000_000).build();
    try (Connection connection = schema.connect()) {
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

    schema.migrate();

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
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT viewer_id, grant_state FROM viewer")) {
      while (rows.next()) {
        found.put(rows.getString(1), GrantState.parseFrom(rows.getBytes(2)));
      }
    }
    return found;
  }
}
