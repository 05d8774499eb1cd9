package io.flywheel.audience.tag;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.ViewerProfile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What tags cost while viewers do things: rules are asked only when they may say something else.
 */
final class TagCostTest {
  private static final Instant NOON = Instant.parse("2026-03-02T04:00:00Z");

  private final TagMeters meters = new TagMeters(new SimpleMeterRegistry());
  private final List<Fact> facts = new ArrayList<>();
  private RecordingTurn turn = world("name: shop");
  private int events;

  @Test
  void aProgramWithoutTagsAsksNothingAndKeepsNothing() {
    for (int i = 0; i < 50; i++) {
      like();
      order(100);
    }
    assertThat(meters.asked()).isZero();
    assertThat(turn.get(TestPrograms.instance(TagSlice.class)))
        .isEqualTo(TagState.getDefaultInstance());
  }

  @Test
  void whatHappensAgainOnADayIsAskedOnceForAllRules() {
    turn =
        world(
            """
            tags:
              - {id: new, title: 新, condition: viewer.days_known < 7, group: stage}
              - {id: gone, title: 失, condition: viewer.days_since_seen >= 14, group: stage}
              - {id: keen, title: 勤, condition: viewer.streak >= 7}
              - {id: spender, title: 买, condition: viewer.ordered_minor >= 100000}
            """);
    like();
    assertThat(meters.asked())
        .as("the first sight of the day, one of the group holds")
        .isEqualTo(3);
    for (int i = 0; i < 200; i++) {
      like();
    }
    assertThat(meters.asked()).isEqualTo(3);
  }

  @Test
  void aFigureFarFromWhatRulesCompareItWithAsksNothing() {
    turn =
        world(
            """
            tags:
              - {id: spender, title: 买, condition: viewer.ordered_minor >= 100000}
              - {id: regular, title: 熟, condition: viewer.orders >= 4 && viewer.points >= 0}
              - {id: rich, title: 富, condition: viewer.points >= 1000}
            """);
    like();
    long asked = meters.asked();
    order(100);
    order(100);
    assertThat(meters.asked()).as("two orders of 1.00: no bound is near").isEqualTo(asked);
    order(100);
    assertThat(meters.asked()).as("one order before four: that rule alone").isEqualTo(asked + 1);
    order(100);
    assertThat(held()).containsExactly("regular");
    order(100);
    long before = meters.asked();
    for (int i = 0; i < 20; i++) {
      order(100);
    }
    assertThat(meters.asked()).isEqualTo(before);
  }

  @Test
  void aChainThatMovesOneFigureManyTimesAsksOnce() {
    turn =
        world(
            """
            tasks:
              - id: liker
                title: 赞
                trigger: like
                tiers:
                  - threshold: 1
                    rewards: [{points: 400}, {points: 400}, {points: 400}]
            tags:
              - {id: rich, title: 富, condition: viewer.points >= 1000}
              - {id: exact, title: 正, condition: viewer.points == 800}
            """);
    like();
    assertThat(held()).containsExactly("rich");
    assertThat(meters.asked()).isEqualTo(2);
    assertThat(facts.stream().filter(Fact::hasTagEntered))
        .as("what held in the middle of the chain only is no tag")
        .hasSize(1);
  }

  @Test
  void whatIsNotAskedWouldHaveSaidTheSame() {
    String tags =
        """
        tasks:
          - id: buyer
            title: 买
            trigger: order
            repeat: true
            tiers: [{threshold: 1, rewards: [{points: 30}, {points: 12}]}]
        tags:
          - {id: low, title: 低, condition: viewer.points < 90, group: p}
          - {id: mid, title: 中, condition: viewer.points >= 90 && viewer.points <= 260, group: p}
          - {id: odd, title: 奇, condition: viewer.points % 2 == 1}
          - {id: two, title: 双, condition: viewer.orders == 2 || viewer.ordered_minor > 700}
          - {id: sum, title: 和, condition: viewer.orders + viewer.points > 300}
        """;
    for (int seed = 0; seed < 20; seed++) {
      turn = world(tags);
      Random random = new Random(seed);
      like();
      for (int i = 0; i < 40; i++) {
        if (random.nextBoolean()) {
          order(1 + random.nextInt(120));
        } else {
          refund(1 + random.nextInt(events));
        }
        ViewerProfile now = turn.profileNow();
        assertThat(held())
            .as("seed %s, step %s: %s", seed, i, now)
            .containsExactlyElementsOf(recount(now));
      }
    }
  }

  @Test
  void aRuleThatCanNotBeReckonedIsCountedAndGivesNoTag() {
    turn = world("tags: [{id: t, title: 标, condition: 100 / viewer.orders > 3}]\n");
    like();
    assertThat(held()).isEmpty();
    assertThat(meters.failed()).isEqualTo(1);
  }

  private static List<String> recount(ViewerProfile now) {
    return Stream.of(
            now.getPoints() < 90 ? "low" : now.getPoints() <= 260 ? "mid" : "",
            now.getPoints() % 2 == 1 ? "odd" : "",
            now.getOrders() == 2 || now.getOrderedMinor() > 700 ? "two" : "",
            now.getOrders() + now.getPoints() > 300 ? "sum" : "")
        .filter(tag -> !tag.isEmpty())
        .toList();
  }

  private void like() {
    run(event().setLiked(Liked.getDefaultInstance()));
  }

  private void order(long minor) {
    Event.Builder event = event();
    run(event.setOrdered(Ordered.newBuilder().setOrderId("o" + events).setAmountMinor(minor)));
  }

  private void refund(int number) {
    Event.Builder event = event();
    run(
        event.setRefunded(
            Refunded.newBuilder()
                .setRefundId("r" + events)
                .setOrderId("o" + number)
                .setAmountMinor(40)));
  }

  private void run(Event.Builder event) {
    facts.addAll(turn.run(NOON.plusSeconds(events), event.build()));
  }

  private Event.Builder event() {
    Instant at = NOON.plusSeconds(++events);
    return Event.newBuilder()
        .setEventId("e" + events)
        .setViewerId("mei")
        .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()));
  }

  private List<String> held() {
    return turn.profileNow().getTagsList();
  }

  /** The service's reactors, with rules of tags whose asking is counted here. */
  private RecordingTurn world(String document) {
    TagSlice slice = TestPrograms.instance(TagSlice.class);
    TagChanges changes =
        new TagChanges(slice, TestPrograms.instance(TagChangeAppender.class), meters);
    TagReactor counted =
        new TagReactor(slice, changes, TestPrograms.instance(ViewerPageSlice.class));
    Reactor[] reactors =
        Stream.of(TestPrograms.reactors())
            .map(reactor -> reactor instanceof TagReactor ? counted : reactor)
            .toArray(Reactor[]::new);
    return new RecordingTurn(
        TestPrograms.compile(TestPrograms.check(document).orThrow()),
        new ViewerKey("shop", "mei"),
        reactors);
  }
}
