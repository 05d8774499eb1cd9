package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalGapException;
import io.flywheel.engine.JournalPurge;
import io.flywheel.engine.JournalReader;
import io.flywheel.engine.Settlement;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.PointsServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** What is recorded, how it is read, and for how long it is kept. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JournalTest {
  private static final String PROGRAM =
      "tasks: [{id: like, title: Like, trigger: like, repeat: true, tiers: [{threshold: 1, rewards: [points: {amount: 5, pending: 1m}]}]}]";

  private static final String WITHOUT_POINTS =
      "tasks: [{id: like, title: Like, trigger: like, tiers: [{threshold: 1}]}]";

  private TestServer server;
  private LivePlatform platform;
  private JournalReader journal;
  private String merchant = "";

  @BeforeAll
  void start() throws Exception {
    server = TestServer.builder().setting("journal.except-merchants", "nobody, excepted").start();
    journal = server.instance(JournalReader.class);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void applyProgram(TestInfo test) {
    merchant = test.getTestMethod().orElseThrow().getName();
    platform = new LivePlatform(server, merchant);
    platform.apply("apply", PROGRAM);
  }

  @Test
  void whatTookEffectIsRecordedWithWhatItSetOff() throws Exception {
    JournalCursor start = journal.end(merchant);
    Event like = platform.liked("e1", "v");
    List<Fact> facts = platform.ingest(like).getFactsList();
    platform.ingest(List.of(like, platform.liked("e1", "w"))); // a duplicate, and a rejected one
    AdjustPointsRequest request =
        AdjustPointsRequest.newBuilder()
            .setRequestId("r")
            .setViewerId("v")
            .setAmount(7)
            .setReason("a test")
            .build();
    Instant due = server.clock().instant().plus(Duration.ofMinutes(1));
    PointsServiceGrpc.newBlockingStub(platform.channel()).adjustPoints(request);
    platform.apply("again", PROGRAM + " # changed");
    server.clock().advance(Duration.ofMinutes(2));
    assertThat(server.instance(Settlement.class).settleDue()).isPositive();

    List<JournalEntry> entries =
        read(start, 1).stream().filter(entry -> entry.viewer().viewerId().equals("v")).toList();
    assertThat(entries).hasSize(3);
    assertThat(entries.get(0).body(Event.getDefaultInstance())).contains(like);
    assertThat(entries.get(0).facts()).isEqualTo(facts).isNotEmpty();
    assertThat(entries.get(0).roomId()).isEqualTo("room");
    assertThat(entries.get(0).programVersion()).isEqualTo(1);
    assertThat(entries.get(1).body(AdjustPointsRequest.getDefaultInstance())).contains(request);
    assertThat(entries.get(1).body(Event.getDefaultInstance())).isEmpty();
    assertThat(entries.get(2).bodyType()).startsWith("flywheel.state.v1.Points"); // a follow-up
    assertThat(entries.get(2).at()).isEqualTo(due);
    assertThat(entries.get(2).programVersion()).isEqualTo(2);
    assertThat(entries.get(2).facts()).extracting(Fact::hasPointsBooked).contains(true);
  }

  @Test
  void commentsAreKeptAsSaltedHashesAndLengths() {
    JournalCursor start = journal.end(merchant);
    platform.ingest(
        List.of(
            platform.commented("e1", "v", "你好👋"),
            platform.commented("e2", "w", "你好👋"),
            platform.commented("e3", "w", "hello")));
    LivePlatform other = new LivePlatform(server, "another");
    other.apply("apply", PROGRAM);
    JournalCursor otherStart = journal.end("another");
    other.ingest(other.commented("e1", "v", "你好👋"));
    List<String> texts = texts(read(start, 100));
    assertThat(texts.get(0)).matches("#[A-Za-z0-9_-]{22}:3").isEqualTo(texts.get(1));
    assertThat(texts.get(2)).matches("#[A-Za-z0-9_-]{22}:5");
    assertThat(texts(read(otherStart, 100)).get(0)).isNotEqualTo(texts.get(0));
  }

  @Test
  void ofAnExceptedMerchantNothingIsRecorded() {
    LivePlatform excepted = new LivePlatform(server, "excepted");
    excepted.apply("apply", PROGRAM);
    assertThat(excepted.ingest(excepted.liked("e1", "v")).getFactsList()).isNotEmpty();
    assertThat(read(journal.first("excepted"), 100)).isEmpty();
    assertThat(journal.isWhole("excepted")).as("that nothing was forgotten").isTrue();
  }

  @Test
  void readingBeginsAtTheFirstAtAnInstantOrAtTheEnd() {
    for (int i = 0; i < 20; i++) {
      server.clock().advance(Duration.ofSeconds(1));
      platform.ingest(platform.liked("e" + i, "v" + i % 5));
    }
    Instant since = server.clock().instant().minusSeconds(4);
    assertThat(ids(read(journal.first(merchant), 3)))
        .contains("e0")
        .hasSizeGreaterThanOrEqualTo(20);
    assertThat(ids(read(journal.since(merchant, since), 3)))
        .containsExactly("e15", "e16", "e17", "e18", "e19");
    JournalCursor end = journal.end(merchant);
    assertThat(read(end, 3)).isEmpty();
    platform.ingest(platform.liked("late", "v1"));
    assertThat(ids(read(JournalCursor.of(end.token()), 3))).containsExactly("late");
    assertThatThrownBy(() -> JournalCursor.of("no token"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatARegisteredReaderHasNotReadIsKeptButNotForEver() {
    platform.apply("without", WITHOUT_POINTS); // which come later, by themselves
    JournalCursor unregistered = journal.end(merchant);
    Database database = server.instance(Database.class);
    database.inTransaction(handle -> {
      journal.save(handle, "badges", journal.first(merchant));
      return null;
    });
    platform.ingest(platform.liked("e1", "v"));
    server.clock().advance(Duration.ofDays(8));
    purge();
    JournalChunk chunk = journal.next(saved(database), 100);
    assertThat(ids(chunk.entries())).contains("e1");
    database.inTransaction(handle -> {
      journal.save(handle, "badges", chunk.next());
      return null;
    });
    purge();
    assertThat(journal.next(saved(database), 100).entries()).isEmpty();
    assertThatThrownBy(() -> journal.next(unregistered, 100))
        .isInstanceOf(JournalGapException.class)
        .hasMessageContaining(merchant);
    assertThat(read(journal.first(merchant), 100)).isEmpty();

    // The lanes' logs are gone; what they write next is read from its beginning.
    platform.ingest(platform.liked("e2", "v"));
    assertThat(ids(journal.next(saved(database), 100).entries())).containsExactly("e2");
    server.clock().advance(Duration.ofDays(31));
    purge();
    assertThatThrownBy(() -> journal.next(saved(database), 100))
        .isInstanceOf(JournalGapException.class);
    database.inTransaction(handle -> {
      journal.remove(handle, merchant, "badges");
      return null;
    });
    assertThat(
            database.<Boolean, RuntimeException>read(
                handle -> journal.saved(handle, merchant, "badges").isPresent()))
        .isFalse();
  }

  private JournalCursor saved(Database database) {
    return database.<JournalCursor, RuntimeException>read(
        handle -> journal.saved(handle, merchant, "badges").orElseThrow());
  }

  private void purge() {
    server.instance(Chores.class).run(JournalPurge.class);
  }

  private List<JournalEntry> read(JournalCursor from, int limit) {
    List<JournalEntry> entries = new ArrayList<>();
    JournalChunk chunk = journal.next(from, limit);
    entries.addAll(chunk.entries());
    while (chunk.more()) {
      chunk = journal.next(chunk.next(), limit);
      entries.addAll(chunk.entries());
    }
    return entries;
  }

  private static List<String> ids(List<JournalEntry> entries) {
    return entries.stream()
        .flatMap(entry -> entry.body(Event.getDefaultInstance()).stream())
        .map(Event::getEventId)
        .toList();
  }

  private static List<String> texts(List<JournalEntry> entries) {
    return entries.stream()
        .flatMap(entry -> entry.body(Event.getDefaultInstance()).stream())
        .map(event -> event.getCommented().getText())
        .toList();
  }
}
