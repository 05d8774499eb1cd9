package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.StringValue;
import io.flywheel.platform.cluster.ClusterMembership;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ErrorReason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What becomes of viewers' rows when several are changed by one batch, each in other columns. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ViewerTableTest {
  private static final String MERCHANT = "m";

  /** More than a page has room for, so that the database keeps it outside of the row. */
  private static final int LARGE = 20_000;

  private TestServer server;
  private JournalWriter journal;
  private int actions;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.builder().module(new Notes()).start();
    execute("ALTER TABLE viewer ADD COLUMN test_one MEDIUMBLOB NULL");
    execute("ALTER TABLE viewer ADD COLUMN test_two MEDIUMBLOB NULL");
    new TestMerchant(server, MERCHANT, "name: Nothing\n").report("anyone", "compiles-the-program");
    int ofNoLane = server.instance(ClusterMembership.class).slot() * 64 + 63;
    journal = server.instance(Journal.class).newWriter(ofNoLane);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void whatABatchDoesNotChangeStaysAsItWas() {
    assertThat(
            run(
                add("keeps-one", One.class, "1"),
                add("keeps-one", Two.class, "1"),
                add("keeps-two", One.class, "1"),
                add("keeps-two", Two.class, "1")))
        .hasOnlyElementsOfType(Outcome.Done.class);
    assertThat(
            run(
                add("keeps-one", Two.class, "2"),
                add("keeps-two", One.class, "2"),
                add("new", Two.class, "2")))
        .hasOnlyElementsOfType(Outcome.Done.class);
    assertThat(notes("keeps-one")).containsExactly("1", "12");
    assertThat(notes("keeps-two")).containsExactly("12", "1");
    assertThat(notes("new")).containsExactly(null, "2");
  }

  @Test
  void aStateThatBecomesEmptyIsKeptAsSuch() {
    run(add("emptied", One.class, "1"), add("emptied", Two.class, "1"));
    run(new Note("emptied", One.class, "", true), add("somebody", Two.class, "1"));
    assertThat(notes("emptied")).containsExactly("", "1");
    run(add("emptied", One.class, "2"));
    assertThat(notes("emptied")).containsExactly("2", "1");
  }

  @Test
  void largeStatesGrowAndStay() {
    String more = "x".repeat(LARGE);
    run(add("large", One.class, more), add("large", Two.class, more));
    for (int times = 2; times < 5; times++) {
      run(add("large", One.class, more), add("small", Two.class, "1"));
      assertThat(notes("large").get(0)).isEqualTo(more.repeat(times));
    }
    run(add("large", Two.class, "1"), add("small", One.class, "1"));
    assertThat(notes("large")).containsExactly(more.repeat(4), more + "1");
  }

  @Test
  void whatCannotBeReadRejectsOnlyWhoAsksForIt() {
    List<String> viewers = List.of("before", "damaged", "other");
    viewers.forEach(viewer -> run(add(viewer, One.class, "1")));
    execute("UPDATE viewer SET test_one = X'0A05' WHERE viewer_id = 'damaged'");
    List<Outcome> outcomes =
        run(
            add("before", One.class, "2"),
            add("damaged", One.class, "2"),
            add("damaged", Two.class, "2"),
            add("other", One.class, "2"));
    assertInternal(outcomes.remove(1));
    assertThat(outcomes).hasOnlyElementsOfType(Outcome.Done.class);
    assertThat(notes("before")).containsExactly("12", null);
    assertThat(notes("other")).containsExactly("12", null);
    Engine engine = server.instance(Engine.class);
    ViewerKey damaged = new ViewerKey(MERCHANT, "damaged");
    StringValue two = engine.read(damaged, view -> view.get(server.instance(Two.class)));
    assertThat(two.getValue()).isEqualTo("2");
    assertThatThrownBy(() -> engine.read(damaged, view -> view.get(server.instance(One.class))))
        .hasMessage("viewer.test_one can't be read");
  }

  @Test
  void aViewerWhoseProfileCannotBeReadHoldsUpNobody() {
    run(add("unreadable", One.class, "1"));
    execute("UPDATE viewer SET profile = X'0A05' WHERE viewer_id = 'unreadable'");
    List<Outcome> outcomes =
        run(
            add("one", One.class, "1"),
            add("two", One.class, "1"),
            add("unreadable", One.class, "2"),
            add("three", One.class, "1"));
    assertInternal(outcomes.remove(2));
    assertThat(outcomes).hasOnlyElementsOfType(Outcome.Done.class);
    assertThat(notes("three")).containsExactly("1", null);
    assertThat(notes("unreadable")).containsExactly("1", null);
  }

  @Test
  void aSliceThatNobodyBoundIsRefused() {
    Outcome outcome = run(add("anyone", Unbound.class, "1")).getFirst();
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            rejected ->
                assertThat(rejected.reason())
                    .hasRootCauseMessage(
                        Unbound.class.getName()
                            + " is not known (expected: bound by PackedSlice.bind)"));
  }

  private static Note add(
      String viewerId, Class<? extends PackedSlice<StringValue>> to, String text) {
    return new Note(viewerId, to, text, false);
  }

  /** Runs actions as one batch, which needs no lane. */
  private List<Outcome> run(Note... notes) {
    List<Action> batch = new ArrayList<>();
    for (Note note : notes) {
      ViewerKey viewer = new ViewerKey(MERCHANT, note.viewerId);
      batch.add(
          new Action(
              viewer,
              "",
              "",
              server.clock().instant(),
              note,
              Action.request(viewer, false, "r" + actions++, StringValue.of(note.text))));
    }
    return new ArrayList<>(server.instance(BatchRunner.class).run(batch, journal, left -> {}));
  }

  private static void assertInternal(Outcome outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            rejected ->
                assertThat(rejected.reason().reason())
                    .isEqualTo(ErrorReason.ERROR_REASON_INTERNAL));
  }

  /** What the columns hold; null: nothing. */
  private List<@Nullable String> notes(String viewerId) {
    return server
        .instance(Database.class)
        .read(handle ->
            handle
                .createQuery(
                    "SELECT test_one, test_two FROM viewer WHERE merchant_id = :m AND viewer_id = :v")
                .bind("m", MERCHANT)
                .bind("v", viewerId)
                .map((row, context) -> {
                  List<@Nullable String> found = new ArrayList<>();
                  for (int column = 1; column <= 2; column++) {
                    byte[] packed = row.getBytes(column);
                    found.add(
                        packed == null
                            ? null
                            : server.instance(One.class).unpack(packed).getValue());
                  }
                  return found;
                })
                .one());
  }

  private void execute(String sql) {
    server.instance(Database.class).jdbi().useHandle((Handle handle) -> handle.execute(sql));
  }

  /** Something that is added to what a viewer has in a column, or takes its place. */
  private record Note(
      String viewerId,
      Class<? extends PackedSlice<StringValue>> to,
      String text,
      boolean inItsPlace) {}

  static final class One extends PackedSlice<StringValue> {
    @Inject
    One() {
      super("test_one", StringValue.getDefaultInstance());
    }
  }

  static final class Two extends PackedSlice<StringValue> {
    @Inject
    Two() {
      super("test_two", StringValue.getDefaultInstance());
    }
  }

  private static final class Unbound extends PackedSlice<StringValue> {
    Unbound() {
      super("test_one", StringValue.getDefaultInstance());
    }
  }

  /** A feature of this test alone. */
  private static final class Notes extends AbstractModule {
    @Override
    protected void configure() {
      PackedSlice.bind(binder(), One.class);
      PackedSlice.bind(binder(), Two.class);
      Multibinder.newSetBinder(binder(), Reactor.class)
          .addBinding()
          .to(Writer.class)
          .in(Scopes.SINGLETON);
    }
  }

  private static final class Writer implements Reactor {
    private final One one;
    private final Two two;

    @Inject
    Writer(One one, Two two) {
      this.one = one;
      this.two = two;
    }

    @Override
    public void register(Reactions reactions) {
      reactions.on(Note.class, this::write);
    }

    private void write(Turn turn, Note note) {
      PackedSlice<StringValue> slice =
          Stream.of(one, two, new Unbound()).filter(note.to::isInstance).findFirst().orElseThrow();
      String before = note.inItsPlace ? "" : turn.get(slice, turn.viewer()).getValue();
      turn.set(slice, turn.viewer(), StringValue.of(before + note.text));
    }
  }
}
