package io.flywheel.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.FormerSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Privileges that were granted before their ends were kept. */
class PrivilegeMigrationTest {
  private final FormerSchema schema = new FormerSchema("19");

  @AfterEach
  void drop() {
    schema.close();
  }

  @Test
  void theyEndAsTheirGrantsSayOrAsTheyWereTakenBack() throws SQLException {
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO viewer_grant
            (merchant_id, viewer_id, grant_number, kind, subject_id, quantity, reward, cause,
             granted_ms, expires_ms)
          VALUES
            ('m', 'v', 1, 5, 'vip', 1, '', '', 100, 500),
            ('m', 'v', 2, 5, 'fan', 1, '', '', 100, NULL),
            ('m', 'v', 3, 4, 'badge', 1, '', '', 100, NULL),
            ('m', 'v', 4, 5, 'taken', 1, '', '', 100, NULL),
            ('m', 'v', 5, 5, 'over', 1, '', '', 100, 200)\
          """);
      statement.execute(
          """
          INSERT INTO grant_revocation (merchant_id, viewer_id, grant_number, quantity, revoked_ms)
          VALUES ('m', 'v', 4, 1, 300), ('m', 'v', 5, 1, 300)\
          """);
    }

    schema.migrate();

    assertThat(privileges())
        .containsExactly("1 vip 500", "2 fan null", "4 taken 300", "5 over 200");
  }

  private List<String> privileges() throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = schema.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT grant_number, privilege_id, ends_ms FROM viewer_privilege
                WHERE merchant_id = 'm' AND viewer_id = 'v'
                ORDER BY grant_number\
                """)) {
      while (rows.next()) {
        found.add("%s %s %s".formatted(rows.getLong(1), rows.getString(2), rows.getObject(3)));
      }
    }
    return found;
  }
}
