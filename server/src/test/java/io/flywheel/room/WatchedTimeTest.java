package io.flywheel.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.room.WatchedTime.Bounds;
import io.flywheel.room.WatchedTime.Credit;
import io.flywheel.room.WatchedTime.Interval;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class WatchedTimeTest {
  private static final Bounds WIDE = new Bounds(1_000_000, 500);

  @Property
  void aMomentIsCreditedOnceInWhateverOrderItIsReported(@ForAll("reports") List<Interval> reports) {
    WatchedTime watched = WatchedTime.NONE;
    Moments moments = new Moments();
    for (Interval report : reports) {
      Credit credit = watched.credit(report.from(), report.to(), WIDE);
      assertThat(credit.added()).isEqualTo(moments.credit(report, WIDE));
      watched = WatchedTime.unpack(credit.watched().pack());
    }
    assertThat(intervals(watched)).isEqualTo(moments.runs());
  }

  @Property
  void whatIsForgottenIsNeverCreditedAgain(
      @ForAll("reports") List<Interval> reports, @ForAll("bounds") Bounds bounds) {
    WatchedTime watched = WatchedTime.NONE;
    Moments moments = new Moments();
    BitSet everCredited = new BitSet();
    for (Interval report : reports) {
      Credit credit = watched.credit(report.from(), report.to(), bounds);
      assertThat(credit.added()).isEqualTo(moments.credit(report, bounds));
      for (Interval added : credit.added()) {
        assertThat(everCredited.get((int) added.from(), (int) added.to()).isEmpty()).isTrue();
        everCredited.set((int) added.from(), (int) added.to());
      }
      watched = WatchedTime.unpack(credit.watched().pack());
      assertThat(intervals(watched)).hasSizeLessThanOrEqualTo(bounds.maxIntervals());
    }
  }

  @Example
  void anIntervalWithoutLengthIsNothing() {
    assertThat(WatchedTime.NONE.credit(5, 5, WIDE).added()).isEmpty();
    assertThat(WatchedTime.NONE.credit(7, 5, WIDE).added()).isEmpty();
  }

  @Example
  void adjacentIntervalsTakeTheRoomOfOne() {
    WatchedTime watched = WatchedTime.NONE;
    for (int i = 0; i < 100; i++) {
      watched = watched.credit(i * 30L, i * 30L + 30, WIDE).watched();
    }
    assertThat(watched.pack()).containsExactly(0L, 3_000L);
  }

  @Provide
  Arbitrary<List<Interval>> reports() {
    Arbitrary<Interval> report =
        Combinators.combine(Arbitraries.longs().between(0, 400), Arbitraries.longs().between(0, 60))
            .as((from, length) -> new Interval(from, from + length));
    return report.list().ofMaxSize(40);
  }

  @Provide
  Arbitrary<Bounds> bounds() {
    return Combinators.combine(
            Arbitraries.longs().between(50, 300), Arbitraries.integers().between(1, 6))
        .as(Bounds::new);
  }

  private static List<Interval> intervals(WatchedTime watched) {
    List<Interval> intervals = new ArrayList<>();
    List<Long> packed = watched.pack();
    long at = 0;
    for (int i = 0; i < packed.size(); i += 2) {
      long from = at + packed.get(i);
      at = from + packed.get(i + 1);
      intervals.add(new Interval(from, at));
    }
    return intervals;
  }

  /** The same by counting every single millisecond. */
  private static final class Moments {
    private final BitSet credited = new BitSet();

    List<Interval> credit(Interval report, Bounds bounds) {
      int horizon = horizon(bounds);
      BitSet added = new BitSet();
      for (int at = (int) report.from(); at < report.to(); at++) {
        if (at >= horizon && !credited.get(at)) {
          added.set(at);
        }
      }
      credited.or(added);
      forget(bounds);
      return runs(added);
    }

    List<Interval> runs() {
      return runs(credited);
    }

    private void forget(Bounds bounds) {
      List<Interval> runs = runs(credited);
      int surplus = -bounds.maxIntervals();
      for (Interval run : runs) {
        if (run.to() <= horizon(bounds)) {
          credited.clear((int) run.from(), (int) run.to());
        } else {
          surplus++;
        }
      }
      for (; surplus > 0; surplus--) {
        int gap = credited.nextClearBit(credited.nextSetBit(0));
        credited.set(gap, credited.nextSetBit(gap));
      }
    }

    private int horizon(Bounds bounds) {
      return credited.isEmpty() ? 0 : (int) Math.max(0, credited.length() - bounds.keepMillis());
    }

    private static List<Interval> runs(BitSet moments) {
      List<Interval> runs = new ArrayList<>();
      for (int from = moments.nextSetBit(0); from >= 0; ) {
        int to = moments.nextClearBit(from);
        runs.add(new Interval(from, to));
        from = moments.nextSetBit(to);
      }
      return runs;
    }
  }
}
