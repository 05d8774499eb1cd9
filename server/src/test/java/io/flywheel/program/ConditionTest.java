package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Commented;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ViewerProfile;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConditionTest {
  private static final ViewerProfile VIEWER =
      ViewerProfile.newBuilder().addPrivileges("vip").setPoints(120).setStreak(7).build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "event.ordered.amount_minor >= 9900 | true",
        "event.ordered.amount_minor > 9900 | false",
        "event.ordered.order_id.startsWith('o-') | true",
        "event.room_id == 'r1' && viewer.points > 100 | true",
        "event.room_id in ['r2', 'r3'] | false",
        "has(event.ordered) | true",
        "has(event.liked) | false",
        "viewer.privileges.exists(p, p == 'vip') | true",
        "event.occurred_at.getHours('Asia/Shanghai') == 8 | true",
        "event.ordered.order_id.matches('^o-[0-9]+$') | true",
      })
  void conditionsSpeakOfEventAndViewer(String expression, boolean holds) throws Exception {
    Event event =
        Event.newBuilder()
            .setRoomId("r1")
            .setOccurredAt(Timestamp.getDefaultInstance())
            .setOrdered(Ordered.newBuilder().setOrderId("o-1").setAmountMinor(9_900))
            .build();

    assertThat(Condition.issues(Subject.EVENT, expression)).isEmpty();
    assertThat(Condition.of(Subject.EVENT, expression).test(event, null, () -> VIEWER))
        .isEqualTo(holds);
  }

  @Test
  void conditionsSpeakOfFacts() throws Exception {
    Condition condition =
        Condition.of(Subject.FACT, "fact.checked_in.streak % 7 == 0 && !fact.checked_in.made_up");

    assertThat(condition.test(null, checkedIn(14), () -> VIEWER)).isTrue();
    assertThat(condition.test(null, checkedIn(15), () -> VIEWER)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event.liked.count / 0 == 1",
        "event.custom.attributes['missing'] == 'x'",
        "event.liked.count * 9223372036854775807 > 0",
        "[1][event.liked.count] == 1",
        "duration(event.commented.text) > duration('1s')",
      })
  void anEvaluationThatFailsCountsAsFalse(String expression) throws Exception {
    Event event = Event.newBuilder().setLiked(Liked.newBuilder().setCount(5)).build();

    assertThat(Condition.issues(Subject.EVENT, expression)).isEmpty();
    assertThat(Condition.of(Subject.EVENT, expression).test(event, null, () -> VIEWER)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "event.commented.text.matches('[')",
        "event.commented.text.matches('(?=x)y')",
        "event.commented.text.matches('((a{100}){100}){100}')",
        "event.commented.text.matches('((((a{100}){100}){100}){100}){100}')",
        "event.commented.text.matches('(((((a+)+)+)+)+)+(b{999}){9}')",
        "event.commented.text.matches('[[:alpha:]]{500}[0-9]{501}')",
        "event.commented.text.matches('(' + event.commented.text)",
        "matches(event.commented.text, event.custom.attributes['re'])",
        "duration('soon') < duration('1h')",
        "duration('7days') < duration('1h')",
        "duration('200000d') > duration('1h')",
        "event.occurred_at > timestamp('2026-13-01T00:00:00Z')",
        "event.occurred_at > timestamp('2023-02-29T00:00:00Z')",
        "event.occurred_at.getHours('Mars/Base') == 8",
        "viewer.first_seen_at.getFullYear('UTC+99') == 2026",
        "int('ten') == event.liked.count",
        "event.liked.count == 1 / 0",
        "[1, 2][2] == event.liked.count",
        "viewer.points > 1 && event.liked.count == 9223372036854775807 + 1",
      })
  void whatCanNeverBeReckonedIsRefused(String expression) {
    assertThat(Condition.issues(Subject.EVENT, expression)).as(expression).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event.occurred_at - viewer.first_seen_at < duration('7d')",
        "event.occurred_at - viewer.first_seen_at < duration('6d24h')",
        "event.occurred_at - viewer.first_seen_at <= duration('604799.5s')",
        "duration('1.5h') == duration('90m') && duration('-1s') < duration('0')",
        "event.commented.text.matches('^(?i)[a-z\\\\d]{1,200}$') || true",
        "event.commented.text.matches(r'\\Q(a{100}){100}\\E\\p{Greek}{2}|(x{10}){10}[{}]{3}') ||"
            + " true",
        "event.occurred_at.getHours('+08:00') == 8",
        "timestamp('2024-02-29T23:59:59+08:00') > event.occurred_at",
      })
  void durationsMayBeWrittenInDaysAndExpressionsOfReasonablePatterns(String expression)
      throws Exception {
    Event event =
        Event.newBuilder().setOccurredAt(Timestamp.newBuilder().setSeconds(604_799)).build();
    ViewerProfile viewer =
        ViewerProfile.newBuilder().setFirstSeenAt(Timestamp.getDefaultInstance()).build();

    assertThat(Condition.issues(Subject.EVENT, expression)).isEmpty();
    boolean isOfHours = expression.contains("getHours");
    assertThat(Condition.of(Subject.EVENT, expression).test(event, null, () -> viewer))
        .isEqualTo(!isOfHours);
  }

  /** A literal is refused if and only if it is none, whatever is around it. */
  @Property(tries = 400)
  void literalsAreTakenIfAndOnlyIfTheyAreSome(@ForAll long seed) {
    Random random = new Random(seed);
    int month = random.nextInt(15);
    int day = random.nextInt(34);
    int hour = random.nextInt(27);
    String time =
        "20%02d-%02d-%02dT%02d:%02d:00Z"
            .formatted(random.nextInt(100), month, day, hour, random.nextInt(70));
    boolean isTime = isTime(time);
    String pattern = random(random, "ab(|[]*+?)^$\\d.{2}", 1 + random.nextInt(6));
    boolean isPattern = isPattern(pattern);
    String zone =
        random.nextBoolean()
            ? List.copyOf(ZoneId.getAvailableZoneIds()).get(random.nextInt(500))
            : random(random, "AZaz/_+", 5);
    boolean isZone = ZoneId.getAvailableZoneIds().contains(zone);
    record Literal(String expression, boolean isOne) {}
    for (Literal literal :
        List.of(
            new Literal("event.occurred_at > timestamp('%s')".formatted(time), isTime),
            new Literal("event.commented.text.matches(r'%s')".formatted(pattern), isPattern),
            new Literal("event.occurred_at.getHours('%s') == 8".formatted(zone), isZone))) {
      for (String around :
          List.of(
              "%s",
              "!(%s)", "event.liked.count > 3 && (%s)", "true || (%s)", "(%s) ? 1 == 1 : 2 == 1")) {
        String expression = around.replace("%s", literal.expression());
        assertThat(Condition.issues(Subject.EVENT, expression).isEmpty())
            .as(expression)
            .isEqualTo(literal.isOne());
      }
    }
  }

  private static String random(Random random, String letters, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private static boolean isTime(String text) {
    try {
      return OffsetDateTime.parse(text) != null;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static boolean isPattern(String text) {
    try {
      return com.google.re2j.Pattern.compile(text) != null;
    } catch (com.google.re2j.PatternSyntaxException e) {
      return false;
    }
  }

  @Test
  void whyAConditionCouldNotBeReckonedIsTold() throws Exception {
    Condition condition = Condition.of(Subject.EVENT, "10 / event.liked.count > 2");
    Event three = Event.newBuilder().setLiked(Liked.newBuilder().setCount(3)).build();

    assertThat(condition.reckon(three, null, () -> VIEWER))
        .isEqualTo(new Condition.Verdict(true, ""));
    assertThat(condition.reckon(Event.getDefaultInstance(), null, () -> VIEWER))
        .isEqualTo(new Condition.Verdict(false, "a division by zero"));
  }

  @Test
  void anAbsentKeyMakesAConditionFailWithoutAProblemWhereItIsAskedForFirst() throws Exception {
    Event quiz = Event.newBuilder().setCustom(CustomEvent.newBuilder().setName("quiz")).build();
    Condition careless = Condition.of(Subject.EVENT, "event.custom.attributes['level'] != 'gold'");
    Condition careful =
        Condition.of(
            Subject.EVENT,
            "!('level' in event.custom.attributes)"
                + " || event.custom.attributes['level'] != 'gold'");

    assertThat(careless.reckon(quiz, null, () -> VIEWER).holds()).isFalse();
    assertThat(careless.reckon(quiz, null, () -> VIEWER).problem()).contains("level");
    assertThat(careful.reckon(quiz, null, () -> VIEWER).holds()).isTrue();
  }

  @Test
  void theEmptyConditionHoldsForEveryone() throws Exception {
    Condition condition = Condition.of(Subject.EVENT, "");

    assertThat(condition.isAlways()).isTrue();
    assertThat(condition.test(null, null, () -> VIEWER)).isTrue();
  }

  @Test
  void theViewerIsAskedForOnlyWhereTheConditionSpeaksOfThem() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Supplier<ViewerProfile> viewer =
        () -> {
          asked.incrementAndGet();
          return VIEWER;
        };
    Event like = Event.newBuilder().setLiked(Liked.newBuilder().setCount(5)).build();

    Condition.of(Subject.EVENT, "event.liked.count > 3").test(like, null, viewer);
    assertThat(asked).hasValue(0);
    Condition.of(Subject.EVENT, "event.liked.count > 9 && viewer.points > 1")
        .test(like, null, viewer);
    assertThat(asked).hasValue(0);
    Condition.of(Subject.EVENT, "viewer.points > 1").test(like, null, viewer);
    assertThat(asked).hasValue(1);
  }

  @Test
  void roundsOfMacrosAreBoundedTogether() throws Exception {
    ViewerProfile viewer =
        ViewerProfile.newBuilder().addAllCompletedTasks(Collections.nCopies(200, "t")).build();
    Condition once = Condition.of(Subject.VIEWER_ONLY, "viewer.completed_tasks.all(a, a == 't')");
    Condition cubed =
        Condition.of(
            Subject.VIEWER_ONLY,
            "viewer.completed_tasks.all(a, viewer.completed_tasks.all(b,"
                + " viewer.completed_tasks.all(c, a == b && b == c)))");

    assertThat(once.test(null, null, () -> viewer)).isTrue();
    assertThat(cubed.test(null, null, () -> viewer)).as("8,000,000 rounds are too many").isFalse();
  }

  @Test
  void regularExpressionsTakeLinearTime() throws Exception {
    Condition condition = Condition.of(Subject.EVENT, "event.commented.text.matches('^(a+)+$')");
    Event event =
        Event.newBuilder()
            .setCommented(Commented.newBuilder().setText("a".repeat(999) + "!"))
            .build();

    assertThat(condition.test(event, null, () -> VIEWER)).isFalse();
  }

  @Test
  void attributesOfCustomEventsCanBeAsked() throws Exception {
    Condition condition =
        Condition.of(
            Subject.EVENT,
            "'level' in event.custom.attributes && event.custom.attributes['level'] == 'gold'");
    Event event =
        Event.newBuilder()
            .setCustom(CustomEvent.newBuilder().setName("quiz").putAttributes("level", "gold"))
            .build();

    assertThat(condition.test(event, null, () -> VIEWER)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'vip' in viewer.privileges", "event.liked.count > 0 || viewer.points > 1"})
  void whatTheViewersStateThrowsIsNoAnswer(String expression) throws Exception {
    Condition condition = Condition.of(Subject.EVENT, expression);
    Event event = Event.newBuilder().setLiked(Liked.getDefaultInstance()).build();
    RuntimeException notLoaded = new IllegalStateException("not loaded yet");

    assertThatThrownBy(() ->
            condition.test(
                event,
                null,
                () -> {
                  throw notLoaded;
                }))
        .isSameAs(notLoaded);
  }

  private static Fact checkedIn(int streak) {
    return Fact.newBuilder().setCheckedIn(CheckedIn.newBuilder().setStreak(streak)).build();
  }
}
