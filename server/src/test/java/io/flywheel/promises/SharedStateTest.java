package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.Settlement;
import io.flywheel.platform.db.Database;
import io.flywheel.points.LedgerAuditDao;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.Fact;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.Reward;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What viewers share, wanted by everyone at a time: two servers with two lanes each on one
 * database.
 */
final class SharedStateTest extends TwoServers {
  /** In this order a like and a comment want the same shared rows the other way round. */
  private static final String PROGRAM =
      """
      tasks:
      - id: first-goal
        title: Likes of the room
        trigger: like
        goal: room
        tiers: [{threshold: 300, rewards: [points: 5]}, {threshold: 600, rewards: [points: 7]}]
      - id: like-budget
        title: Likes while there are points
        trigger: like
        repeat: true
        tiers: [{threshold: 1, rewards: [points: 3]}]
        budget: {points: 100}
      - id: comment-budget
        title: Comments while there are points
        trigger: comment
        repeat: true
        tiers: [{threshold: 1, rewards: [points: 11]}]
        budget: {tiers: 50}
      - id: second-goal
        title: Comments of the room
        trigger: comment
        goal: room
        tiers: [{threshold: 100000, rewards: [points: 13]}]
      - id: third-goal
        title: Likes of the room, without end
        trigger: like
        goal: room
        tiers: [{threshold: 100000, rewards: [points: 17]}]
      """;

  SharedStateTest() {
    super(TestServer.builder());
  }

  @Test
  void goalsAndBudgetsHoldAndWhoeverContributedInTimeIsRewardedOnce() throws Exception {
    ways.get(0).apply("apply", PROGRAM);
    hammer("a", 0, 20, 15);
    awaitCount(ways.get(0), 300);
    server.clock().advance(java.time.Duration.ofSeconds(1));
    hammer("b", 0, 30, 10);
    awaitCount(ways.get(1), 600);
    server.clock().advance(java.time.Duration.ofSeconds(1));
    hammer("c", 25, 40, 4); // whoever comes now comes too late
    settleEverywhere();

    assertThat(ways.get(0).count("v0", "first-goal")).isEqualTo(600);
    assertThat(ways.get(0).count("v0", "second-goal")).isEqualTo(660);
    assertThat(ways.get(0).count("v0", "third-goal")).isEqualTo(660);
    long likeBudget = 0;
    long commentBudget = 0;
    for (int viewer = 0; viewer < 40; viewer++) {
      Map<String, Long> points = pointsByTask("v" + viewer);
      assertThat(points.getOrDefault("first-goal", 0L))
          .as("viewer %d", viewer)
          .isEqualTo(viewer < 20 ? 5L + 7 : viewer < 30 ? 7L : 0L);
      likeBudget += points.getOrDefault("like-budget", 0L);
      commentBudget += points.getOrDefault("comment-budget", 0L);
    }
    assertThat(likeBudget).isEqualTo(99);
    assertThat(commentBudget).isEqualTo(550);
    assertThat(server.instance(LedgerAuditDao.class).findings(merchant)).isEmpty();
  }

  @Test
  void aFollowUpIsCarriedOutOnceHoweverManySettle() throws Exception {
    ways.get(0)
        .apply(
            "apply",
            """
            tasks:
            - id: like
              title: Like
              trigger: like
              repeat: true
              tiers: [{threshold: 1, rewards: [points: {amount: 10, pending: 1h, expires_after: 1h}]}]
            """);
    for (int i = 0; i < 5; i++) {
      List<Event> likes = new ArrayList<>();
      for (int viewer = 0; viewer < 60; viewer++) {
        likes.add(ways.get(0).liked("e" + i + "-" + viewer, "v" + viewer));
      }
      assertThat(ways.get(i % 2).ingest(likes).getAccepted()).isEqualTo(60);
    }
    server.clock().advance(java.time.Duration.ofHours(3));
    settleEverywhere();
    for (int viewer = 0; viewer < 60; viewer++) {
      assertThat(ways.get(0).balance("v" + viewer)).isZero();
      assertThat(
              ways.get(0).entries("v" + viewer).stream()
                  .collect(Collectors.groupingBy(PointsEntry::getKindValue, Collectors.counting())))
          .hasSize(3)
          .allSatisfy((kind, entries) -> assertThat(entries).isEqualTo(5));
    }
    assertThat(server.instance(LedgerAuditDao.class).findings(merchant)).isEmpty();
  }

