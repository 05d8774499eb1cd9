package io.flywheel.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.Action;
import io.flywheel.engine.MemoryEngine;
import io.flywheel.engine.Outcome;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Program;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Budgets that lanes take from in shares, without a database: whatever the lanes do, what comes of
 * it is what one counter would have come to.
 */
final class FundsTest {
  private static final Fund.Key KEY = Fund.Key.ofAll("shop", "budget", "once");
  private static final Fund.Key OWN = new Fund.Key("shop", "budget", "once", "anna");
  private static final int MAX_LANES = 64;

  /** Takes a cost, or only asks, or is undone after it as a batch is that is never committed. */
  private record Take(Funds.Ask ask, long times, End end) {}

  private enum End {
    TAKEN,
    ASKED,
    UNDONE
  }

  /** What an action came to. */
  private record Taken(long affordable, long percent) {}

  private record Taker(Funds funds, List<Taken> taken) implements Reactor {
    @Override
    public void register(Reactions reactions) {
      reactions.on(Take.class, this::take);
    }

    private void take(Turn turn, Take take) {
      long affordable = funds.affordable(turn, take.ask, take.times);
      long percent = take.end == End.ASKED ? 0 : funds.take(turn, take.ask, affordable, take.times);
      if (take.end == End.UNDONE) {
        throw ServiceException.of(ErrorReason.ERROR_REASON_BUDGET_EXHAUSTED, "undone");
      }
      taken.add(new Taken(affordable, percent));
    }
  }

  /** A budget as one counter, which it was before there were shares. */
  private static final class OneCounter {
    private final boolean hasNotices;
    private Amounts given = Amounts.NOTHING;
    private long withheld;
    private long told;

    OneCounter(boolean hasNotices) {
      this.hasNotices = hasNotices;
    }

    long affordable(Funds.Ask ask, long times) {
      long left = times;
      for (int kind = 0; kind < Amounts.KINDS; kind++) {
        long cap = ask.caps().of(kind);
        long each = ask.cost().of(kind);
        if (cap > 0 && each > 0) {
          left = Math.min(left, Math.max(0, cap - given.of(kind)) / each);
        }
      }
      return left;
    }

    long take(Funds.Ask ask, long times) {
      long granted = affordable(ask, times);
      given = given.plus(ask.cost().times(granted));
      if (!hasNotices) {
        return 0;
      }
      withheld += times - granted;
      long percent = granted < times ? 100 : 0;
      for (int kind = 0; kind < Amounts.KINDS; kind++) {
        if (ask.caps().of(kind) > 0) {
          percent = Math.max(percent, given.of(kind) * 100 / ask.caps().of(kind));
        }
      }
      percent = percent >= 100 ? 100 : percent >= 80 ? 80 : 0;
      if (percent <= told) {
        return 0;
      }
      told = percent;
      return percent;
    }
  }

  /** Lanes that take from budgets one after the other. */
  private static final class World {
    private final SharedSlice<Fund.Key, Fund> wholes =
        TestPrograms.instance(BudgetSpentSlice.class);
    private final Funds funds;
    private final List<Taken> taken = new ArrayList<>();
    private final MemoryEngine engine;
    private long version = 1;
    private int actions;
    private int changesOfWhole;

    World(boolean hasNotices) {
      funds = new Funds(wholes, TestPrograms.instance(BudgetShareSlice.class), hasNotices);
      engine = new MemoryEngine(TestPrograms.empty(), new Taker(funds, taken));
    }

    void applyNext() {
      version++;
      engine.setProgram(TestPrograms.all().compile(version, Program.getDefaultInstance()));
    }

    Taken take(int shard, Funds.Ask ask, long times, End end) {
      Fund before = engine.states().get(wholes, ask.key());
      ViewerKey viewer = new ViewerKey("shop", "v");
      engine.setShard(shard);
      taken.clear();
      Outcome outcome =
          engine.run(
              new Action(
                  viewer,
                  "",
                  "",
                  Instant.EPOCH,
                  new Take(ask, times, end),
                  Action.event(viewer, "take-" + actions++, Event.getDefaultInstance())));
      if (end == End.UNDONE) {
        assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
        return new Taken(0, 0);
      }
      assertThat(outcome).isInstanceOf(Outcome.Done.class);
      if (!before.equals(engine.states().get(wholes, ask.key()))) {
        changesOfWhole++;
      }
      return taken.getFirst();
    }

