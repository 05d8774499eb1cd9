package io.flywheel.counting;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Program;
import io.flywheel.v1.Window;
import io.flywheel.v1.WindowKind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which stretch of time something counts, and for how long it is remembered. */
final class WindowTest {
  private static final Instant NOON = Instant.parse("2026-11-22T04:00:00Z"); // a Sunday in Shanghai

  private final ProgramCalendar calendar =
      TestPrograms.compile(Program.newBuilder().setTimeZone("Asia/Shanghai").build()).calendar();

  @Test
  void daysAndWeeksAreTheMerchants() {
    assertThat(rule(WindowKind.WINDOW_KIND_DAY, false).at(calendar, NOON, "r", "b"))
        .isEqualTo(new CountingWindow("2026-11-22", "", millis("2026-11-22T16:00:00Z")));
    assertThat(rule(WindowKind.WINDOW_KIND_WEEK, false).at(calendar, NOON, "r", "b"))
        .isEqualTo(new CountingWindow("2026-W47", "", millis("2026-11-22T16:00:00Z")));
    Instant monday = Instant.parse("2026-11-22T16:00:00Z");
    assertThat(rule(WindowKind.WINDOW_KIND_DAY, true).at(calendar, monday, "r", "b"))
        .isEqualTo(new CountingWindow("2026-11-23", "r", millis("2026-11-23T16:00:00Z")));
    assertThat(rule(WindowKind.WINDOW_KIND_WEEK, true).at(calendar, monday, "r", "b"))
        .isEqualTo(new CountingWindow("2026-W48", "r", millis("2026-11-29T16:00:00Z")));
    assertThat(rule(WindowKind.WINDOW_KIND_ONCE, false).at(calendar, NOON, "r", "b"))
        .isEqualTo(new CountingWindow("once", "", 0));
    assertThat(CountingWindow.stretch(calendar, WindowKind.WINDOW_KIND_DAY, NOON).roomId())
        .isEmpty();
  }

  @Test
  void aBroadcastIsAlwaysOfItsRoomAndKeptForFiveDays() {
    assertThat(rule(WindowKind.WINDOW_KIND_BROADCAST, false).at(calendar, NOON, "r", "b"))
        .isEqualTo(
            new CountingWindow("broadcast:b", "r", NOON.plus(Duration.ofDays(5)).toEpochMilli()));
  }

  @Test
  void aCustomWindowCountsFromItsBeginningToItsEnd() {
    Instant end = NOON.plusSeconds(60);
    WindowRule rule =
        WindowRule.of(
            Window.newBuilder()
                .setKind(WindowKind.WINDOW_KIND_CUSTOM)
                .setStartsAt(Timestamps.fromMillis(NOON.toEpochMilli()))
                .setEndsAt(Timestamps.fromMillis(end.toEpochMilli()))
                .build(),
            false);
    assertThat(rule.at(calendar, NOON.minusMillis(1), "r", "b")).isNull();
    CountingWindow window =
        new CountingWindow("custom:" + NOON.getEpochSecond(), "", end.toEpochMilli());
    assertThat(rule.at(calendar, NOON, "r", "b")).isEqualTo(window);
    assertThat(rule.at(calendar, end.minusMillis(1), "r", "b")).isEqualTo(window);
    assertThat(rule.at(calendar, end, "r", "b")).isNull();
  }

  @Test
  void claimsAreKeptTwoDaysAndCountsAsLongAsEventsMayCome() {
    long end = NOON.toEpochMilli();
    long claims = end + Duration.ofDays(2).toMillis();
    assertThat(CountingWindow.isPastClaims(end, claims)).isFalse();
    assertThat(CountingWindow.isPastClaims(end, claims + 1)).isTrue();
    assertThat(CountingWindow.isPastClaims(0, Long.MAX_VALUE)).isFalse();
    long late = end + Duration.ofDays(7).plusMinutes(5).toMillis();
    assertThat(CountingWindow.isGone(end, late)).isFalse();
    assertThat(CountingWindow.isGone(end, late + 1)).isTrue();
    assertThat(CountingWindow.isGone(0, Long.MAX_VALUE)).isFalse();
  }

  /** Blanks, case, width and what nobody sees tell no texts apart. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "d a m n | damn",
        "ＤＡＭＮ | damn",
        "da\u200Bmn | damn",
        "da\u034Fmn | damn",
        "da\u115Fmn | damn",
        "da\u1160mn | damn",
        "da\u17B4mn | damn",
        "da\u17B5mn | damn",
        "da\u180Bmn | damn",
        "da\u180Fmn | damn",
        "da\u2060mn | damn",
        "da\u206Fmn | damn",
        "da\u3164mn | damn",
        "da\uFE00mn | damn",
        "da\uFE0Fmn | damn",
        "da\uFFA0mn | damn",
        "da\uFFF0mn | damn",
        "da\uFFF8mn | damn",
        "da\u0007mn | damn",
        "da\u00A0mn | damn",
        "da\uDB40\uDC00mn | damn",
        "da\uDB43\uDFFFmn | damn",
        "ΣΊΣΥΦΟΣ | σίσυφοσ",
        "加油！ | 加油!",
      })
  void textsThatReadTheSameAreOne(String text, String normal) {
    assertThat(NormalText.of(text)).isEqualTo(normal);
  }

  @ParameterizedTest
  @CsvSource({"da\u034Emn", "da\u1161mn", "da\u115Emn", "da\u3165mn", "da\uFFFDmn", "a1", "!"})
  void whatIsSeenStays(String text) {
    assertThat(NormalText.of(text).codePoints().count()).isEqualTo(text.codePoints().count());
  }

  @Test
  void aWindowsNameTellsItsBroadcast() {
    assertThat(CountingWindow.broadcastOf("broadcast:b1")).isEqualTo("b1");
    assertThat(CountingWindow.broadcastOf("2026-11-22")).isNull();
    assertThat(CountingWindow.stretchName(calendar, WindowKind.WINDOW_KIND_WEEK, NOON))
        .isEqualTo("2026-W47");
  }

  private static WindowRule rule(WindowKind kind, boolean byRoom) {
    return WindowRule.of(Window.newBuilder().setKind(kind).build(), byRoom);
  }

  private static long millis(String time) {
    return Instant.parse(time).toEpochMilli();
  }
}
