package io.flywheel.points;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.PointsEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Random lives of one viewer's points, against a model that keeps every single point apart. */
final class LedgerPropertiesTest {
  private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
  private static final long NEVER = Long.MAX_VALUE;

  /** Something that happens, so many hours after what happened before. */
  record Step(int hours, long amount, int pendingHours, int expiresAfterHours) {
    boolean earns() {
      return amount > 0;
    }
  }

  /** One point: from when until when it can be spent, and which entry made it. */
  private record Point(long from, long until, long order) {}

  @Provide
  Arbitrary<List<Step>> lives() {
    Arbitrary<Step> earned =
        Combinators.combine(
                Arbitraries.integers().between(0, 30),
                Arbitraries.longs().between(1, 20),
                Arbitraries.frequencyOf(
                    Tuple.of(2, Arbitraries.just(0)),
                    Tuple.of(1, Arbitraries.integers().between(1, 60))),
                Arbitraries.frequencyOf(
                    Tuple.of(1, Arbitraries.just(0)),
                    Tuple.of(3, Arbitraries.integers().between(1, 90))))
            .as(Step::new);
    Arbitrary<Step> taken =
        Combinators.combine(
                Arbitraries.integers().between(0, 30), Arbitraries.longs().between(1, 30))
            .as((hours, amount) -> new Step(hours, -amount, 0, 0));
    return Arbitraries.frequencyOf(Tuple.of(3, earned), Tuple.of(2, taken)).list().ofMaxSize(40);
  }

  @Property(tries = 500)
  void theLedgerEqualsAModelThatKeepsEveryPointApart(@ForAll("lives") List<Step> life) {
    PointsSlice slice = new PointsSlice();
    RecordingTurn turn =
        new RecordingTurn(
            TestPrograms.empty(),
            new ViewerKey("shop", "anna"),
            new PointsReactor(slice, new ChargeSlice(), new LedgerAppender()));
    List<Point> points = new ArrayList<>();
    long now = 0;
    long order = 0;
    for (Step step : life) {
      now += step.hours();
      turn.settle(at(now));
      boolean taken = act(turn, at(now), step);
      if (step.earns()) {
        long from = now + step.pendingHours();
        long until = step.expiresAfterHours() == 0 ? NEVER : from + step.expiresAfterHours();
        for (long i = 0; i < step.amount(); i++) {
          points.add(new Point(from, until, order++));
        }
      } else {
        assertThat(taken).isEqualTo(take(points, now, -step.amount()));
      }
      check(turn.get(slice), points, now);
      checkBooks(turn, turn.get(slice));
    }
    turn.settle(at(now + 1_000));
    check(turn.get(slice), points, now + 1_000);
    assertThat(turn.get(slice).getLotsList()).isEmpty();
    checkBooks(turn, turn.get(slice));
  }

  private static boolean act(RecordingTurn turn, Instant at, Step step) {
    try {
      turn.run(
          at,
          step.earns()
              ? PointsReactorTest.given(
                  step.amount(),
                  Duration.ofHours(step.pendingHours()),
                  Duration.ofHours(step.expiresAfterHours()))
              : new Adjustment(step.amount(), AdjustmentCause.getDefaultInstance()));
      return true;
    } catch (ServiceException e) {
      return false;
    }
  }

  private static boolean take(List<Point> points, long now, long amount) {
    List<Point> spendable =
        points.stream()
            .filter(point -> point.from() <= now && now < point.until())
            .sorted(Comparator.comparingLong(Point::until).thenComparingLong(Point::order))
            .toList();
    if (spendable.size() < amount) {
      return false;
    }
    points.removeAll(spendable.subList(0, Math.toIntExact(amount)));
    return true;
  }

  private static void check(PointsState state, List<Point> points, long now) {
    List<Point> spendable =
        points.stream().filter(point -> point.from() <= now && now < point.until()).toList();
    assertThat(state.getBalance()).isEqualTo(spendable.size());
    assertThat(state.getPending())
        .isEqualTo(points.stream().filter(point -> now < point.from()).count());
    assertThat(state.getLotsList().stream().mapToLong(Lot::getLeft).sum())
        .isEqualTo(spendable.stream().filter(point -> point.until() < NEVER).count());
    long soonest = spendable.stream().mapToLong(Point::until).min().orElse(NEVER);
    Lot next = Lots.next(state);
    if (soonest < NEVER) {
      assertThat(next.getExpiresMs()).isEqualTo(at(soonest).toEpochMilli());
      assertThat(next.getLeft())
          .isEqualTo(spendable.stream().filter(point -> point.until() == soonest).count());
    } else {
      assertThat(next.getLeft()).isZero();
    }
  }

  /** The entries are numbered without a gap, add up, and leave a sum of zero. */
  private static void checkBooks(RecordingTurn turn, PointsState state) {
    Map<LedgerAccount, Long> accounts = new EnumMap<>(LedgerAccount.class);
    for (LedgerAccount account : LedgerAccount.values()) {
      accounts.put(account, 0L);
    }
    long number = 0;
    for (LedgerEntry row : turn.rows(LedgerEntry.class)) {
      PointsEntry entry = row.entry();
      assertThat(entry.getEntryNumber()).isEqualTo(++number);
      assertThat(entry.getAmount()).isPositive();
      accounts.replaceAll(
          (account, balance) -> balance + account.change(entry.getKind(), entry.getAmount()));
      assertThat(entry.getBalance()).isEqualTo(accounts.get(LedgerAccount.VIEWER)).isNotNegative();
      assertThat(entry.getPending()).isEqualTo(accounts.get(LedgerAccount.PENDING)).isNotNegative();
    }
    assertThat(state.getEntries()).isEqualTo(number);
    assertThat(accounts.values().stream().mapToLong(Long::longValue).sum()).isZero();
    assertThat(accounts.get(LedgerAccount.ISSUANCE)).isNotPositive();
  }

  private static Instant at(long hours) {
    return START.plus(Duration.ofHours(hours));
  }

  @Property(tries = 50)
  void tooManyLotsNeverLapseEarlyNorLoseAPoint(
      @ForAll("manyLots") List<Integer> expiresAfterMinutes) {
    PointsSlice slice = new PointsSlice();
    RecordingTurn turn =
        new RecordingTurn(
            TestPrograms.empty(),
            new ViewerKey("shop", "anna"),
            new PointsReactor(slice, new ChargeSlice(), new LedgerAppender()));
    for (int minutes : expiresAfterMinutes) {
      turn.run(START, PointsReactorTest.given(1, Duration.ZERO, Duration.ofMinutes(minutes)));
      assertThat(turn.get(slice).getLotsCount()).isLessThanOrEqualTo(Lots.MAX_LOTS);
    }
    int last = expiresAfterMinutes.stream().mapToInt(Integer::intValue).max().orElse(0);
    for (int now = 0; now <= last; now += 13) {
      int minutes = now;
      turn.settle(START.plus(Duration.ofMinutes(minutes)));
      assertThat(turn.get(slice).getBalance())
          .isGreaterThanOrEqualTo(
              expiresAfterMinutes.stream().filter(after -> after > minutes).count());
    }
    turn.settle(START.plus(Duration.ofMinutes(last)));
    assertThat(turn.get(slice).getBalance()).isZero();
    checkBooks(turn, turn.get(slice));
  }

  @Provide
  Arbitrary<List<Integer>> manyLots() {
    return Arbitraries.integers().between(60, 5_000).list().ofMinSize(300).ofMaxSize(400);
  }
}
