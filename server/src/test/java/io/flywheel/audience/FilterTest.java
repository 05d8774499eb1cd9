package io.flywheel.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.AudienceFilter;
import io.flywheel.v1.AudienceMember;
import org.junit.jupiter.api.Test;

/** What a filter asks of one viewer. */
final class FilterTest {
  private static final long DAY = 86_400_000;
  private static final long NOW = 1_800_000_000_000L;

  @Test
  void whoIsAwayIsReckonedAnewEachTime() {
    AudienceFilter away = AudienceFilter.newBuilder().setAbsentFor(Durations.fromDays(30)).build();
    AudienceMember member = seenAt(NOW - 29 * DAY);
    assertThat(Filter.of(away, NOW).holds(member)).isFalse();
    assertThat(Filter.of(away, NOW + 2 * DAY).holds(member)).isTrue();
    assertThat(Filter.of(away, NOW + 2 * DAY).holds(seenAt(NOW))).isFalse();
  }

  @Test
  void ofTwoBoundsOfTheLastSightTheEarlierOneHolds() {
    AudienceFilter.Builder both = AudienceFilter.newBuilder().setAbsentFor(Durations.fromDays(10));
    AudienceFilter earlier = both.setSeenBefore(Timestamps.fromMillis(NOW - 20 * DAY)).build();
    assertThat(Filter.of(earlier, NOW).holds(seenAt(NOW - 15 * DAY))).isFalse();
    assertThat(Filter.of(earlier, NOW).holds(seenAt(NOW - 25 * DAY))).isTrue();
    AudienceFilter later = both.setSeenBefore(Timestamps.fromMillis(NOW - DAY)).build();
    assertThat(Filter.of(later, NOW).holds(seenAt(NOW - 5 * DAY))).isFalse();
    assertThat(Filter.of(later, NOW).holds(seenAt(NOW - 15 * DAY))).isTrue();
  }

  private static AudienceMember seenAt(long millis) {
    return AudienceMember.newBuilder().setLastSeenAt(Timestamps.fromMillis(millis)).build();
  }
}
