package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

final class ScriptTest {
  /** More rows than a statement takes. */
  private static final int ROWS = 1_500;

  private static final int QUERIES = 70;

  @Test
  void queriesOfOneScriptReadTheirOwnRowsAndNoOthers() throws Exception {
    try (TestServer server = TestServer.start();
        Handle handle = server.instance(Database.class).jdbi().open()) {
      List<String> all = IntStream.range(0, ROWS).mapToObj(i -> "v" + i).toList();
      write(handle, all);
      Script script = new Script(handle);
      Map<Integer, List<String>> read = new TreeMap<>();
      List<String> between = new ArrayList<>();
      for (int query = 0; query < QUERIES; query++) {
        List<String> into = read.computeIfAbsent(query, unused -> new ArrayList<>());
        script.read(
            "SELECT viewer_id, task_state FROM viewer WHERE merchant_id = ? AND viewer_id IN",
            "m",
            "",
            keys(query, all),
            (values, key) -> values.text(key),
            row ->
                into.add(
                    row.getString("viewer_id")
                        + "="
                        + new String(row.getBytes("task_state"), StandardCharsets.UTF_8)));
        if (query % 10 == 5) {
          script.readEach(
              "SELECT ? AS text",
              List.of("between " + query),
              (values, text) -> values.text(text),
              row -> between.add(row.getString("text")));
        }
      }
      script.run();
      for (int query = 0; query < QUERIES; query++) {
        assertThat(read.get(query))
            .as("query %d", query)
            .containsExactlyInAnyOrderElementsOf(
                keys(query, all).stream().map(key -> key + "=state of " + key).toList());
      }
      assertThat(between)
          .containsExactly(
              "between 5",
              "between 15",
              "between 25",
              "between 35",
              "between 45",
              "between 55",
              "between 65");
    }
  }

  /** The first query asks for all, others for some that another one asks for, too. */
  private static List<String> keys(int query, List<String> all) {
    return query == 0 ? all : all.subList(query, query + 3);
  }

  private static void write(Handle handle, List<String> viewerIds) {
    Script script = new Script(handle);
    script.write(
        "INSERT INTO viewer (merchant_id, viewer_id, task_state) VALUES",
        3,
        "",
        viewerIds,
        (values, id) ->
            values.text("m").text(id).bytes(("state of " + id).getBytes(StandardCharsets.UTF_8)));
    script.run();
  }
}
