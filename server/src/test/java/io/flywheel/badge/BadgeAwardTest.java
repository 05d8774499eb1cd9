package io.flywheel.badge;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.JournalReader;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AwardBadgeRequest;
import io.flywheel.v1.BadgeAward;
import io.flywheel.v1.BadgeAwardState;
import io.flywheel.v1.BadgeEarned;
import io.flywheel.v1.BadgeServiceGrpc;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBadgeAwardRequest;
import io.flywheel.v1.GetBadgeAwardResponse;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.ListBadgeHoldersRequest;
import io.flywheel.v1.ListBadgeHoldersResponse;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PreviewBadgeRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Badges that a new version of the program brings, awarded for what was done before, beside a
 * recount of what was sent that shares nothing with the service.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadgeAwardTest {
  private static final AtomicInteger IDS = new AtomicInteger();
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long PAUSE_NANOS = 5_000_000;

  private static final String BEFORE =
      """
      name: before
      tasks:
        - id: play
          title: 玩
          trigger: custom
          custom: play
          tiers: [{threshold: 1, rewards: [{points: 1}]}]
      """;

  private static final String BADGES =
      """
      badges:
        - id: player
          title: 玩家
          metric: {trigger: custom, custom: play}
          tiers:
            - {threshold: 5, rewards: [{points: 100}]}
            - {threshold: 20}
        - id: spender
          title: 买家
          metric: {trigger: order, count: amount, condition: event.ordered.amount_minor >= 100}
          tiers: [{threshold: 1000}]
        - id: wit
          title: 妙语
          metric: {trigger: custom, custom: liked}
          counted: for_one_thing
          thing: event.custom.attributes["comment"]
          tiers: [{threshold: 4}]
        - id: loyal
          title: 连续
          metric: {trigger: custom, custom: play}
          counted: days_in_a_row
          tiers: [{threshold: 3}]
        - id: staff
          title: 店员
        - id: talker
          title: 话多
          metric: {trigger: comment, count: distinct_texts}
          tiers: [{threshold: 3}]
      """;

  private TestServer server;
  private TestMerchant merchant;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void newMerchant() {
    merchant = new TestMerchant(server, "awarder-" + IDS.incrementAndGet(), BEFORE);
  }

  @Test
  void everybodyWhoHadEarnedABadgeGetsItOnceWithTheTimeOfTheEventThatCrossed() {
    Recount recount = new Recount();
    Random random = new Random(7);
    send(recount.made(random, daysAgo(6), 600));
    merchant.apply(BEFORE + BADGES);
    server.clock().advance(Duration.ofMinutes(2));
    send(recount.made(random, daysAgo(2), 150));

    for (String badge : List.of("player", "spender", "wit", "loyal")) {
      BadgeAward preview = finished(preview(badge), GetBadgeAwardResponse::getPreview);
      Map<String, Instant> held = holders(badge);
      Map<String, Instant> expected = recount.holders(badge);
      assertThat(preview.getViewers())
          .as("preview of " + badge)
          .isEqualTo(viewersWithout(expected, held));
      assertThat(preview.getSamplesCount()).isEqualTo((int) Math.min(10, preview.getViewers()));
      assertThat(holders(badge)).as("a preview gives nothing").isEqualTo(held);

      BadgeAward award = finished(award(badge), GetBadgeAwardResponse::getAward);
      assertThat(holders(badge)).as(badge).isEqualTo(expected);
      assertThat(expected).as("the test's own traffic").isNotEmpty();
      assertThat(award.getViewers()).isEqualTo(preview.getViewers());

      BadgeAward again = finished(award(badge), GetBadgeAwardResponse::getAward);
      assertThat(again.getAwardId()).isNotEqualTo(award.getAwardId());
      assertThat(again.getViewers()).isZero();
      assertThat(holders(badge)).as("a second run").isEqualTo(expected);
    }
  }

  @Test
  void whatWasAddedGoesOnCountingFromThere() {
    for (int i = 0; i < 19; i++) {
      merchant.report("anna", "play");
    }
    merchant.apply(BEFORE + BADGES);
    server.clock().advance(Duration.ofMinutes(2));
    finished(award("player"), GetBadgeAwardResponse::getAward);
    finished(award("player"), GetBadgeAwardResponse::getAward);
    assertThat(holders("player").keySet()).containsExactly("anna:5");
    merchant.report("anna", "play");
    assertThat(holders("player").keySet()).containsExactly("anna:20", "anna:5");
  }

  @Test
  void aRuleThatComesBackAddsNothingTwice() {
    for (int i = 0; i < 18; i++) {
      merchant.report("anna", "play");
    }
    merchant.apply(BEFORE + BADGES);
    server.clock().advance(Duration.ofMinutes(2));
    finished(award("player"), GetBadgeAwardResponse::getAward);
    merchant.apply(BEFORE + BADGES.replaceFirst("custom: play}", "custom: liked}"));
    server.clock().advance(Duration.ofMinutes(2));
    merchant.report("anna", "play");
    finished(award("player"), GetBadgeAwardResponse::getAward);
    merchant.apply(BEFORE + BADGES);
    server.clock().advance(Duration.ofMinutes(2));
    finished(award("player"), GetBadgeAwardResponse::getAward);
    assertThat(holders("player").keySet()).containsExactly("anna:5");
    merchant.report("anna", "play");
    assertThat(holders("player").keySet()).containsExactly("anna:20", "anna:5");
  }

  @Test
  void whileTrafficGoesOnNobodyIsMissedAndNobodyIsCountedTwice() throws Exception {
    Recount recount = new Recount();
    Random random = new Random(11);
    send(recount.made(random, daysAgo(6), 400));
    merchant.apply(BEFORE + BADGES);
    server.clock().advance(Duration.ofMinutes(2));
    List<Event> during = recount.made(random, daysAgo(2), 300);
    CompletableFuture<Void> traffic =
        CompletableFuture.runAsync(() -> {
          for (Event event : during) {
            send(List.of(event));
          }
        });
    finished(award("player"), GetBadgeAwardResponse::getAward);
    traffic.get(60, TimeUnit.SECONDS);
    assertThat(holders("player")).isEqualTo(recount.holders("player"));
  }

  @Test
  void itIsSilentUnlessTheMerchantWantsItAnnounced() {
    for (int i = 0; i < 5; i++) {
      merchant.report("anna", "play");
    }
    merchant.apply(BEFORE + BADGES);
    server.clock().advance(Duration.ofMinutes(2));
    finished(award("player"), GetBadgeAwardResponse::getAward);
    assertThat(earned("anna"))
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getSilent()).isTrue();
          assertThat(fact.getRetroactive()).isTrue();
        });
  }

  /** What the journal tells of badges that a viewer earned. */
  private List<BadgeEarned> earned(String viewer) {
    JournalReader journal = server.instance(JournalReader.class);
    return journal.next(journal.first(merchant.id()), 10_000).entries().stream()
        .filter(entry -> entry.viewer().viewerId().equals(viewer))
        .flatMap(entry -> entry.facts().stream())
        .filter(Fact::hasBadgeEarned)
        .map(Fact::getBadgeEarned)
        .toList();
  }

  @Test
  void whatTheJournalDoesNotKeepCanNotBeAwarded() {
    merchant.apply(BEFORE + BADGES);
    assertRefused("BADGE_NOT_RETROACTIVE", () -> award("staff"));
    assertRefused("BADGE_NOT_RETROACTIVE", () -> award("talker"));
    assertRefused("BADGE_NOT_FOUND", () -> preview("nobody"));
  }

  @Test
  void aRunThatIsUnderWayGoesOnInsteadOfAnotherOne() {
    merchant.apply(BEFORE + BADGES);
    // It waits until what began before is committed, and no time passes here.
    BadgeAward first = award("player");
    assertThat(first.getState()).isEqualTo(BadgeAwardState.BADGE_AWARD_STATE_WAITING);
    assertThat(award("player").getAwardId()).isEqualTo(first.getAwardId());
    server.clock().advance(Duration.ofMinutes(2));
    assertThat(finished(first, GetBadgeAwardResponse::getAward).getAwardId())
        .isEqualTo(first.getAwardId());
  }

  @Test
  void aRunWhoseBadgeHasChangedMeanwhileFailsAndSaysWhy() {
    merchant.apply(BEFORE + BADGES);
    award("player");
    merchant.apply(
        BEFORE + BADGES.replace("custom: play}\n    tiers", "custom: liked}\n    tiers"));
    server.clock().advance(Duration.ofMinutes(2));
    BadgeAward ended = await(response -> response.getAward().hasEndedAt()).getAward();
    assertThat(ended.getState()).isEqualTo(BadgeAwardState.BADGE_AWARD_STATE_FAILED);
    assertThat(ended.getFailure()).contains("changed or dropped");
  }

  private Instant daysAgo(int days) {
    return server.clock().instant().minus(Duration.ofDays(days));
  }

  /** How many viewers are to hold a tier that they do not hold. */
  private static long viewersWithout(Map<String, Instant> expected, Map<String, Instant> held) {
    return expected.keySet().stream()
        .filter(holder -> !held.containsKey(holder))
        .map(holder -> holder.substring(0, holder.indexOf(':')))
        .distinct()
        .count();
  }

  /** What was sent, recounted plainly. */
  private static final class Recount {
    private final List<Event> sent = new ArrayList<>();

    List<Event> made(Random random, Instant from, int count) {
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Event.Builder event =
            Event.newBuilder()
                .setEventId("award-event-" + IDS.incrementAndGet())
                .setViewerId("viewer-" + random.nextInt(40))
                .setRoomId("room")
                .setOccurredAt(
                    Timestamps.fromMillis(from.plus(Duration.ofMinutes(8L * i)).toEpochMilli()));
        switch (random.nextInt(4)) {
          case 0 ->
              event.setOrdered(
                  Ordered.newBuilder()
                      .setOrderId("order-" + IDS.incrementAndGet())
                      .setAmountMinor(random.nextInt(400)));
          case 1 ->
              event.setCustom(
                  CustomEvent.newBuilder()
                      .setName("liked")
                      .putAttributes("comment", "c" + random.nextInt(2)));
          default -> event.setCustom(CustomEvent.newBuilder().setName("play"));
        }
        events.add(event.build());
      }
      sent.addAll(events);
      return events;
    }

    /** Holders of a badge's tiers, with the time of the event that crossed. */
    Map<String, Instant> holders(String badge) {
      Map<String, Instant> holders = new TreeMap<>();
      Map<String, Long> counts = new HashMap<>();
      Map<String, List<Long>> days = new HashMap<>();
      for (Event event : sent) {
        Instant at = Instant.ofEpochMilli(Timestamps.toMillis(event.getOccurredAt()));
        String viewer = event.getViewerId();
        switch (badge) {
          case "player" -> {
            if (event.getCustom().getName().equals("play")) {
              long count = counts.merge(viewer, 1L, Long::sum);
              if (count == 5 || count == 20) {
                holders.put(viewer + ":" + count, at);
              }
            }
          }
          case "spender" -> {
            long amount = event.getOrdered().getAmountMinor();
            if (event.hasOrdered() && amount >= 100) {
              if (counts.merge(viewer, amount, Long::sum) >= 1_000) {
                holders.putIfAbsent(viewer + ":1000", at);
              }
            }
          }
          case "wit" -> {
            if (event.getCustom().getName().equals("liked")) {
              String thing = viewer + event.getCustom().getAttributesOrThrow("comment");
              if (counts.merge(thing, 1L, Long::sum) == 4) {
                holders.putIfAbsent(viewer + ":4", at);
              }
            }
          }
          default -> {
            if (event.getCustom().getName().equals("play")) {
              // Days of Shanghai, which is eight hours ahead.
              long day = Math.floorDiv(at.plus(Duration.ofHours(8)).getEpochSecond(), 86_400);
              List<Long> own = days.computeIfAbsent(viewer, unused -> new ArrayList<>());
              own.add(day);
              for (long first : own) {
                if (own.contains(first + 1) && own.contains(first + 2)) {
                  holders.putIfAbsent(viewer + ":3", at);
                }
              }
            }
          }
        }
      }
      return holders;
    }
  }

  private void send(List<Event> events) {
    assertThat(
            EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
                .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(events).build())
                .getAccepted())
        .isEqualTo(events.size());
  }

  private Map<String, Instant> holders(String badge) {
    Map<String, Instant> holders = new TreeMap<>();
    String token = "";
    do {
      ListBadgeHoldersResponse page =
          asMerchant()
              .listBadgeHolders(
                  ListBadgeHoldersRequest.newBuilder()
                      .setBadgeId(badge)
                      .setPageSize(100)
                      .setPageToken(token)
                      .build());
      page.getHoldersList()
          .forEach(holder ->
              holders.put(
                  holder.getViewerId() + ":" + holder.getThreshold(),
                  Instant.ofEpochMilli(Timestamps.toMillis(holder.getEarnedAt()))));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return holders;
  }

  private BadgeAward preview(String badge) {
    return asMerchant()
        .previewBadge(
            PreviewBadgeRequest.newBuilder()
                .setRequestId("preview-" + IDS.incrementAndGet())
                .setBadgeId(badge)
                .build())
        .getPreview();
  }

  private BadgeAward award(String badge) {
    return asMerchant()
        .awardBadge(
            AwardBadgeRequest.newBuilder()
                .setRequestId("award-" + IDS.incrementAndGet())
                .setBadgeId(badge)
                .build())
        .getAward();
  }

  private BadgeAward finished(BadgeAward begun, Function<GetBadgeAwardResponse, BadgeAward> which) {
    String badge = begun.getAwardId();
    GetBadgeAwardResponse response =
        await(latest ->
            which.apply(latest).getAwardId().equals(badge) && which.apply(latest).hasEndedAt());
    assertThat(which.apply(response).getState())
        .as(which.apply(response).getFailure())
        .isEqualTo(BadgeAwardState.BADGE_AWARD_STATE_DONE);
    return which.apply(response);
  }

  /** Waits until one of the badges' latest runs is so. */
  private GetBadgeAwardResponse await(Predicate<GetBadgeAwardResponse> isSo) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end) {
      for (String badge : List.of("player", "spender", "wit", "loyal")) {
        GetBadgeAwardResponse latest =
            asMerchant().getBadgeAward(GetBadgeAwardRequest.newBuilder().setBadgeId(badge).build());
        if (isSo.test(latest)) {
          return latest;
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new AssertionError("no run came to its end in time");
  }

  private BadgeServiceGrpc.BadgeServiceBlockingStub asMerchant() {
    return BadgeServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"));
  }
}
