package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalReader;
import io.flywheel.testing.TestDatabase;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What was accepted stands in the journal, whatever is killed while somebody reads it. */
final class JournalCrashTest {
  private static final String MERCHANT = "m";
  private static final int SENDERS = 4;
  private static final int EVENTS = 3_000;
  private static final int VIEWERS = 30;

  @Test
  void aReaderBesideTwoNodesOfWhichSomeAreKilledReadsEveryActionOnceAndInOrder() throws Exception {
    Path folder = Files.createTempDirectory("flywheel-journal");
    try (TestServer server = TestServer.start()) {
      new LivePlatform(server, MERCHANT)
          .apply(
              "apply",
              "tasks: [{id: like, title: Like, trigger: like, repeat: true, tiers: [{threshold: 1, rewards: [points: 1]}]}]");
      JournalReader journal = server.instance(JournalReader.class);
      AtomicBoolean sent = new AtomicBoolean();
      JournalCursor start = journal.end(MERCHANT);
      CompletableFuture<List<JournalEntry>> reader =
          CompletableFuture.supplyAsync(
              () -> readUntil(journal, start, sent), Thread::startVirtualThread);

      sendBesideKills(server, folder);
      sent.set(true);
      List<JournalEntry> entries = reader.get();

      assertThat(eventIds(entries)).hasSize(SENDERS * EVENTS);
      assertThat(entries).hasSize(SENDERS * EVENTS);
      assertThat(entries.stream().map(JournalEntry::log).distinct().count())
          .as("logs, of which viewers' actions are in several")
          .isGreaterThan(3);
      assertInOrder(entries);
      assertThat(readAgain(journal, start)).isEqualTo(entries.size());
    } finally {
      TestDatabase.deleteRecursively(folder);
    }
  }

  private static void sendBesideKills(TestServer server, Path folder) throws Exception {
    List<Sender> senders =
        IntStream.range(0, SENDERS).mapToObj(i -> new Sender(MERCHANT, events(i))).toList();
    List<String> arguments = new ArrayList<>(ChildServer.arguments(server));
    arguments.add("--cluster.redis-url=none");
    arguments.add("--engine.batch-size=40");
    try (ChildServer lasting = ChildServer.start(arguments, folder)) {
      for (int third = 1; third <= 2; third++) {
        int enough = total(senders) + SENDERS * EVENTS / 3;
        try (ChildServer victim = ChildServer.start(arguments, folder)) {
          for (int i = 0; i < SENDERS; i++) {
            senders.get(i).begin(i % 2 == 0 ? lasting.port() : victim.port());
          }
          Threads.await(
              "a third is sent",
              () -> total(senders) >= enough || senders.stream().allMatch(Sender::hasEnded));
          victim.kill();
          senders.forEach(Sender::awaitEnd);
        }
      }
      senders.forEach(sender -> sender.begin(lasting.port()));
      senders.forEach(Sender::awaitEnd);
      assertThat(total(senders)).isEqualTo(SENDERS * EVENTS);
    }
  }

  private static List<JournalEntry> readUntil(
      JournalReader journal, JournalCursor start, AtomicBoolean sent) {
    List<JournalEntry> entries = new ArrayList<>();
    JournalCursor cursor = start;
    for (boolean last = false; ; ) {
      JournalChunk chunk = journal.next(cursor, 100);
      entries.addAll(chunk.entries());
      cursor = JournalCursor.of(chunk.next().token());
      if (last && !chunk.more()) {
        return entries;
      }
      last = sent.get() && (last || !chunk.more());
    }
  }

  private static int readAgain(JournalReader journal, JournalCursor start) {
    int entries = 0;
    JournalChunk chunk = journal.next(start, 1_000);
    for (entries = chunk.entries().size(); chunk.more(); entries += chunk.entries().size()) {
      chunk = journal.next(chunk.next(), 1_000);
    }
    return entries;
  }

  private static Set<String> eventIds(List<JournalEntry> entries) {
    Set<String> ids = new HashSet<>();
    for (JournalEntry entry : entries) {
      ids.add(entry.body(Event.getDefaultInstance()).orElseThrow().getEventId());
    }
    return ids;
  }

  /** Each like books one entry of the ledger, and those of a viewer are numbered. */
  private static void assertInOrder(List<JournalEntry> entries) {
    Map<String, Long> booked = new HashMap<>();
    for (JournalEntry entry : entries) {
      long number =
          entry.facts().stream()
              .filter(Fact::hasPointsBooked)
              .mapToLong(fact -> fact.getPointsBooked().getEntryNumber())
              .findFirst()
              .orElseThrow();
      assertThat(number)
          .as(entry.toString())
          .isEqualTo(booked.merge(entry.viewer().viewerId(), 1L, Long::sum));
    }
  }

  private static int total(List<Sender> senders) {
    return senders.stream().mapToInt(Sender::acknowledged).sum();
  }

  /** Each viewer's come by every way, so that they lie in several logs. */
  private static List<Event> events(int sender) {
    Instant now = Instant.now();
    return IntStream.range(0, EVENTS)
        .mapToObj(i ->
            Event.newBuilder()
                .setEventId("e-" + sender + "-" + i)
                .setViewerId("v" + i % VIEWERS)
                .setOccurredAt(LivePlatform.time(now))
                .setLiked(Liked.getDefaultInstance())
                .build())
        .toList();
  }
}
