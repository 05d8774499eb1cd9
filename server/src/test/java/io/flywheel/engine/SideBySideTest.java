package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.protobuf.Message;
import io.flywheel.platform.db.Database;
import io.flywheel.program.ProgramStore;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** States are the same whether they are read as a viewer's row or each by itself. */
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
  private Set<PackedSlice<?>> slices;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
    slices =
        server
            .instance(Injector.class)
            .getInstance(Key.get(new TypeLiteral<Set<PackedSlice<?>>>() {}));
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
      assertThat(together(List.of(viewerId)).getFirst()).as(viewerId).isEqualTo(alone(viewerId));
    }
    assertThat(alone("anna"))
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
      assertThat(together(viewerIds)).isEqualTo(viewerIds.stream().map(this::alone).toList());
    }
    List<String> nobody = List.of("nobody1", "nobody2");
    assertThat(together(nobody)).isEqualTo(nobody.stream().map(this::alone).toList());
  }

  /** More tables would make the database look for the best order to join them in. */
  @Test
  void eachRowIsFoundByItsWholeKey() {
    SideBySide row = new SideBySide("m", version -> {});
    row.addViewer(List.copyOf(slices), viewer("anna"), (key, found) -> {});
    int joined = 0;
    for (Slice<?, ?> slice : slicesOfRows()) {
      SideBySide alone = new SideBySide("m", version -> {});
      assertThat(add(alone, slice)).isTrue();
      assertThat(plan(alone)).as(slice.getClass().getName()).isSubsetOf("const", "system", "null");
      joined += add(row, slice) ? 1 : 0;
    }
    assertThat(joined).isGreaterThan(20);
    assertThat(plan(row)).isSubsetOf("const", "system", "null");
  }

  private List<String> plan(SideBySide row) {
    int values = row.text().replaceAll("[^?]", "").length() - 1; // and the merchant
    return server
        .instance(Database.class)
        .read(handle -> {
          var query = handle.createQuery("EXPLAIN FORMAT=TRADITIONAL " + row.text());
          for (int i = 0; i < values; i++) {
            query.bind(i, "1");
          }
          return query
              .bind(values, "m")
              .map((found, context) -> String.valueOf(found.getString("type")))
              .list();
        });
  }

  /** One key, whatever it is: the statement's text does not depend on it. */
  private static <K extends Comparable<? super K>, S> boolean add(
      SideBySide row, Slice<K, S> slice) {
    return row.add(slice, Collections.nCopies(1, null), (key, state) -> {});
  }

  private List<List<Object>> together(List<String> viewerIds) {
    List<ViewerKey> viewers = viewerIds.stream().map(SideBySideTest::viewer).toList();
    CommittedView.Page page = page(viewers);
    return viewers.stream().map(viewer -> states(new CommittedView(page, viewer))).toList();
  }

  private CommittedView.Page page(List<ViewerKey> viewers) {
    return new CommittedView.Page(
        server.instance(Database.class),
        server.instance(ProgramStore.class),
        server.clock().instant(),
        server.instance(ViewerSlice.class),
        new TreeSet<>(viewers),
        List.copyOf(slices),
        Map.of());
  }

  private List<Object> states(StateView view) {
    List<Object> states = new ArrayList<>();
    for (PackedSlice<?> slice : slices) {
      states.add(view.get(slice));
    }
    return states;
  }

  private List<Object> alone(String viewerId) {
    return server
        .instance(Database.class)
        .read(handle -> {
          List<Object> states = new ArrayList<>();
          for (PackedSlice<?> slice : slices) {
            states.add(alone(handle, slice, viewer(viewerId)));
          }
          return states;
        });
  }

  private static <S extends Message> Object alone(
      Handle handle, PackedSlice<S> slice, ViewerKey viewer) {
    return slice.read(handle, List.of(viewer)).getOrDefault(viewer, slice.initial(viewer));
  }

  private static ViewerKey viewer(String id) {
    return new ViewerKey("m", id);
  }

  /** All slices that the service has bound and whose states are rows. */
  private List<Slice<?, ?>> slicesOfRows() {
    Injector injector = server.instance(Injector.class);
    List<Slice<?, ?>> found = new ArrayList<>();
    for (Key<?> key : injector.getAllBindings().keySet()) {
      if (Slice.class.isAssignableFrom(key.getTypeLiteral().getRawType())
          && injector.getInstance(key) instanceof Slice<?, ?> slice
          && slice.singleRow() != null) {
        found.add(slice);
      }
    }
    return found;
  }
}
