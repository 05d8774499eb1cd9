package io.flywheel.audience.tag;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ManualTagChange;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Program;
import io.flywheel.v1.TagReason;
import io.flywheel.v1.ViewerProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The rules of tags over months, without a database. */
final class TagRulesTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final LocalDate FIRST = LocalDate.parse("2026-03-02");
  private static final ViewerKey MEI = new ViewerKey("shop", "mei");

  private static final String STAGES =
      """
      check_in: {outside_rooms: true}
      tags:
        - {id: at-risk, title: 流失预警, condition: "viewer.days_since_seen >= 14", group: stage}
        - {id: newcomer, title: 新人, condition: viewer.days_known < 7, group: stage}
        - {id: core-fan, title: 铁粉, condition: viewer.active_days_7 >= 6, group: stage}
        - {id: potential, title: 潜力, condition: viewer.active_days_30 >= 2, group: stage}
        - {id: big-spender, title: 大买家, condition: viewer.ordered_minor >= 10000}
        - {id: vip-guest, title: 贵宾}
      """;

  private final List<Fact> facts = new ArrayList<>();
  private RecordingTurn turn = world(STAGES);
  private int events;

  @Test
  void aViewerWhoStopsComingNeedsAttentionWithoutDoingAnything() {
    like(0);
    assertThat(tags(0)).containsExactly("newcomer");
    turn.settle(noon(40));
    assertThat(tags(40)).containsExactly("at-risk");
    // Seen on day 0 only: a newcomer for seven days, then in no stage, then at risk from day 14 on.
    List<TagChangeAppender.Row> rows = turn.rows(TagChangeAppender.Row.class);
    assertThat(rows)
        .extracting(row -> row.change().getTagId() + (row.entered() ? "+" : "-") + day(row))
        .containsExactly("newcomer+0", "newcomer-7", "at-risk+14");
    assertThat(rows)
        .extracting(row -> row.change().getReason())
        .containsExactly(
            TagReason.TAG_REASON_BEHAVIOR, TagReason.TAG_REASON_TIME, TagReason.TAG_REASON_TIME);
    assertThat(rows.getLast().change().getFoundMap()).containsEntry("days_since_seen", 14L);
    assertThat(turn.followUps()).as("nothing more can change").isEmpty();
  }

  @Test
  void whoComesBackIsAtRiskNoMoreInTheSameAction() {
    like(0);
    turn.settle(noon(30));
    like(30);
    assertThat(facts).filteredOn(Fact::hasTagLeft).hasSize(1);
    assertThat(facts.stream().filter(Fact::hasTagEntered).map(f -> f.getTagEntered().getTagId()))
        .containsExactly("newcomer");
    like(31);
    assertThat(facts.stream().filter(Fact::hasTagEntered).map(f -> f.getTagEntered().getTagId()))
        .containsExactly("newcomer", "potential");
    assertThat(tags(31)).containsExactly("potential");
  }

  @Test
  void aGroupHasOneTagAndOthersStandBesideIt() {
    for (int day = 0; day < 9; day++) {
      like(day);
    }
    order(8, 20_000);
    assertThat(tags(8)).containsExactly("big-spender", "core-fan");
  }

  @Test
  void enteringIsToldOnceHoweverOftenItIsReckoned() {
    for (int i = 0; i < 20; i++) {
      like(0);
      order(0, 6_000);
    }
    assertThat(facts.stream().filter(Fact::hasTagEntered).map(f -> f.getTagEntered().getTagId()))
        .containsExactly("newcomer", "big-spender");
    assertThat(facts).noneMatch(Fact::hasTagLeft);
  }

  @Test
  void aTagSetByHandStandsBeforeTheRulesOfItsGroupUntilItIsTakenAway() {
    like(0);
    byHand(1, List.of("core-fan", "vip-guest"), List.of());
    assertThat(tags(1)).containsExactly("core-fan", "vip-guest");
    assertThat(facts.getLast().getTagEntered().getSetBy()).isEqualTo("host-lin");
    assertThat(facts.getLast().getTagEntered().getWhy()).isEqualTo("老朋友");
    turn.settle(noon(40));
    assertThat(tags(40)).as("time does not take it away").contains("core-fan", "vip-guest");
    byHand(41, List.of(), List.of("core-fan", "vip-guest", "at-risk"));
    assertThat(tags(41)).containsExactly("at-risk");
  }

  @Test
  void aTagOfRulesCanNotBeTakenAwayByHand() {
    like(0);
    byHand(0, List.of(), List.of("newcomer"));
    assertThat(tags(0)).containsExactly("newcomer");
  }

  @Test
  void otherRulesMoveTheTagsWithTheirVersionAndReason() {
    like(0);
    turn.setProgram(
        TestPrograms.all()
            .compile(
                2, program("tags: [{id: fresh, title: 新, condition: viewer.days_known < 3}]\n")));
    turn.run(noon(1), ReckonTagsAnew.getDefaultInstance());
    assertThat(tags(1)).containsExactly("fresh");
    assertThat(turn.rows(TagChangeAppender.Row.class).getLast().change().getProgramVersion())
        .isEqualTo(2);
    assertThat(turn.rows(TagChangeAppender.Row.class).getLast().change().getReason())
        .isEqualTo(TagReason.TAG_REASON_PROGRAM);
    turn.settle(noon(9));
    assertThat(tags(9)).isEmpty();
  }

  /** {@code FLYWHEEL_SEASON_VIEWERS=1000000} counts as many. */
  @Test
  void aWholeSeasonEndsAsARecountSays() {
    int viewers =
        Optional.ofNullable(System.getenv("FLYWHEEL_SEASON_VIEWERS"))
            .map(Integer::parseInt)
            .orElse(60);
    for (int viewer = 0; viewer < viewers; viewer++) {
      if (viewer % 1_000 == 999) {
        turn = world(STAGES); // what is kept in memory goes, as it would be saved
        facts.clear();
      }
      turn.setViewer(new ViewerKey("shop", "v" + viewer));
      NavigableSet<Integer> days = days(viewer);
      for (int day : days) {
        turn.settle(noon(day));
        like(day);
        assertThat(tags(day)).isEqualTo(recount(days, day));
      }
      for (int day = days.last(); day < 100; day++) {
        turn.settle(noon(day));
        assertThat(tags(day)).as("viewer %s, day %s", viewer, day).isEqualTo(recount(days, day));
      }
    }
  }

  @Test
  void daysThatBecomeKnownInAnotherOrderGiveTheSame() {
    NavigableSet<Integer> days = days(7);
    for (int day : days) {
      like(day);
    }
    Set<String> inOrder = tags(90);
    ViewerProfile expected = turn.profileNow();
    for (int seed = 0; seed < 10; seed++) {
      turn = world(STAGES);
      List<Integer> shuffled = new ArrayList<>(days);
      Collections.shuffle(shuffled, new Random(seed));
      shuffled.forEach(this::like);
      assertThat(tags(90)).isEqualTo(inOrder);
      assertThat(turn.profileNow().getActiveDays30()).isEqualTo(expected.getActiveDays30());
      assertThat(turn.profileNow().getDaysKnown()).isEqualTo(expected.getDaysKnown());
    }
  }

  @Test
  void manyDaysBeforeABoundTheTimerIsNotMovedByEveryVisit() {
    turn = world("tags: [{id: gone, title: 流失, condition: viewer.days_since_seen >= 30}]\n");
    like(0);
    Instant first = turn.followUps().getFirst().due();
    for (int day = 1; day < 20; day++) {
      like(day);
    }
    assertThat(turn.followUps()).singleElement().extracting("due").isEqualTo(first);
    turn.settle(noon(48));
    assertThat(tags(48)).isEmpty();
    turn.settle(noon(49));
    assertThat(tags(49)).containsExactly("gone");
  }

  @Test
  void timersOfADayAreSpreadOverHalfAnHour() {
    Set<Instant> due = new TreeSet<>();
    for (int viewer = 0; viewer < 50; viewer++) {
      turn.setViewer(new ViewerKey("shop", "v" + viewer));
      like(0);
    }
    turn.followUps().forEach(later -> due.add(later.due()));
    Instant start = FIRST.plusDays(7).atStartOfDay(SHANGHAI).toInstant();
    assertThat(due).hasSizeGreaterThan(40);
    assertThat(due)
        .allMatch(at -> !at.isBefore(start) && at.isBefore(start.plus(TagReactor.SPREAD)));
  }

  @Test
  void aRuleThatTimeCouldNotBeToldOfIsRefused() {
    assertThat(mistake("viewer.days_since_seen + 1 > 14")).contains("compared with a number");
    assertThat(mistake("14 <= viewer.days_since_seen")).contains("compared with a number");
    assertThat(mistake("'core-fan' in viewer.tags")).contains("other than tags");
    assertThat(mistake("has(viewer.presence)")).contains("other than tags");
    assertThat(mistake("viewer.strek > 1")).contains("undefined field");
    assertThat(
            TestPrograms.check(
                    "tags: [{id: t, title: 标, condition: 'viewer.days_since_seen >= 14 && viewer.streak > 3'}]")
                .mistakes())
        .isEmpty();
  }

  @Test
  void aChainThroughATagThatNeverEndsIsRefused() {
    assertThat(
            TestPrograms.check(
                    """
                    tags: [{id: even, title: 偶, condition: viewer.points % 2 == 0}]
                    tasks:
                      - id: loop
                        title: 环
                        trigger: tag_entered
                        repeat: true
                        tiers: [{threshold: 1, rewards: [{points: 1}]}]
                    """)
                .mistakes())
        .singleElement()
        .satisfies(mistake -> assertThat(mistake.getMessage()).contains("a chain that ends"));
  }

  private static String mistake(String condition) {
    return TestPrograms.check("tags: [{id: t, title: 标, condition: \"%s\"}]".formatted(condition))
        .mistakes()
        .getFirst()
        .getMessage();
  }

  /** On which days a viewer comes: some daily, some now and then, all stop at some time. */
  private static NavigableSet<Integer> days(int seed) {
    Random random = new Random(seed);
    NavigableSet<Integer> days = new TreeSet<>(Set.of(0));
    int last = random.nextInt(60);
    double often = random.nextDouble();
    for (int day = 0; day <= last; day++) {
      if (random.nextDouble() < often) {
        days.add(day);
      }
    }
    return days;
  }

  /** The stage on a day, by the days alone. */
  private static Set<String> recount(NavigableSet<Integer> days, int day) {
    int ago = day - days.headSet(day, true).last();
    long in7 = days.subSet(day - 6, true, day, true).size();
    long in30 = days.subSet(day - 29, true, day, true).size();
    if (ago >= 14) {
      return Set.of("at-risk");
    } else if (day - days.first() < 7) {
      return Set.of("newcomer");
    } else if (in7 >= 6) {
      return Set.of("core-fan");
    }
    return in30 >= 2 ? Set.of("potential") : Set.of();
  }

  private void like(int day) {
    facts.addAll(turn.run(noon(day), event(day).setLiked(Liked.getDefaultInstance()).build()));
  }

  private void order(int day, long minor) {
    facts.addAll(
        turn.run(
            noon(day),
            event(day)
                .setOrdered(Ordered.newBuilder().setOrderId("o" + events).setAmountMinor(minor))
                .build()));
  }

  private void byHand(int day, List<String> add, List<String> remove) {
    facts.addAll(
        turn.run(
            noon(day),
            ManualTagChange.newBuilder()
                .addAllAdd(add)
                .addAllRemove(remove)
                .setBy("host-lin")
                .setWhy("老朋友")
                .build()));
  }

  private Event.Builder event(int day) {
    return Event.newBuilder()
        .setEventId("e" + ++events)
        .setViewerId(turn.viewer().viewerId())
        .setOccurredAt(Timestamps.fromMillis(noon(day).toEpochMilli()));
  }

  private Set<String> tags(int day) {
    turn.setAt(noon(day));
    return new TreeSet<>(turn.profileNow().getTagsList());
  }

  private static long day(TagChangeAppender.Row row) {
    LocalDate day = Instant.ofEpochMilli(row.atMillis()).atZone(SHANGHAI).toLocalDate();
    return Duration.between(FIRST.atStartOfDay(), day.atStartOfDay()).toDays();
  }

  private static Instant noon(int day) {
    return FIRST.plusDays(day).atTime(12, 0).atZone(SHANGHAI).toInstant();
  }

  private static RecordingTurn world(String document) {
    return new RecordingTurn(TestPrograms.compile(program(document)), MEI, TestPrograms.reactors());
  }

  private static Program program(String document) {
    return TestPrograms.check(document).orThrow();
  }
}