    Funds.Total total(Fund.Key key) {
      Fund whole = engine.states().get(wholes, key);
      Amounts given = whole.given();
      long withheld = whole.withheld();
      for (FundShare.Key each : funds.sharesOf(key)) {
        FundShare share = engine.states().get(TestPrograms.instance(BudgetShareSlice.class), each);
        given = given.plus(share.given());
        withheld += share.withheld();
      }
      return new Funds.Total(given, withheld);
    }
  }

  /** Small and large caps and costs, lanes, versions with other caps, and batches that are lost. */
  @Test
  void whateverLanesDoItIsWhatOneCounterWouldHaveComeTo() {
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      boolean hasNotices = seed % 3 != 0;
      World world = new World(hasNotices);
      OneCounter model = new OneCounter(hasNotices);
      int lanes = 1 + random.nextInt(2 * Funds.SHARES);
      Amounts caps = caps(random);
      List<Amounts> costs = costs(random, caps);
      for (int step = 0; step < 2_000; step++) {
        if (random.nextInt(400) == 0) {
          caps = changed(random, caps);
          world.applyNext();
        }
        Funds.Ask ask = new Funds.Ask(KEY, caps, costs.get(random.nextInt(costs.size())));
        if (!ask.touches()) {
          continue;
        }
        int lane = random.nextInt(lanes);
        int shard = lane / 4 * MAX_LANES + lane % 4;
        long times = random.nextInt(5) == 0 ? random.nextInt(8) : 1;
        int chance = random.nextInt(20);
        End end = chance == 0 ? End.UNDONE : chance == 1 ? End.ASKED : End.TAKEN;
        Taken taken = world.take(shard, ask, times, end);
        if (end != End.UNDONE) {
          long affordable = model.affordable(ask, times);
          long percent = end == End.TAKEN ? model.take(ask, times) : 0;
          assertThat(taken)
              .as("seed %d, step %d: %s", seed, step, ask)
              .isEqualTo(new Taken(affordable, percent));
        }
        assertThat(world.total(KEY))
            .as("seed %d, step %d: %s", seed, step, ask)
            .isEqualTo(new Funds.Total(model.given, model.withheld));
      }
    }
  }

  @Test
  void fewLockTheWholeOfALargeBudgetUntilNothingIsLeftAndNobodyAfterThat() {
    World world = new World(true);
    Funds.Ask ask = new Funds.Ask(KEY, new Amounts(100_000, 0, 0), new Amounts(1, 1, 0));
    List<Long> percents = new ArrayList<>();
    for (int i = 0; i < 110_000; i++) {
      Taken taken = world.take(i % 8, ask, 1, End.TAKEN);
      if (taken.percent > 0) {
        percents.add((long) i + 1);
      }
      if (i == 100_001) {
        assertThat(world.changesOfWhole).isLessThan(2_000);
        world.changesOfWhole = 0;
      }
    }
    assertThat(percents).as("when 80% and 100% were given").containsExactly(80_000L, 100_000L);
    assertThat(world.changesOfWhole).as("what is withheld is counted in the shares").isZero();
    assertThat(world.total(KEY))
        .isEqualTo(new Funds.Total(new Amounts(100_000, 100_000, 0), 10_000));
  }

  @Test
  void whatAQuietLaneHasLeftIsGivenByTheOthers() {
    World world = new World(true);
    Funds.Ask ask = new Funds.Ask(KEY, new Amounts(20_000, 0, 0), new Amounts(10, 0, 0));
    for (int shard = 0; shard < Funds.SHARES; shard++) {
      assertThat(world.take(shard, ask, 1, End.TAKEN).affordable).isEqualTo(1);
    }
    int granted = Funds.SHARES;
    while (world.take(3, ask, 1, End.TAKEN).affordable == 1) {
      granted++;
    }
    assertThat(granted).isEqualTo(2_000);
    assertThat(world.total(KEY).withheld()).isEqualTo(1);
    assertThat(world.take(5, ask, 1, End.TAKEN).affordable).isZero();
  }

  /** As draws do whose prizes have odds as long as they can be paid. */
  @Test
  void aLargePrizeThatIsAskedForAgainAndAgainDoesNotCallTheSharesInEachTime() {
    World world = new World(true);
    Amounts caps = new Amounts(1_000_000, 0, 0);
    Funds.Ask small = new Funds.Ask(KEY, caps, new Amounts(1, 0, 0));
    Funds.Ask prize = new Funds.Ask(KEY, caps, new Amounts(300_000, 0, 0));
    int calledIn = 0;
    boolean isPossible = true;
    long given = 0;
    while (given < 750_000) {
      for (int lane = 0; lane < 4; lane++) {
        assertThat(world.take(lane, small, 50, End.TAKEN).affordable).isEqualTo(50);
        given += 50;
      }
      int before = world.changesOfWhole;
      isPossible = world.take(0, prize, 1, End.ASKED).affordable == 1;
      calledIn += world.changesOfWhole - before;
      assertThat(isPossible).isEqualTo(given <= 700_000);
    }
    assertThat(isPossible).isFalse();
    assertThat(calledIn).isLessThan(20);
  }

  @Test
  void smallBudgetsAndThoseOfAViewerAreNeverLent() {
    World world = new World(true);
    Funds.Ask few = new Funds.Ask(KEY, new Amounts(0, 300, 0), new Amounts(0, 1, 0));
    Funds.Ask own = new Funds.Ask(OWN, new Amounts(1_000_000, 0, 0), new Amounts(1, 0, 0));
    for (int i = 0; i < 300; i++) {
      assertThat(world.take(i % 8, few, 1, End.TAKEN).affordable).isEqualTo(1);
      assertThat(world.take(i % 8, own, 1, End.TAKEN).affordable).isEqualTo(1);
    }
    assertThat(world.engine.states().keys(TestPrograms.instance(BudgetShareSlice.class))).isEmpty();
    assertThat(world.take(0, few, 1, End.TAKEN).affordable).isZero();
  }

  /** What shares were lent by a higher cap is called in before more is given by the lower one. */
  @Test
  void aCapThatIsLoweredHoldsAtOnceAndOneThatIsNewToo() {
    World world = new World(true);
    Amounts cost = new Amounts(1, 1, 0);
    Funds.Ask ask = new Funds.Ask(KEY, new Amounts(100_000, 0, 0), cost);
    for (int i = 0; i < 1_000; i++) {
      world.take(i % 4, ask, 1, End.TAKEN);
    }
    world.applyNext();
    Funds.Ask lower = new Funds.Ask(KEY, new Amounts(100_000, 1_010, 0), cost);
    long granted = 0;
    for (int i = 0; i < 100; i++) {
      granted += world.take(i % 4, lower, 1, End.TAKEN).affordable;
    }
    assertThat(granted).isEqualTo(10);
    world.applyNext();
    granted = 0;
    for (int i = 0; i < 5_000; i++) {
      granted +=
          world.take(i % 4, new Funds.Ask(KEY, new Amounts(3_000, 0, 0), cost), 1, End.TAKEN)
              .affordable;
    }
    assertThat(granted).isEqualTo(3_000 - 1_010);
  }

  private static Amounts caps(Random random) {
    Amounts caps = Amounts.ofEach(kind -> random.nextInt(3) == 0 ? 0 : cap(random));
    return caps.equals(Amounts.NOTHING) ? new Amounts(cap(random), 0, 0) : caps;
  }

  private static Amounts changed(Random random, Amounts caps) {
    Amounts next =
        Amounts.ofEach(kind ->
            switch (random.nextInt(5)) {
              case 0 -> 0;
              case 1 -> cap(random);
              case 2 -> caps.of(kind) / 2;
              case 3 -> caps.of(kind) * 2;
              default -> caps.of(kind);
            });
    return next.equals(Amounts.NOTHING) ? caps : next;
  }

  /** From one to what takes many more steps than a test. */
  private static long cap(Random random) {
    return random.nextLong(1, 2L << (1 + random.nextInt(20)));
  }

  private static List<Amounts> costs(Random random, Amounts caps) {
    List<Amounts> costs = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int scale = 1 << random.nextInt(12);
      costs.add(
          Amounts.ofEach(
              kind -> random.nextInt(3) == 0 ? 0 : random.nextLong(1, caps.of(kind) / scale + 2)));
    }
    return costs;
  }
}
