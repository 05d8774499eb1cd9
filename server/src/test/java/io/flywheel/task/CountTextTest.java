package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.CountBy;
import io.flywheel.v1.Task;
import io.flywheel.v1.Trigger;
import org.junit.jupiter.api.Test;

final class CountTextTest {
  private static final Task WATCH = Task.newBuilder().setTrigger(Trigger.TRIGGER_WATCH).build();
  private static final Task SPEND =
      Task.newBuilder().setTrigger(Trigger.TRIGGER_ORDER).setCount(CountBy.COUNT_BY_AMOUNT).build();

  @Test
  void watchTimeIsInHoursMinutesAndSeconds() {
    assertThat(CountText.EN.of(WATCH, "", 0)).isEqualTo("0 s");
    assertThat(CountText.EN.of(WATCH, "", 59)).isEqualTo("59 s");
    assertThat(CountText.EN.of(WATCH, "", 180)).isEqualTo("3 min");
    assertThat(CountText.EN.of(WATCH, "", 3_661)).isEqualTo("1 h 1 min 1 s");
    assertThat(CountText.ZH.of(WATCH, "", 106)).isEqualTo("1 分钟 46 秒");
  }

  @Test
  void moneyIsInItsUnitWithCentsWhereThereAreAny() {
    assertThat(CountText.ZH.of(SPEND, "", 50_000)).isEqualTo("¥500");
    assertThat(CountText.EN.of(SPEND, "", 12_905)).isEqualTo("¥129.05");
    assertThat(CountText.EN.of(SPEND, "", 5)).isEqualTo("¥0.05");
  }

  @Test
  void moneyIsInTheProgramsCurrency() {
    assertThat(CountText.EN.of(SPEND, "USD", 12_905)).isEqualTo("$129.05");
    assertThat(CountText.ZH.of(SPEND, "EUR", 50_000)).isEqualTo("€500");
    assertThat(CountText.EN.of(SPEND, "JPY", 500)).isEqualTo("¥500");
    assertThat(CountText.EN.of(SPEND, "THB", 250)).isEqualTo("THB 2.50");
  }

  @Test
  void ordersAndLikesAreCountedAsTheyAre() {
    Task orders = SPEND.toBuilder().setCount(CountBy.COUNT_BY_TIMES).build();
    assertThat(CountText.EN.of(orders, "", 1_000)).isEqualTo("1000");
  }

  @Test
  void daysSayThatTheyAreDays() {
    Task days = WATCH.toBuilder().setCount(CountBy.COUNT_BY_DISTINCT_DAYS).build();
    assertThat(CountText.EN.of(days, "", 1)).isEqualTo("1 day");
    assertThat(CountText.EN.of(days, "", 3)).isEqualTo("3 days");
    assertThat(CountText.ZH.of(days, "", 3)).isEqualTo("3 天");
  }
}
