package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Binding;
import com.google.inject.Injector;
import io.flywheel.platform.db.Database;
import io.flywheel.program.ProgramStore;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** States are the same whether they are read as the columns of one row or each by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SideBySideTest {
  private static final String PROGRAM =
      """
      tasks:
      - id: all
        title: All
        trigger: custom
        custom: all
        tiers:
        - threshold: 1
          rewards: [points: 7, experience: 50, badge: early, ticket: {lottery_id: may, count: 2}, make_up_card: 1]
      levels: {levels: [{id: one, title: One, experience: 10}]}
      tags: [{id: rich, title: Rich, condition: viewer.points >= 5}]
      """;

  private TestServer server;
  private List<Slice<ViewerKey, ?>> slices;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
    slices = slicesOfViewers(server);
    TestMerchant merchant = new TestMerchant(server, "m", PROGRAM);
    merchant.report("anna", "all");
    merchant.report("a.strange:id-of@some_LENGTH", "nothing");
    merchant.settle();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void statesThatAreReadTogetherAreThoseThatAreReadAlone() {
    assertThat(slices).hasSizeGreaterThan(15);
    for (String viewerId : List.of("anna", "a.strange:id-of@some_LENGTH", "o'nobody")) {
      List<Object> together = states(List.of(viewerId), slices).getFirst();
      assertThat(together).as(viewerId).isEqualTo(states(List.of(viewerId), List.of()).getFirst());
    }
    assertThat(states(List.of("anna"), slices).getFirst())
        .as("that there is something to read")
        .filteredOn(state -> !state.toString().isEmpty())
        .hasSizeGreaterThan(7);
  }

  @Test
  void ofAPageOfViewersEachHasItsOwn() {
    for (int others : List.of(1, 5, 40)) {
      List<String> viewerIds = new ArrayList<>(List.of("anna", "a.strange:id-of@some_LENGTH"));
      for (int i = 0; i < others; i++) {
        viewerIds.add("nobody" + i);
      }
      assertThat(states(viewerIds, slices)).isEqualTo(states(viewerIds, List.of()));
    }
  }

  /** More tables would make the database look for the best order to join them in. */
  @Test
  void eachRowIsFoundByItsWholeKey() {
    SideBySide row = new SideBySide();
    slices.forEach(slice -> assertThat(add(row, slice)).isTrue());
    List<String> plan =
        server
            .instance(Database.class)
            .read(handle -> {
              var query = handle.createQuery("EXPLAIN FORMAT=TRADITIONAL " + row.text());
              for (int i = 0; i < slices.size(); i++) {
                query.bind(2 * i, "m").bind(2 * i + 1, "anna");
              }
              return query
                  .bind(2 * slices.size(), "m")
                  .map((found, context) -> String.valueOf(found.getString("type")))
                  .list();
            });
    assertThat(plan).isSubsetOf("const", "system", "null");
  }

  private static <S> boolean add(SideBySide row, Slice<ViewerKey, S> slice) {
    return row.add(slice, List.of(new ViewerKey("m", "anna")), (key, state) -> {});
  }

  private List<List<Object>> states(
      List<String> viewerIds, List<Slice<ViewerKey, ?>> readTogether) {
    List<ViewerKey> viewers = viewerIds.stream().map(id -> new ViewerKey("m", id)).toList();
    return server
        .instance(Database.class)
        .read(handle -> {
          CommittedView.Page page = page(handle, viewers, readTogether);
          return viewers.stream().map(viewer -> states(new CommittedView(page, viewer))).toList();
        });
  }

  private CommittedView.Page page(
      Handle handle, List<ViewerKey> viewers, List<Slice<ViewerKey, ?>> readTogether) {
    return new CommittedView.Page(
        handle,
        server.instance(ProgramStore.class),
        server.clock().instant(),
        server.instance(ViewerSlice.class),
        new TreeSet<>(viewers),
        readTogether,
        Map.of());
  }

  private List<Object> states(StateView view) {
    List<Object> states = new ArrayList<>();
    for (Slice<ViewerKey, ?> slice : slices) {
      states.add(view.get(slice));
    }
    return states;
  }

  /** Every slice of viewers' states that stand in one column each, whichever feature's it is. */
  @SuppressWarnings("unchecked") // a table whose key is a viewer's holds states of viewers
  private static List<Slice<ViewerKey, ?>> slicesOfViewers(TestServer server) {
    List<Slice<ViewerKey, ?>> slices = new ArrayList<>();
    for (Binding<?> binding : server.instance(Injector.class).getBindings().values()) {
      if (StateColumn.Of.class.isAssignableFrom(binding.getKey().getTypeLiteral().getRawType())
          && binding.getProvider().get() instanceof StateColumn.Of<?, ?> slice
          && !(slice instanceof SharedSlice)
          && slice.column().keyColumns().equals(List.of("merchant_id", "viewer_id"))) {
        slices.add((Slice<ViewerKey, ?>) (Slice<?, ?>) slice);
      }
    }
    return slices;
  }
}
