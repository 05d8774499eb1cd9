package io.flywheel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.db.Database;
import org.junit.jupiter.api.Test;

/** Sees to it that nobody takes a run without the real MySQL for one with it. */
final class RealMySqlTest {
  @Test
  void theServersTestsRunOnARealMySqlToo() throws Exception {
    String url = System.getenv("FLYWHEEL_TEST_MYSQL_URL");
    Tools.need(
        url != null, "set FLYWHEEL_TEST_MYSQL_URL to the JDBC URL of a MySQL to test on it too");
    if (System.getProperty("flywheel.test.database-url") == null) {
      return; // the run on the embedded database, which another one follows
    }
    try (TestServer server = TestServer.start()) {
      String version =
          server
              .instance(Database.class)
              .read(handle -> handle.createQuery("SELECT VERSION()").mapTo(String.class).one());
      assertThat(version).doesNotContain("MariaDB");
    }
  }
}
