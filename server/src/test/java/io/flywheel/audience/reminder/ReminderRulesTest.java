package io.flywheel.audience.reminder;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.CouponExpiring;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.Left;
import io.flywheel.v1.PointsExpiring;
import io.flywheel.v1.RankLost;
import io.flywheel.v1.ReminderAnswered;
import io.flywheel.v1.ReminderReason;
import io.flywheel.v1.ReminderSent;
import io.flywheel.v1.Text;
import io.flywheel.v1.Viewer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of reminders over days, without a database. */
final class ReminderRulesTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final LocalDate FIRST = LocalDate.parse("2026-03-02");

  private static final String PROGRAM =
      """
      check_in: {method: on_enter, viewer_time_zone: true}
      reminders:
        rules:
          - {id: streak, reason: streak_ends, text: {zh: "连签 {count} 天，今晚结束", en: "{count} days"}}
          - {id: coupon, reason: coupon_ends, text: "券还剩 {count} 天"}
          - {id: friend, reason: friend_came, text: "{count} 位好友来了"}
          - {id: rank, reason: rank_lost, text: "第 {count} 名被超过了"}
      """;

  private final List<Fact> facts = new ArrayList<>();
  private RecordingTurn turn = world(PROGRAM);
  private int events;

  @Test
  void aStreakThatEndsTonightIsToldOnceBeforeTheQuietHours() {
    comeDaily(3);
    turn.settle(at(2, "23:59"));
    assertThat(sent()).as("checked in today").isEmpty();
    turn.settle(at(9, "12:00"));
    ReminderSent reminder = onlyShown(at(3, "21:59"));
    assertThat(reminder.getText().getZh()).isEqualTo("连签 3 天，今晚结束");
    assertThat(reminder.getText().getEn()).isEqualTo("3 days");
    // Four hours before midnight is 20:00, which is not quiet; it is spread over the half hour
    // before.
    assertThat(Timestamps.toMillis(reminder.getSentAt()))
        .isBetween(at(3, "19:30").toEpochMilli(), at(3, "20:00").toEpochMilli());
    assertThat(reminder.getEndsAt()).isEqualTo(stamp(at(4, "00:00")));
    assertThat(turn.followUps()).isEmpty();
  }

  @Test
  void aDayThatEndsInTheQuietHoursIsToldOfBeforeThem() {
    turn = world(PROGRAM + "day_starts_at: 4h\n");
    comeDaily(3);
    turn.settle(at(4, "03:59"));
    assertThat(Timestamps.toMillis(onlyShown(at(3, "23:00")).getSentAt()))
        .isBetween(at(3, "21:30").toEpochMilli(), at(3, "22:00").toEpochMilli());
  }

  @Test
  void whoChecksInFirstHearsNothingAndHasOneTimer() {
    for (int day = 0; day < 30; day++) {
      turn.settle(at(day, "12:00"));
      enter(at(day, "12:00"));
      assertThat(turn.followUps()).hasSizeLessThanOrEqualTo(1);
    }
    assertThat(facts).noneMatch(Fact::hasReminderSent);
    assertThat(shown(at(29, "12:30"))).isEmpty();
    turn.settle(at(40, "12:00"));
    assertThat(rows(ReminderCountAppender.Step.SENT)).as("the streak ended once").isEqualTo(1);
  }

  @Test
  void quietHoursAndDaysAreThoseOfTheViewersZone() {
    turn.setProfile(turn.profile().toBuilder().setTimeZone(NEW_YORK.getId()).build());
    for (int day = 0; day < 3; day++) {
      Instant noon = at(day, "12:00", NEW_YORK);
      turn.settle(noon);
      enter(noon);
    }
    turn.settle(at(9, "12:00"));
    assertThat(Timestamps.toMillis(onlyShown(at(3, "21:00", NEW_YORK)).getSentAt()))
        .isBetween(
            at(3, "19:30", NEW_YORK).toEpochMilli(), at(3, "20:00", NEW_YORK).toEpochMilli());
  }

  @Test
  void aDayHasRoomForTwoAndTheRestIsHeldBackAndCounted() {
    for (int i = 0; i < 4; i++) {
      coupon(at(0, "10:00").plusSeconds(i), at(7, "10:00"));
    }
    assertThat(facts.stream().filter(Fact::hasReminderSent)).hasSize(2);
    assertThat(rows(ReminderCountAppender.Step.HELD_BACK)).isEqualTo(2);
    coupon(at(1, "10:00"), at(7, "10:00"));
    coupon(at(1, "11:00"), at(7, "10:00"));
    assertThat(facts.stream().filter(Fact::hasReminderSent)).as("another day").hasSize(4);
    coupon(at(0, "20:00"), at(7, "10:00"));
    coupon(at(1, "12:00"), at(7, "10:00"));
    assertThat(facts.stream().filter(Fact::hasReminderSent)).as("one told late").hasSize(4);
  }

  @Test
  void whatComesUpAtNightWaitsForTheMorningUnlessItIsOverByThen() {
    coupon(at(0, "23:30"), at(1, "23:30"));
    coupon(at(0, "23:40"), at(1, "08:00"));
    friend("lin", at(1, "02:00"));
    friend("bo", at(1, "03:00"));
    assertThat(facts).noneMatch(Fact::hasReminderSent);
    turn.settle(at(1, "08:59"));
    assertThat(sent()).isEmpty();
    turn.settle(at(1, "09:00"));
    assertThat(shown(at(1, "09:01")))
        .extracting(reminder -> reminder.getText().getZh())
        .containsExactly("2 位好友来了", "券还剩 1 天");
  }

  @Test
  void whoIsInTheRoomIsNotToldThatAFriendCame() {
    enter(at(0, "10:00"));
    friend("lin", at(0, "10:00").plusSeconds(30));
    assertThat(facts).noneMatch(Fact::hasReminderSent);
    friend("bo", at(0, "10:30"));
    assertThat(facts.stream().filter(Fact::hasReminderSent)).hasSize(1);
  }

  @Test
  void aRankThatWasLostIsToldToThoseWhoAreAwayUnlessTheyComeFirst() {
    enter(at(0, "10:00"));
    rankLost(2, at(0, "10:00").plusSeconds(30));
    assertThat(facts).as("in the room").noneMatch(Fact::hasReminderSent);
    rankLost(3, at(0, "12:00"));
    ReminderSent reminder = onlyShown(at(0, "12:01"));
    assertThat(reminder.getText().getZh()).isEqualTo("第 3 名被超过了");
    assertThat(reminder.getSubject()).isEqualTo("week");
    assertThat(reminder.getEndsAt()).isEqualTo(stamp(at(7, "00:00")));
    rankLost(4, at(0, "23:00"));
    rankLost(5, at(1, "01:00"));
    assertThat(sent()).as("quiet").hasSize(1);
    turn.settle(at(1, "09:00"));
    assertThat(sent()).last().satisfies(latest -> assertThat(latest.getCount()).isEqualTo(5));
    rankLost(6, at(1, "23:00"));
    enter(at(2, "08:00"));
    turn.settle(at(2, "09:00"));
    assertThat(sent()).as("came before it was told").hasSize(2);
  }

  @Test
  void comingBackWithinADayIsToldOnceAndCountsForTheLatest() {
    coupon(at(0, "10:00"), at(7, "10:00"));
    friend("lin", at(0, "11:00"));
    enter(at(0, "20:00"));
    leave(at(0, "20:10"));
    enter(at(0, "21:00"));
    assertThat(facts.stream().filter(Fact::hasReminderAnswered))
        .singleElement()
        .satisfies(fact -> assertThat(fact.getReminderAnswered().getRuleId()).isEqualTo("friend"));
    assertThat(rows(ReminderCountAppender.Step.CAME_BACK)).isEqualTo(1);
    friend("bo", at(1, "12:00"));
    enter(at(2, "12:00"));
    assertThat(rows(ReminderCountAppender.Step.CAME_BACK)).as("a day later").isEqualTo(1);
  }

  @Test
  void aServiceThatWasOffTellsNothingAtNightAndNothingThatIsOver() {
    comeDaily(3);
    turn.settleLate(at(3, "23:10"));
    assertThat(sent()).as("at night").isEmpty();
    turn.settleLate(at(4, "09:10"));
    assertThat(sent()).as("the streak is over").isEmpty();
    assertThat(turn.followUps()).isEmpty();
    coupon(at(4, "23:30"), at(7, "10:00"));
    turn.settleLate(at(5, "23:10"));
    assertThat(sent()).as("the next night").isEmpty();
    turn.settleLate(at(6, "11:00"));
    assertThat(onlyShown(at(6, "11:01")).getSentAt()).isEqualTo(stamp(at(6, "11:00")));
  }

  @Test
  void onlyThoseOfTheAudienceAreReminded() {
    turn =
        world(
            """
            reminders:
              rules:
                - {id: c, reason: coupon_ends, text: 券, audience: viewer.orders > 0}
            """);
    coupon(at(0, "10:00"), at(7, "10:00"));
    assertThat(facts).noneMatch(Fact::hasReminderSent);
  }

  @Test
  void friendsAddUpUntilThereAreAsManyAsTheRuleAsksFor() {
    turn = world("reminders: {rules: [{id: f, reason: friend_came, least: 3, text: '{count}'}]}\n");
    friend("a", at(0, "10:00"));
    friend("b", at(0, "11:00"));
    assertThat(facts).noneMatch(Fact::hasReminderSent);
    assertThat(turn.followUps()).as("there is nothing to wait for but friends").isEmpty();
    friend("c", at(0, "12:00"));
    assertThat(onlyShown(at(0, "12:00")).getCount()).isEqualTo(3);
    friend("d", at(0, "13:00"));
    friend("e", at(0, "23:00"));
    friend("f", at(0, "23:30"));
    turn.settle(at(1, "09:00"));
    assertThat(sent()).extracting(ReminderSent::getCount).containsExactly(3L, 3L);
  }

  @Test
  void pointsThatLapseAreToldWithHowManyAndUntilWhen() {
    turn =
        world("reminders: {rules: [{id: p, reason: points_lapse, least: 100, text: '{count}'}]}\n");
    points(99, at(0, "10:00"));
    assertThat(facts).noneMatch(Fact::hasReminderSent);
    points(100, at(0, "10:00"));
    assertThat(facts)
        .filteredOn(Fact::hasReminderSent)
        .extracting(Fact::getReminderSent)
        .containsExactly(
            ReminderSent.newBuilder()
                .setReminderNumber(1)
                .setRuleId("p")
                .setReason(ReminderReason.REMINDER_REASON_POINTS_LAPSE)
                .setText(Text.newBuilder().setZh("100"))
                .setCount(100)
                .setSentAt(stamp(at(0, "10:00")))
                .setEndsAt(stamp(at(7, "00:00")))
                .build());
    assertThat(turn.rows(ReminderCountAppender.Row.class))
        .containsExactly(
            new ReminderCountAppender.Row(
                "shop", "p", FIRST.toEpochDay(), ReminderCountAppender.Step.SENT));
  }

  @Test
  void aCouponsFigureIsItsWholeDaysAndAtLeastOne() {
    turn = world("reminders: {rules: [{id: c, reason: coupon_ends, least: 2, text: '{count}'}]}\n");
    coupon(at(0, "10:00"), at(2, "09:59"));
    assertThat(facts).noneMatch(Fact::hasReminderSent);
    coupon(at(0, "10:00"), at(2, "10:00"));
    assertThat(sent()).extracting(ReminderSent::getCount).containsExactly(2L);
    turn = world(PROGRAM);
    coupon(at(0, "10:00"), at(0, "12:00"));
    assertThat(sent()).extracting(ReminderSent::getCount).containsExactly(1L);
  }

  @Test
  void ofMoreThanTenThatWaitTheEarliestGiveWay() {
    turn =
        world("reminders: {per_day: 10, rules: [{id: c, reason: coupon_ends, text: '{count}'}]}\n");
    for (int i = 0; i < 12; i++) {
      coupon(at(0, "23:00"), at(2 + i, "23:00"));
    }
    turn.settle(at(1, "09:00"));
    assertThat(rows(ReminderCountAppender.Step.SENT)).isEqualTo(10);
    assertThat(sent())
        .as("the latest five are kept to be shown")
        .extracting(ReminderSent::getReminderNumber)
        .containsExactly(6L, 7L, 8L, 9L, 10L);
    assertThat(sent()).last().extracting(ReminderSent::getEndsAt).isEqualTo(stamp(at(13, "23:00")));
    assertThat(rows(ReminderCountAppender.Step.HELD_BACK)).isZero();
  }

  @Test
  void whereADayHasRoomForOneTheFirstOfTheProgramGoes() {
    turn = world(PROGRAM.replace("reminders:\n", "reminders:\n  per_day: 1\n"));
    friend("lin", at(0, "23:00"));
    rankLost(2, at(0, "23:10"));
    coupon(at(0, "23:20"), at(7, "10:00"));
    turn.settle(at(1, "09:00"));
    assertThat(sent()).extracting(ReminderSent::getRuleId).containsExactly("coupon");
    assertThat(rows(ReminderCountAppender.Step.HELD_BACK)).isEqualTo(2);
  }

  @Test
  void aZoneThatNobodyKnowsIsTheProgramsOwn() {
    turn.setProfile(turn.profile().toBuilder().setTimeZone("Mars/Olympus").build());
    coupon(at(0, "23:30"), at(7, "10:00"));
    turn.settle(at(1, "08:59"));
    assertThat(sent()).isEmpty();
    turn.settle(at(1, "09:00"));
    assertThat(sent()).hasSize(1);
  }

  @Test
  void whatTheProgramNoLongerHasIsNotSent() {
    coupon(at(0, "23:30"), at(7, "10:00"));
    turn.setProgram(
        TestPrograms.all()
            .compile(
                2,
                TestPrograms.check("reminders: {rules: [{id: n, reason: rank_lost, text: x}]}")
                    .orThrow()));
    turn.settle(at(1, "10:00"));
    assertThat(sent()).isEmpty();
    assertThat(turn.followUps()).isEmpty();
  }

  @Test
  void aShortStreakAndADayMadeUpAreNothingToRemindOf() {
    comeDaily(2);
    assertThat(turn.followUps()).isEmpty();
    comeDaily(3);
    assertThat(turn.followUps()).hasSize(1);
    turn = world(PROGRAM);
    facts.addAll(
        turn.run(
            at(5, "12:00"),
            Fact.newBuilder()
                .setCheckedIn(
                    CheckedIn.newBuilder().setPeriod("2026-03-06").setStreak(9).setMadeUp(true))
                .build()));
    assertThat(turn.followUps()).isEmpty();
  }

  @Test
  void aReminderOfAStreakIsHiddenOnceItGoesOn() {
    comeDaily(3);
    turn.settle(at(3, "21:00"));
    assertThat(shown(at(3, "21:00"))).hasSize(1);
    enter(at(3, "21:30"));
    assertThat(shown(at(3, "21:31"))).isEmpty();
    assertThat(rows(ReminderCountAppender.Step.CAME_BACK)).as("it brought the viewer").isEqualTo(1);
    turn.settle(at(4, "21:00"));
    assertThat(onlyShown(at(4, "21:00")).getCount()).as("the next day's").isEqualTo(4);
  }

  @Test
  void aDayThatIsQuietThroughoutHasNoReminder() {
    turn =
        world(
            PROGRAM.replace("reminders:\n", "reminders:\n  quiet_hours: {from: 0s, to: 86340s}\n"));
    comeDaily(3);
    assertThat(turn.followUps()).isEmpty();
  }

  @Test
  void comingBackCountsForADayFromTheReminderOn() {
    for (String time : List.of("09:59", "10:00", "next 09:59", "next 10:00")) {
      turn = world(PROGRAM);
      facts.clear();
      coupon(at(0, "10:00"), at(7, "10:00"));
      boolean next = time.startsWith("next ");
      enter(at(next ? 1 : 0, time.replace("next ", "")));
      boolean counts = time.equals("10:00") || time.equals("next 09:59");
      assertThat(facts.stream().filter(Fact::hasReminderAnswered).map(Fact::getReminderAnswered))
          .as(time)
          .containsExactlyElementsOf(
              counts
                  ? List.of(
                      ReminderAnswered.newBuilder()
                          .setReminderNumber(1)
                          .setRuleId("coupon")
                          .setSentAt(stamp(at(0, "10:00")))
                          .build())
                  : List.of());
    }
  }

  @Test
  void whatDoesNotEndIsShownForTwoDaysAndWhatEndsUntilThen() {
    friend("lin", at(0, "10:00"));
    coupon(at(0, "10:00"), at(1, "10:00"));
    assertThat(shown(at(0, "10:00")))
        .as("the latest first")
        .extracting(ReminderSent::getRuleId)
        .containsExactly("coupon", "friend");
    assertThat(shown(at(1, "10:00").minusMillis(1))).hasSize(2);
    assertThat(shown(at(1, "10:00"))).hasSize(1);
    assertThat(shown(at(2, "10:00").minusMillis(1))).hasSize(1);
    assertThat(shown(at(2, "10:00"))).isEmpty();
  }

  @Test
  void aViewerIsAwayOnceSilentForLongerThanTheProgramAllows() {
    enter(at(0, "10:00"));
    friend("lin", at(0, "10:00").plusSeconds(90));
    assertThat(facts).noneMatch(Fact::hasReminderSent);
    friend("bo", at(0, "10:00").plusSeconds(90).plusMillis(1));
    assertThat(sent()).extracting(ReminderSent::getCount).containsExactly(1L);
  }

  @Test
  void quietHoursEndAndBeginByTheWallClockWhereverTheyLie() {
    Quiet night = new Quiet(LocalTime.of(22, 0), LocalTime.of(9, 0));
    assertQuiet(night, "21:59", "21:59", "21:59");
    assertQuiet(night, "22:00", "+09:00", "22:00");
    assertQuiet(night, "23:30", "+09:00", "22:00");
    assertQuiet(night, "00:00", "09:00", "-22:00");
    assertQuiet(night, "08:59", "09:00", "-22:00");
    assertQuiet(night, "09:00", "09:00", "09:00");
    Quiet noon = new Quiet(LocalTime.of(12, 0), LocalTime.of(14, 0));
    assertQuiet(noon, "11:59", "11:59", "11:59");
    assertQuiet(noon, "12:00", "14:00", "12:00");
    assertQuiet(noon, "13:59", "14:00", "12:00");
    assertQuiet(noon, "14:00", "14:00", "14:00");
    Quiet none = new Quiet(LocalTime.of(8, 0), LocalTime.of(8, 0));
    assertQuiet(none, "08:00", "08:00", "08:00");
    assertQuiet(none, "20:00", "20:00", "20:00");
  }

  /** A time of the day after the first; "+": the day after that, "-": the one before. */
  private static void assertQuiet(Quiet quiet, String time, String after, String before) {
    assertThat(quiet.orAfter(at(1, time), SHANGHAI)).as("%s, %s", quiet, time).isEqualTo(on(after));
    assertThat(quiet.orBefore(at(1, time), SHANGHAI))
        .as("%s, %s", quiet, time)
        .isEqualTo(on(before));
  }

  private static Instant on(String time) {
    int day = time.startsWith("+") ? 2 : time.startsWith("-") ? 0 : 1;
    return at(day, time.replaceAll("[+-]", ""));
  }

  @Test
  void aProgramWithoutRemindersKeepsNothing() {
    turn = world("check_in: {method: on_enter}\n");
    comeDaily(9);
    coupon(at(9, "10:00"), at(16, "10:00"));
    assertThat(turn.get(TestPrograms.instance(ReminderSlice.class)))
        .isEqualTo(ReminderState.getDefaultInstance());
    assertThat(turn.followUps()).isEmpty();
  }

  private void comeDaily(int days) {
    for (int day = 0; day < days; day++) {
      turn.settle(at(day, "12:00"));
      enter(at(day, "12:00"));
    }
  }

  private void enter(Instant at) {
    run(at, event(at).setEntered(Entered.getDefaultInstance()));
  }

  private void leave(Instant at) {
    run(at, event(at).setLeft(Left.getDefaultInstance()));
  }

  private void run(Instant at, Event.Builder event) {
    facts.addAll(turn.run(at, event.build()));
  }

  private Event.Builder event(Instant at) {
    return Event.newBuilder()
        .setEventId("e" + ++events)
        .setViewerId("mei")
        .setRoomId("room-1")
        .setOccurredAt(stamp(at));
  }

  private void coupon(Instant at, Instant endsAt) {
    facts.addAll(
        turn.run(
            at,
            Fact.newBuilder()
                .setCouponExpiring(
                    CouponExpiring.newBuilder()
                        .setNumber(++events)
                        .setCouponId("c")
                        .setExpiresAt(stamp(endsAt)))
                .build()));
  }

  private void points(long amount, Instant at) {
    facts.addAll(
        turn.run(
            at,
            Fact.newBuilder()
                .setPointsExpiring(
                    PointsExpiring.newBuilder()
                        .setAmount(amount)
                        .setExpiresAt(stamp(at(7, "00:00"))))
                .build()));
  }

  private void rankLost(int position, Instant at) {
    facts.addAll(
        turn.run(
            at,
            Fact.newBuilder()
                .setRankLost(
                    RankLost.newBuilder()
                        .setBoardId("week")
                        .setPosition(position)
                        .setEndsAt(stamp(at(7, "00:00"))))
                .build()));
  }

  private void friend(String viewerId, Instant at) {
    facts.addAll(
        turn.run(
            at,
            Fact.newBuilder()
                .setInviteeEntered(InviteeEntered.newBuilder().setInviteeId(viewerId))
                .build()));
  }

  /** The latest that were sent, whether they are still of use or not. */
  private List<ReminderSent> sent() {
    return turn.get(TestPrograms.instance(ReminderSlice.class)).getShownList().stream()
        .map(ShownReminder::getSent)
        .toList();
  }

  /** What the panel shows at a time. */
  private List<ReminderSent> shown(Instant at) {
    turn.setAt(at);
    Viewer.Builder viewer = Viewer.newBuilder();
    TestPrograms.instance(NewestReminders.class).contribute(turn, viewer);
    return viewer.getRemindersList();
  }

  private ReminderSent onlyShown(Instant at) {
    assertThat(shown(at)).hasSize(1);
    return shown(at).getFirst();
  }

  private long rows(ReminderCountAppender.Step step) {
    return turn.rows(ReminderCountAppender.Row.class).stream()
        .filter(row -> row.step() == step)
        .count();
  }

  private static com.google.protobuf.Timestamp stamp(Instant at) {
    return Timestamps.fromMillis(at.toEpochMilli());
  }

  private static Instant at(int day, String time) {
    return at(day, time, SHANGHAI);
  }

  private static Instant at(int day, String time, ZoneId zone) {
    return LocalDateTime.parse(FIRST.plusDays(day) + "T" + time).atZone(zone).toInstant();
  }

  private static RecordingTurn world(String document) {
    return new RecordingTurn(
        TestPrograms.compile(TestPrograms.check(document).orThrow()),
        new ViewerKey("shop", "mei"),
        TestPrograms.reactors());
  }
}
