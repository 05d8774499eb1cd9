package io.flywheel.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.Condition.Subject;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.Commented;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Metric;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever counts is told the same things, without knowing where they come from. */
final class CounterTest {
  private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z");

  private final List<Occurrence> told = new ArrayList<>();
  private @Nullable Turn latest;
  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.empty(),
          new ViewerKey("shop", "anna"),
          new CountingReactor(
              TestPrograms.occurrenceSources(),
              Set.of((running, occurrences) -> {
                latest = running;
                told.addAll(occurrences);
              }),
              TestPrograms.instance(Broadcasts.class)));

  @Test
  void whatWasClickedCountsOnce() {
    Counter counter = counter(metric(Trigger.TRIGGER_CLICK, CountBy.COUNT_BY_DISTINCT_KEYS));
    click("goods/1");
    click("goods/2");
    click("Goods/1 ");
    click("");

    assertThat(count(counter)).isEqualTo(2);
  }

  @Test
  void textsAmountsAndTimesAreAddedUpApart() {
    run(Event.newBuilder().setLiked(Liked.newBuilder().setCount(3)).build());
    run(Event.newBuilder().setCommented(Commented.newBuilder().setText("hi")).build());
    run(Event.newBuilder().setCommented(Commented.newBuilder().setText("HI")).build());
    run(Event.newBuilder().setOrdered(Ordered.newBuilder().setAmountMinor(990)).build());

    assertThat(count(counter(metric(Trigger.TRIGGER_LIKE, CountBy.COUNT_BY_TIMES)))).isEqualTo(3);
    assertThat(count(counter(metric(Trigger.TRIGGER_COMMENT, CountBy.COUNT_BY_DISTINCT_TEXTS))))
        .isEqualTo(1);
    assertThat(count(counter(metric(Trigger.TRIGGER_ORDER, CountBy.COUNT_BY_AMOUNT))))
        .isEqualTo(990);
    assertThat(count(counter(metric(Trigger.TRIGGER_REPURCHASE, CountBy.COUNT_BY_TIMES)))).isZero();
  }

  @Test
  void conditionsAndRoomsChoose() {
    Metric.Builder metric = metric(Trigger.TRIGGER_LIKE, CountBy.COUNT_BY_TIMES);
    run(Event.newBuilder().setRoomId("r1").setLiked(Liked.newBuilder().setCount(3)).build());
    run(Event.newBuilder().setRoomId("r2").setLiked(Liked.newBuilder().setCount(5)).build());

    assertThat(count(counter(metric.clone().addRooms("r1")))).isEqualTo(3);
    assertThat(count(counter(metric.clone().setCondition("event.liked.count > 4")))).isEqualTo(5);
  }

  @Test
  void customEventsAreToldApartByTheirNames() {
    run(Event.newBuilder().setCustom(CustomEvent.newBuilder().setName("hit")).build());
    run(Event.newBuilder().setCustom(CustomEvent.newBuilder().setName("hit")).build());
    run(Event.newBuilder().setCustom(CustomEvent.newBuilder().setName("miss")).build());
    Metric.Builder metric = metric(Trigger.TRIGGER_CUSTOM, CountBy.COUNT_BY_TIMES);

    assertThat(count(counter(metric.clone().setCustom("hit")))).isEqualTo(2);
    assertThat(count(counter(metric.clone().setCustom("miss")))).isEqualTo(1);
    assertThat(count(counter(metric.clone().setCustom("other")))).isZero();
  }

  @Test
  void daysAreTheMerchantsAndCountOnce() {
    Counter days = counter(metric(Trigger.TRIGGER_LIKE, CountBy.COUNT_BY_DISTINCT_DAYS));
    Event like = Event.newBuilder().setLiked(Liked.newBuilder().setCount(3)).build();
    turn.run(NOON, like);
    turn.run(NOON.plusSeconds(12 * 3_600 - 1), like);
    turn.run(NOON.plusSeconds(12 * 3_600), like);

    assertThat(count(days)).isEqualTo(2);
    assertThat(days.unit()).isEqualTo(1);
    assertThat(counter(metric(Trigger.TRIGGER_WATCH, CountBy.COUNT_BY_SECONDS)).unit())
        .isEqualTo(1_000);
  }

  @Test
  void aMetricSaysWhereItCountsAndWhatItAsks() {
    Metric.Builder metric = metric(Trigger.TRIGGER_LIKE, CountBy.COUNT_BY_TIMES);
    assertThat(counter(metric.clone()).countsIn("")).isTrue();
    assertThat(counter(metric.clone()).hasCondition()).isFalse();
    Counter narrow = counter(metric.clone().addRooms("r1").setCondition("viewer.experience > 4"));
    assertThat(narrow.countsIn("r1")).isTrue();
    assertThat(narrow.countsIn("")).isFalse();
    assertThat(narrow.hasCondition()).isTrue();
    assertThat(narrow.viewerFields()).containsExactly("experience");
    assertThat(narrow.trigger()).isEqualTo(Trigger.TRIGGER_LIKE);
    Triggers triggers = TestPrograms.instance(Triggers.class);
    assertThat(triggers.defaultCount(Trigger.TRIGGER_WATCH)).isEqualTo(CountBy.COUNT_BY_SECONDS);
    assertThat(triggers.defaultCount(Trigger.TRIGGER_LIKE)).isEqualTo(CountBy.COUNT_BY_TIMES);
  }

  @Test
  void everyTriggerHasOneSource() {
    Set<OccurrenceSource<?>> sources = TestPrograms.occurrenceSources();
    assertThatThrownBy(() -> new Triggers(Set.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("TRIGGER_LIKE");
    Set<OccurrenceSource<?>> twice = new HashSet<>(sources);
    twice.add(new AnotherLike());
    assertThatThrownBy(() -> new Triggers(twice))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("TRIGGER_LIKE has two sources");
  }

  @Test
  void aMetricChoosesByWhatItCountsOfButNeverItself() {
    Metric.Builder metric = metric(Trigger.TRIGGER_TASK_COMPLETED, CountBy.COUNT_BY_TIMES);
    Counter any = TestPrograms.instance(Triggers.class).compile(metric.build(), "me", "a test");
    assertThat(any.isOf(of("other"))).isTrue();
    assertThat(any.isOf(of("me"))).isFalse();
    Counter one = counter(metric.clone().setOfTask("one"));
    assertThat(one.isOf(of("one"))).isTrue();
    assertThat(one.isOf(of("other"))).isFalse();
  }

  @Test
  void aTriggerThatNothingSetsOffAnyMoreCountsNothing() {
    Metric.Builder metric = metric(Trigger.TRIGGER_TASK_COMPLETED, CountBy.COUNT_BY_TIMES);
    Counter counter = new Counter(metric.build(), "", null, "a test");
    assertThat(counter.isOf(of("other"))).isFalse();
    assertThat(counter.hasCondition()).isFalse();
    Triggers triggers = TestPrograms.instance(Triggers.class);
    assertThat(triggers.subject(Trigger.TRIGGER_UNSPECIFIED)).isEqualTo(Subject.EVENT);
    assertThat(triggers.subject(Trigger.TRIGGER_CHECK_IN)).isEqualTo(Subject.FACT);
    assertThat(triggers.defaultCount(Trigger.TRIGGER_UNSPECIFIED))
        .isEqualTo(CountBy.COUNT_BY_TIMES);
  }

  @Test
  void inviteesAreToldApartLetterByLetter() {
    Counter counter =
        counter(metric(Trigger.TRIGGER_INVITEE_ENTERED, CountBy.COUNT_BY_DISTINCT_INVITEES));
    Set<Long> seen = new HashSet<>();
    long sum = 0;
    for (String invitee : List.of("anna", "Anna", "anna", "bob")) {
      sum += counter.measure(of("").keyed(invitee), 1, TestPrograms.empty().calendar(), seen::add);
    }
    assertThat(sum).isEqualTo(3);
  }

  @Test
  void conditionsSpeakOfTheViewerTheEventOrTheFact() {
    Metric.Builder likes = metric(Trigger.TRIGGER_LIKE, CountBy.COUNT_BY_TIMES);
    run(liked(3));
    Occurrence like = told.get(0);
    Turn running = Objects.requireNonNull(latest);
    assertThat(counter(likes.clone().setCondition("viewer.experience >= 0")).holds(running, like))
        .isTrue();
    Counter poor =
        counter(likes.clone().setCondition("event.liked.count > 2 && viewer.experience < 5"));
    assertThat(poor.holds(liked(3), () -> experience(4))).isTrue();
    assertThat(poor.holds(liked(3), () -> experience(5))).isFalse();
    assertThat(poor.holds(liked(2), () -> experience(4))).isFalse();

    Counter streak =
        counter(
            metric(Trigger.TRIGGER_CHECK_IN, CountBy.COUNT_BY_TIMES)
                .setCondition("fact.checked_in.streak > 2"));
    assertThat(streak.holds(checkedIn(3), () -> experience(0))).isTrue();
    assertThat(streak.holds(checkedIn(2), () -> experience(0))).isFalse();
  }

  @Test
  void whatFactsTellIsCountedToo() {
    turn.run(NOON, checkedIn(1));
    assertThat(told)
        .singleElement()
        .satisfies(occurrence -> {
          assertThat(occurrence.trigger()).isEqualTo(Trigger.TRIGGER_CHECK_IN);
          assertThat(Objects.requireNonNull(occurrence.fact()).getCheckedIn().getStreak())
              .isEqualTo(1);
          assertThat(occurrence.isOwnDeed(Objects.requireNonNull(latest))).isFalse();
        });
  }

  @Test
  void whoeverCountsIsAskedWhatConditionsNeedToKnow() {
    assertThat(fieldsAsked()).isEmpty();
    assertThat(fieldsAsked(asks())).isEmpty();
    assertThat(fieldsAsked(asks(), asks("orders"), asks())).containsExactly("orders");
    assertThat(fieldsAsked(asks("orders"), asks("experience")))
        .containsExactlyInAnyOrder("orders", "experience");
  }

  private static Set<String> fieldsAsked(OccurrenceListener... listeners) {
    CountingReactor reactor =
        new CountingReactor(
            TestPrograms.occurrenceSources(),
            Set.of(listeners),
            TestPrograms.instance(Broadcasts.class));
    return reactor.conditionFields(TestPrograms.empty(), liked(1));
  }

  /** Asks for fields on likes. */
  private static OccurrenceListener asks(String... fields) {
    return new OccurrenceListener() {
      @Override
      public void occurred(Turn turn, List<Occurrence> occurrences) {}

      @Override
      public Set<String> fieldsAsked(CompiledProgram program, Trigger trigger) {
        return trigger == Trigger.TRIGGER_LIKE ? Set.of(fields) : Set.of("another");
      }
    };
  }

  private static Occurrence of(String name) {
    return new Occurrence(
        Trigger.TRIGGER_TASK_COMPLETED, NOON, "", "", 1, 0, 0, name, "", null, null);
  }

  private static ViewerProfile experience(long experience) {
    return ViewerProfile.newBuilder().setExperience(experience).build();
  }

  private static Event liked(int count) {
    return Event.newBuilder().setLiked(Liked.newBuilder().setCount(count)).build();
  }

  private static Fact checkedIn(int streak) {
    return Fact.newBuilder().setCheckedIn(CheckedIn.newBuilder().setStreak(streak)).build();
  }

  private static final class AnotherLike implements OccurrenceSource<Event> {
    @Override
    public Class<Event> type() {
      return Event.class;
    }

    @Override
    public List<TriggerKind> triggers() {
      return List.of(TriggerKind.ofEvent(Trigger.TRIGGER_LIKE));
    }

    @Override
    public List<Occurrence> of(Occurrence.Origin origin, Event event) {
      return List.of();
    }
  }

  private long count(Counter counter) {
    Set<Long> seen = new HashSet<>();
    long sum = 0;
    for (Occurrence occurrence : told) {
      if (occurrence.trigger() == counter.trigger()
          && counter.matches(Objects.requireNonNull(latest), occurrence)) {
        sum +=
            counter.measure(occurrence, occurrence.times(), turn.program().calendar(), seen::add);
      }
    }
    return sum / counter.unit();
  }

  private void click(String target) {
    run(Event.newBuilder().setClicked(Clicked.newBuilder().setTarget(target)).build());
  }

  private void run(Event event) {
    turn.run(NOON, event);
  }

  private static Counter counter(Metric.Builder metric) {
    return TestPrograms.instance(Triggers.class).compile(metric.build(), "", "a test");
  }

  private static Metric.Builder metric(Trigger trigger, CountBy count) {
    return Metric.newBuilder().setTrigger(trigger).setCount(count);
  }
}
