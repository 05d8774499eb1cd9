package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.flywheel.platform.cluster.ClusterMembership;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ErrorReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Actions that come a second time, in large batches of which none is looked up. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RepetitionsTest {
  private static final String MERCHANT = "m";

  /** More than are always looked up. */
  private static final int MANY = 40;

  /** After so many batches without repetitions, none are expected. */
  private static final int ENOUGH_BATCHES = 16;

  private TestServer server;
  private JournalWriter journal;
  private int ids;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.builder().module(new Notes()).start();
    server
        .instance(Database.class)
        .jdbi()
        .useHandle((Handle handle) ->
            handle.execute("ALTER TABLE viewer ADD COLUMN test_note MEDIUMBLOB NULL"));
    new TestMerchant(server, MERCHANT, "name: Nothing\n").report("anyone", "compiles-the-program");
    int ofNoLane = server.instance(ClusterMembership.class).slot() * 64 + 63;
    journal = server.instance(Journal.class).newWriter(ofNoLane);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void letNoneBeExpected() {
    for (int i = 0; i < ENOUGH_BATCHES; i++) {
      run(others(MANY));
    }
  }

  @Test
  void whatCameBeforeHasNoSecondEffect() {
    Action first = note("anna", "a", false);
    assertThat(runAmongOthers(first)).isEqualTo(done("a"));
    double begunAgain = begunAgain();
    assertThat(runAmongOthers(first)).isEqualTo(repeated("a"));
    assertThat(begunAgain()).as("nobody had looked").isEqualTo(begunAgain + 1);
    assertThat(runAmongOthers(first)).isEqualTo(repeated("a"));
    assertThat(begunAgain()).as("it was expected by then").isEqualTo(begunAgain + 1);
    assertThat(runAmongOthers(note("anna", "b", false))).isEqualTo(done("ab"));
  }

  @Test
  void theFirstAnswerIsGivenWhereTheRulesWouldRefuseByNow() {
    Action first = note("bert", "a", true);
    assertThat(runAmongOthers(first)).isEqualTo(done("a"));
    double begunAgain = begunAgain();
    assertThat(runAmongOthers(first)).isEqualTo(repeated("a"));
    assertThat(begunAgain()).as("those who are refused are looked up").isEqualTo(begunAgain);
    assertThat(runAmongOthers(note("bert", "a", true)))
        .as("another action that is refused")
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            rejected ->
                assertThat(rejected.reason().reason())
                    .isEqualTo(ErrorReason.ERROR_REASON_ALREADY_CLAIMED));
  }

  @Test
  void anotherContentUnderTheSameIdIsRefused() {
    for (boolean once : new boolean[] {false, true}) {
      String viewer = "cleo-" + once;
      assertThat(runAmongOthers(note(viewer, "same-id", "a", once))).isEqualTo(done("a"));
      Action another = note(viewer, "same-id", once ? "-" : "b", once);
      assertThat(runAmongOthers(another))
          .isInstanceOfSatisfying(
              Outcome.Rejected.class,
              rejected ->
                  assertThat(rejected.reason().reason())
                      .isEqualTo(ErrorReason.ERROR_REASON_REQUEST_ID_REUSED));
      letNoneBeExpected();
    }
  }

  @Test
  void ofTheSameActionTwiceInABatchOneCounts() {
    Action action = note("dora", "a", false);
    List<Action> batch = others(MANY);
    batch.add(action);
    batch.add(action);
    double begunAgain = begunAgain();
    assertThat(run(batch).subList(MANY, MANY + 2)).containsExactly(done("a"), repeated("a"));
    assertThat(begunAgain()).isEqualTo(begunAgain);
  }

  private Outcome runAmongOthers(Action action) {
    List<Action> batch = others(MANY / 2);
    batch.add(action);
    batch.addAll(others(MANY / 2));
    List<Outcome> outcomes = run(batch);
    Outcome outcome = outcomes.remove(MANY / 2);
    assertThat(outcomes).hasOnlyElementsOfType(Outcome.Done.class);
    return outcome;
  }

  private List<Action> others(int count) {
    List<Action> others = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      others.add(note("other-" + i, ".", false));
    }
    return others;
  }

  /** Runs actions as one batch, which needs no lane. */
  private List<Outcome> run(List<Action> batch) {
    return new ArrayList<>(server.instance(BatchRunner.class).run(batch, journal, left -> {}));
  }

  private double begunAgain() {
    return server.instance(MeterRegistry.class).counter("flywheel.engine.batch.retries").count();
  }

  private Action note(String viewerId, String text, boolean once) {
    return note(viewerId, "r" + ids++, text, once);
  }

  private Action note(String viewerId, String requestId, String text, boolean once) {
    ViewerKey viewer = new ViewerKey(MERCHANT, viewerId);
    return new Action(
        viewer,
        "",
        "",
        server.clock().instant(),
        new Note(text, once),
        Action.request(viewer, false, requestId, StringValue.of(text)));
  }

  private static Outcome done(String answer) {
    return new Outcome.Done(List.of(), bytes(answer), "", false);
  }

  private static Outcome repeated(String answer) {
    return new Outcome.Repeated(bytes(answer));
  }

  private static ByteString bytes(String answer) {
    return StringValue.of(answer).toByteString();
  }

  /**
   * Something that is added to what a viewer has noted, which is the answer.
   *
   * @param once whether it is refused where something stands there already
   */
  private record Note(String text, boolean once) {}

  static final class NoteSlice extends PackedSlice<StringValue> {
    @Inject
    NoteSlice() {
      super("test_note", StringValue.getDefaultInstance());
    }
  }

  /** A feature of this test alone. */
  private static final class Notes extends AbstractModule {
    @Override
    protected void configure() {
      PackedSlice.bind(binder(), NoteSlice.class);
      Multibinder.newSetBinder(binder(), Reactor.class)
          .addBinding()
          .to(Writer.class)
          .in(Scopes.SINGLETON);
    }
  }

  private static final class Writer implements Reactor {
    private final NoteSlice slice;

    @Inject
    Writer(NoteSlice slice) {
      this.slice = slice;
    }

    @Override
    public void register(Reactions reactions) {
      reactions.on(Note.class, this::write);
    }

    private void write(Turn turn, Note note) {
      String noted = turn.get(slice).getValue();
      if (note.once && !noted.isEmpty()) {
        throw ServiceException.of(ErrorReason.ERROR_REASON_ALREADY_CLAIMED, "something is noted");
      }
      StringValue more = StringValue.of(noted + note.text);
      turn.set(slice, turn.viewer(), more);
      turn.respond(() -> more);
    }
  }
}
