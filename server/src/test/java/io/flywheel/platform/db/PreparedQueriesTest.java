package io.flywheel.platform.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.mysql.cj.jdbc.JdbcConnection;
import io.flywheel.testing.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is asked again and again is prepared, and whatever happens to that, an answer is right. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PreparedQueriesTest {
  private static final String VALUES = "SELECT HEX(?), ?, HEX(?)";

  private final PreparedQueries queries = new PreparedQueries();
  private TestServer server;
  private Database database;
  private Connection connection;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
    database = server.instance(Database.class);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void connect() throws Exception {
    connection = database.connectOutsideOfPool();
  }

  @AfterEach
  void disconnect() throws Exception {
    connection.close();
  }

  @Test
  void aQueryIsPreparedWhenItIsAskedForTheSecondTime() throws Exception {
    assertThat(ask(VALUES, "a", 1L, new byte[] {1})).isEmpty();
    assertThat(status("Com_stmt_prepare")).isZero();
    for (String text : List.of("a", "", "'\\\"; DROP TABLE viewer -- ?", "观众 😀", "\0\n\u001A")) {
      for (long number : new long[] {0, Long.MIN_VALUE, Long.MAX_VALUE}) {
        byte[] bytes = {(byte) number, 0, -1, '\''};
        assertThat(ask(VALUES, text, number, bytes))
            .containsExactly(hex(text.getBytes(UTF_8)) + " " + number + " " + hex(bytes));
      }
    }
    // MySQL does so once more by itself, where the values are not of the types that it took them
    // for.
    assertThat(status("Com_stmt_prepare")).isBetween(1, 2);
    assertThat(status("Com_stmt_execute")).isEqualTo(15);
  }

  @Test
  void eachConnectionHasItsOwn() throws Exception {
    try (Connection other = database.connectOutsideOfPool()) {
      for (int i = 0; i < 3; i++) {
        List<String> here = ask(connection, VALUES, "\1", 1L, new byte[] {'1'});
        List<String> there = ask(other, VALUES, "\1", 1L, new byte[] {'1'});
        assertThat(here).isEqualTo(there).isEqualTo(i == 0 ? List.of() : List.of("01 1 31"));
      }
    }
    try (Connection another = database.connectOutsideOfPool()) {
      assertThat(ask(another, VALUES, "\1", 1L, new byte[] {'1'})).isEmpty();
    }
    assertThat(ask(VALUES, "\1", 1L, new byte[] {'1'})).hasSize(1);
  }

  /** The database keeps what is prepared until it is told to forget it. */
  @Test
  void thoseThatWereNotAskedForLongestAreForgotten() throws Exception {
    for (int i = 0; i < 100; i++) {
      for (int time = 0; time < 3; time++) {
        assertThat(ask("SELECT ?, 'x', " + i, "a")).hasSize(time == 0 ? 0 : 1);
      }
    }
    assertThat(status("Com_stmt_prepare")).isEqualTo(100);
    assertThat(status("Com_stmt_close")).isEqualTo(100 - 32);
    assertThat(ask("SELECT ?, 'x', 99", "a")).as("the latest").hasSize(1);
    assertThat(ask("SELECT ?, 'x', 0", "a")).as("the first").isEmpty();
  }

  @Test
  void whatCantBePreparedIsLeftToBeSentAsText() throws Exception {
    for (String text : List.of("SELECT 1, 2, 3; SELECT 1, 2, 3", "SELECT nothing FROM nowhere")) {
      for (int time = 0; time < 5; time++) {
        assertThat(ask(text)).isEmpty();
      }
    }
    assertThat(status("Com_stmt_execute")).isZero();
    assertThat(connection.isValid(1)).isTrue();
  }

  @Test
  void whatTheDatabaseHasForgottenIsPreparedAgain() throws Exception {
    for (int time = 0; time < 3; time++) {
      assertThat(ask(VALUES, "a", 1L, new byte[1])).hasSize(time == 0 ? 0 : 1);
    }
    connection.unwrap(JdbcConnection.class).resetServerState();
    for (int time = 0; time < 4; time++) {
      assertThat(ask(VALUES, "a", 1L, new byte[1])).hasSize(time < 2 ? 0 : 1);
    }
    assertThat(connection.isValid(1)).isTrue();
  }

  @Test
  void aTableThatHasChangedIsReadAsItIs() throws Exception {
    execute("CREATE TABLE changing (id BIGINT PRIMARY KEY, a VARCHAR(9), b BIGINT)");
    try {
      execute("INSERT INTO changing VALUES (1, 'one', 11)");
      String text = "SELECT a, b, '' FROM changing WHERE id = ?";
      assertThat(ask(text, 1L)).isEmpty();
      assertThat(ask(text, 1L)).containsExactly("one 11 ");
      execute("ALTER TABLE changing DROP COLUMN b, ADD COLUMN b VARCHAR(20) FIRST");
      execute("UPDATE changing SET b = 'eleven'");
      assertThat(ask(text, 1L)).containsExactly("one eleven ");
    } finally {
      execute("DROP TABLE changing");
    }
  }

  /** A connection of the pool that is lost while it lies there is replaced. */
  @Test
  void aLostConnectionIsToldAndIsNotUsedAgain() throws Exception {
    String text = "SELECT CONNECTION_ID(), ?, ''";
    String lost = askPool(text).getFirst();
    execute("KILL " + lost.split(" ", 2)[0]);
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Throwable failure = catchThrowable(() -> answers.addAll(askPool(text)));
      assertThat(failure == null || DatabaseErrors.isUnavailable(failure))
          .as("%s", failure)
          .isTrue();
    }
    assertThat(answers).hasSizeGreaterThan(15).doesNotContain(lost);
  }

  private List<String> askPool(String text) throws SQLException {
    List<String> rows = new ArrayList<>();
    for (int time = 0; rows.isEmpty(); time++) {
      assertThat(time).as("once for each connection").isLessThan(100);
      boolean unused = database.readPrepared(text, List.of("a"), row -> rows.add(show(row)));
    }
    return rows;
  }

  private List<String> ask(String text, Object... values) throws SQLException {
    return ask(connection, text, values);
  }

  /** The rows; none: it was not run. */
  private List<String> ask(Connection connection, String text, Object... values)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    boolean run = queries.run(connection, text, List.of(values), row -> rows.add(show(row)));
    assertThat(run).isEqualTo(!rows.isEmpty());
    return rows;
  }

  private static String show(ResultSet row) throws SQLException {
    return row.getString(1) + " " + row.getString(2) + " " + row.getString(3);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }

  private void execute(String sql) throws SQLException {
    try (Connection other = database.connectOutsideOfPool();
        Statement statement = other.createStatement()) {
      statement.execute(sql);
    }
  }

  /** How often the connection has sent a command. */
  private int status(String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE '" + name + "'")) {
      assertThat(row.next()).isTrue();
      return row.getInt(2);
    }
  }
}
