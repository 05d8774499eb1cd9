package io.flywheel.counting;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.Presence;
import io.flywheel.v1.Program;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The days on which a viewer was active, and what is counted in days, against a set of days. */
class ActivityTest {
  private static final long TODAY = 20_000;

  @Property
  void whatIsKnownIsWhatASetOfDaysTellsWhateverTheirOrder(@ForAll long seed) {
    Random random = new Random(seed);
    List<Long> days = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(12); i++) {
      days.add(TODAY - random.nextInt(random.nextBoolean() ? 8 : 140));
    }
    TreeSet<Long> set = new TreeSet<>(days);
    ActiveDays active = seen(days);
    Collections.shuffle(days, random);
    assertThat(seen(days)).as("%s", set).isEqualTo(active);

    long latest = set.last();
    assertThat(active.getFirstDay()).isEqualTo(set.first());
    assertThat(active.getLatestDay()).isEqualTo(latest);
    for (long ago = 0; ago < Long.SIZE; ago++) {
      assertThat(active.getDays() >>> ago & 1)
          .as("%s days before %s of %s", ago, latest, set)
          .isEqualTo(set.contains(latest - ago) ? 1 : 0);
    }
    Long before = set.lower(latest);
    assertThat(Activity.daysAway(active))
        .as("away before %s of %s", latest, set)
        .isEqualTo(before == null ? 0 : Math.min(latest - before, Long.SIZE));
    long day = latest + random.nextInt(40);
    assertThat(DayField.DAYS_SINCE_SEEN.at(active, day)).isEqualTo(day - latest);
    assertThat(DayField.DAYS_KNOWN.at(active, day)).isEqualTo(day - set.first());
    assertThat(DayField.ACTIVE_DAYS_7.at(active, day)).isEqualTo(set.tailSet(day - 6).size());
    assertThat(DayField.ACTIVE_DAYS_30.at(active, day)).isEqualTo(set.tailSet(day - 29).size());
  }

  @Example
  void aDayIsKnownWhenItTellsNothingNew() {
    ActiveDays none = ActiveDays.getDefaultInstance();
    assertThat(Activity.isKnown(none, TODAY)).isFalse();
    assertThat(Activity.isKnown(none, 0)).isFalse();

    ActiveDays active = seen(List.of(TODAY - 100, TODAY - 2, TODAY));
    assertThat(Activity.isKnown(active, TODAY)).isTrue();
    assertThat(Activity.isKnown(active, TODAY - 2)).isTrue();
    assertThat(Activity.isKnown(active, TODAY - 1)).isFalse();
    assertThat(Activity.isKnown(active, TODAY + 1)).isFalse();
    assertThat(Activity.isKnown(active, TODAY - 63)).as("the last that has a bit").isFalse();
    assertThat(Activity.isKnown(active, TODAY - 64)).as("long gone").isTrue();
    assertThat(Activity.isKnown(active, TODAY - 100)).as("the first").isTrue();
    assertThat(Activity.isKnown(active, TODAY - 101)).as("before the first").isFalse();
    assertThat(Activity.seen(active, TODAY - 2)).isSameAs(active);
    assertThat(Activity.seen(active, TODAY - 64)).isSameAs(active);
  }

  @Example
  void onlyTheLatestDayOfOrdersIsKept() {
    ActiveDays ordered = Activity.ordered(seen(List.of(TODAY - 9)), TODAY - 4);
    assertThat(ordered.getOrderDay()).isEqualTo(TODAY - 4);
    assertThat(ordered.getLatestDay()).isEqualTo(TODAY - 9);
    assertThat(Activity.ordered(ordered, TODAY - 4)).isSameAs(ordered);
    assertThat(Activity.ordered(ordered, TODAY - 5)).isSameAs(ordered);
    assertThat(Activity.ordered(ordered, TODAY).getOrderDay()).isEqualTo(TODAY);
    assertThat(DayField.DAYS_SINCE_ORDER.at(ordered, TODAY)).isEqualTo(4);
    assertThat(DayField.DAYS_SINCE_ORDER.at(ActiveDays.getDefaultInstance(), TODAY)).isEqualTo(-1);
  }

  @Example
  void aProfileTellsEveryFieldOfItsDay() {
    ActiveDays active =
        Activity.ordered(seen(List.of(TODAY - 20, TODAY - 5, TODAY - 3)), TODAY - 5);
    ViewerProfile.Builder profile = ViewerProfile.newBuilder();
    DayField.contribute(active, TODAY, profile);
    assertThat(profile.build())
        .isEqualTo(
            ViewerProfile.newBuilder()
                .setDaysSinceSeen(3)
                .setDaysKnown(20)
                .setActiveDays7(2)
                .setActiveDays30(3)
                .setDaysSinceOrder(5)
                .build());
    for (DayField field : DayField.values()) {
      int today = field.at(active, TODAY);
      assertThat(field.grows())
          .as(field.field())
          .isEqualTo(field.at(active, TODAY + 1) == today + 1);
      assertThat(ViewerProfile.getDescriptor().findFieldByName(field.field()))
          .as(field.field())
          .isNotNull();
    }
    assertThat(DayField.DAYS_KNOWN.at(active, TODAY - 30)).as("a clock that is behind").isZero();
    assertThat(DayField.ACTIVE_DAYS_7.at(active, TODAY - 4))
        .as("a clock that is behind")
        .isEqualTo(2);
  }

  /** A viewer of before days were kept has the days that the row tells. */
  @Example
  void whoseDaysAreNotKeptYetWasThereWhenTheRowSaysSo() {
    RecordingTurn turn =
        new RecordingTurn(
            TestPrograms.compile(Program.newBuilder().setTimeZone("Asia/Shanghai").build()),
            new ViewerKey("shop", "anna"));
    assertThat(Activity.of(turn)).isEqualTo(ActiveDays.getDefaultInstance());

    // Midnight in Shanghai is 16:00 UTC.
    ViewerProfile known =
        ViewerProfile.newBuilder().setFirstSeenAt(time("2026-11-20T15:59:59Z")).build();
    long first = 20_777; // 2026-11-20
    turn.setProfile(known);
    assertThat(Activity.of(turn)).isEqualTo(seen(List.of(first)));
    ViewerProfile present =
        known.toBuilder()
            .setPresence(Presence.newBuilder().setLastSeenAt(time("2026-11-22T16:00:00Z")))
            .build();
    turn.setProfile(present);
    assertThat(Activity.of(turn)).isEqualTo(seen(List.of(first, first + 3)));
    turn.setProfile(present.toBuilder().setActive(seen(List.of(TODAY))).build());
    assertThat(Activity.of(turn)).isEqualTo(seen(List.of(TODAY)));
  }

  private static ActiveDays seen(List<Long> days) {
    ActiveDays active = ActiveDays.getDefaultInstance();
    for (long day : days) {
      active = Activity.seen(active, day);
    }
    return active;
  }

  private static com.google.protobuf.Timestamp time(String time) {
    return Timestamps.fromMillis(Instant.parse(time).toEpochMilli());
  }
}
