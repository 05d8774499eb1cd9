package io.flywheel.coupon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When notices and ends of coupons are told. */
final class EndingsTest {
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final CouponsState.Builder state = CouponsState.newBuilder();
  private final Endings endings = new Endings(state);

  @Test
  void anEndIsToldSevenDaysAndOneDayBeforeAndWhenItComes() {
    endings.add(1, 30 * DAY, 0);
    assertThat(endings.nextMillis()).isEqualTo(23 * DAY);
    assertThat(told(23 * DAY - 1)).isEmpty();
    assertThat(told(23 * DAY)).containsExactly("1");
    assertThat(endings.nextMillis()).isEqualTo(29 * DAY);
    assertThat(told(29 * DAY)).containsExactly("1");
    assertThat(told(29 * DAY)).as("once").isEmpty();
    assertThat(endings.nextMillis()).isEqualTo(30 * DAY);
    assertThat(told(30 * DAY)).containsExactly("1 ended");
    assertThat(endings.nextMillis()).as("nothing is left").isZero();
  }

  @Test
  void whatIsGivenNearItsEndHasNoNoticeThatIsPast() {
    endings.add(1, 7 * DAY, 0);
    endings.add(2, DAY / 2, 0);
    assertThat(endings.nextMillis()).isEqualTo(DAY / 2);
    assertThat(told(DAY / 2)).containsExactly("2 ended");
    assertThat(endings.nextMillis()).isEqualTo(6 * DAY);
  }

  @Test
  void ofSeveralNoticesThatADowntimePutOffOneIsTold() {
    endings.add(1, 30 * DAY, 0);
    assertThat(told(29 * DAY + 1)).containsExactly("1");
    endings.add(2, 60 * DAY, 0);
    assertThat(told(60 * DAY)).containsExactly("1 ended", "2 ended");
  }

  @Test
  void ofTooManyThoseThatEndFirstAreWatched() {
    for (int i = 1; i <= Endings.MAX_WATCHED + 5; i++) {
      endings.add(i, (100 + i) * DAY, 0);
    }
    endings.add(1_000, 50 * DAY, 0);
    assertThat(state.getEndingsCount()).isEqualTo(Endings.MAX_WATCHED);
    assertThat(endings.has(1_000)).isTrue();
    assertThat(endings.has(Endings.MAX_WATCHED)).isFalse();
  }

  private List<String> told(long nowMillis) {
    List<String> told = new ArrayList<>();
    endings.take(nowMillis, (number, hasEnded) -> told.add(number + (hasEnded ? " ended" : "")));
    return told;
  }
}
