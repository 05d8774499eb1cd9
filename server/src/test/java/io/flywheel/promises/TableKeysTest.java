package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A merchant's rows lie together, so that the tables can be divided among databases by merchant.
 */
class TableKeysTest {
  private static final List<String> OF_THE_INSTALLATION =
      List.of(
          "chore",
          "cluster_installation",
          "cluster_node",
          "flyway_schema_history",
          "heartbeat_key");

  @Test
  void everyTablesKeyBeginsWithTheMerchantExceptThoseOfTheInstallation() throws Exception {
    try (TestServer server = TestServer.start()) {
      List<String> others =
          server
              .instance(Database.class)
              .<List<String>, RuntimeException>read(handle ->
                  handle
                      .createQuery(
                          """
                          SELECT t.table_name
                          FROM information_schema.tables t
                          LEFT JOIN information_schema.statistics k
                            ON k.table_schema = t.table_schema AND k.table_name = t.table_name
                              AND k.index_name = 'PRIMARY' AND k.seq_in_index = 1
                          WHERE t.table_schema = DATABASE()
                            AND (k.column_name IS NULL OR k.column_name <> 'merchant_id')
                          ORDER BY t.table_name\
                          """)
                      .mapTo(String.class)
                      .list());
      assertThat(others).isEqualTo(OF_THE_INSTALLATION);
    }
  }
}