  @Test
  void whileAProgramIsAppliedEachActionIsReckonedByOneVersion() throws Exception {
    ways.get(0).apply("apply-1", version(1));
    CompletableFuture<Void> applied =
        CompletableFuture.runAsync(
            () -> {
              for (int version = 2; version <= 20; version++) {
                ways.get(version % 2).apply("apply-" + version, version(version));
              }
            },
            Thread::startVirtualThread);
    List<List<Long>> versions =
        Threads.together(
            8,
            thread -> {
              List<Long> seen = new ArrayList<>();
              for (int i = 0; i < 10 || !applied.isDone(); i++) {
                LivePlatform way = ways.get((thread + i) % 2);
                List<Event> likes = new ArrayList<>();
                for (int j = 0; j < 20; j++) {
                  likes.add(way.liked("e" + thread + "-" + i + "-" + j, "v" + thread));
                }
                way.ingest(likes).getResultsList().forEach(result -> seen.add(versionOf(result)));
              }
              return seen;
            });
    applied.join();
    // Each viewer's events were sent one after the other, so that no version comes back.
    assertThat(versions).allSatisfy(seen -> assertThat(seen).isSorted());
    assertThat(versions.stream().flatMap(List::stream).distinct().count()).isGreaterThan(2);
    for (int thread = 0; thread < 8; thread++) {
      assertThat(ways.get(0).balance("v" + thread))
          .isEqualTo(3 * versions.get(thread).stream().mapToLong(Long::longValue).sum());
    }
    assertThat(versionOf(ways.get(1).ingest(ways.get(1).liked("last", "v0")))).isEqualTo(20);
  }

  /** What both tasks of the version in force give says which version it was. */
  private static long versionOf(EventResult result) {
    List<Long> given =
        result.getFactsList().stream()
            .filter(Fact::hasRewardGiven)
            .map(fact -> fact.getRewardGiven().getReward())
            .filter(Reward::hasPoints)
            .map(reward -> reward.getPoints().getAmount())
            .toList();
    assertThat(given).as(result.toString()).hasSize(2);
    assertThat(given.get(1)).isEqualTo(2 * given.get(0));
    return given.get(0);
  }

  private static String version(int number) {
    return """
    tasks:
    - {id: once, title: Once, trigger: like, repeat: true, tiers: [{threshold: 1, rewards: [points: %d]}]}
    - {id: twice, title: Twice, trigger: like, repeat: true, tiers: [{threshold: 1, rewards: [points: %d]}]}
    """
        .formatted(number, 2 * number);
  }

  /** Viewers like and comment so many times each, all at a time and by both servers. */
  private void hammer(String id, int fromViewer, int toViewer, int times) throws Exception {
    List<List<Event>> calls = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      List<Event> call = new ArrayList<>();
      for (int viewer = fromViewer; viewer < toViewer; viewer++) {
        String event = id + "-" + i + "-" + viewer;
        Event like = ways.get(0).liked(event + "-like", "v" + viewer);
        Event comment = ways.get(0).commented(event + "-comment", "v" + viewer, "hello");
        call.addAll((viewer + i) % 2 == 0 ? List.of(like, comment) : List.of(comment, like));
      }
      calls.add(call);
    }
    List<IngestEventsResponse> responses =
        Threads.together(times, i -> ways.get(i % 2).ingest(calls.get(i)));
    assertThat(responses)
        .allSatisfy(response -> assertThat(response.getRejected()).isZero())
        .extracting(IngestEventsResponse::getAccepted)
        .containsOnly(2 * (toViewer - fromViewer));
  }

  /** The room adds what its viewers contribute right after they were answered. */
  private static void awaitCount(LivePlatform way, long count) throws InterruptedException {
    Threads.await("the room has added all", () -> way.count("v0", "first-goal") == count);
  }

  private void settleEverywhere() throws Exception {
    server.clock().advance(java.time.Duration.ofSeconds(10)); // goals of rooms wait so long
    var unused =
        Threads.together(
            4,
            i -> {
              try {
                return (i % 2 == 0 ? server : second).instance(Settlement.class).settleDue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Threads.await("nothing is left to settle", () -> followUpsDue() == 0);
  }

  private long followUpsDue() {
    return server
        .instance(Database.class)
        .read(handle ->
            handle
                .createQuery("SELECT COUNT(*) FROM follow_up WHERE due_ms <= :now")
                .bind("now", server.clock().millis())
                .mapTo(Long.class)
                .one());
  }

  private Map<String, Long> pointsByTask(String viewerId) {
    Map<String, Long> points = new TreeMap<>();
    for (PointsEntry entry : ways.get(0).entries(viewerId)) {
      points.merge(entry.getCause().getTask().getTaskId(), entry.getAmount(), Long::sum);
    }
    return points;
  }
}
