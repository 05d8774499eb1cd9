package io.flywheel.reward;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.math.LongMath;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Budgets that many viewers take from, without waiting for each other: a budget that is large for
 * what is taken of it is lent in shares, and a lane takes from the share that is its own for now.
 *
 * <p>A budget's <em>whole</em> is one row, its shares are {@link #SHARES} more. The whole says how
 * much the shares may give together, so what is given never exceeds a cap, whichever rows a batch
 * has locked. Nobody owns a share: the row's lock makes it one batch's for as long as it runs, and
 * a lane or node that ends leaves nothing behind but a row that the others go on with. What a share
 * has given is committed with what was given.
 *
 * <ul>
 *   <li>A turn takes from its lane's share, if that has enough; it locks nothing else.
 *   <li>Else it locks the whole. If what was not lent is enough, it takes from there, and half of
 *       what is left after it is lent evenly, with what the other shares still have.
 *   <li>Else it locks all shares too and calls in what they have: nothing is withheld as long as
 *       anything is left anywhere.
 *   <li>Near the end, where a share would be worth less than a few of what was asked for, nothing
 *       is lent: everybody locks the whole. So is every small budget from the beginning, and every
 *       viewer's own.
 *   <li>Where a budget has notices, the shares together never reach the next one: whoever comes to
 *       it has locked the whole, and knows.
 *   <li>Once nothing is left that could pay a cost, that stays so: it is seen without a lock.
 * </ul>
 *
 * <p>Shares are lent by a program's caps: of another version nothing is taken from them, so they
 * are called in once, and a cap that was lowered holds from the first batch that knows of it.
 * Thread-safe.
 */
public final class Funds {
  /**
   * How many shares a budget has. Lanes have theirs by their numbers; of more lanes some have the
   * same one, and wait for each other.
   */
  public static final int SHARES = 16;

  /** A budget is lent if its caps are at least so many times what is asked for. */
  private static final long MIN_TIMES = 1_024;

  /** A share is at least so many times what was asked for when it was lent. */
  private static final long MIN_TIMES_IN_SHARE = 4;

  private static final long PERMILLE = 1_000;
  private static final long NEARLY = 80;
  private static final long ALL = 100;
  private static final int MAX_USED_UP = 10_000;

  private final SharedSlice<Fund.Key, Fund> wholes;
  private final SharedSlice<FundShare.Key, FundShare> shares;
  private final boolean hasNotices;

  /**
   * What was found used up lately: worth a look before the whole is locked. Nothing hangs on it.
   */
  private final Cache<Fund.Key, Boolean> usedUp =
      Caffeine.newBuilder().maximumSize(MAX_USED_UP).build();

  /**
   * Budgets.
   *
   * @param wholes of a higher rank than the shares
   * @param hasNotices whether it is told once when they are nearly used up and used up, and counted
   *     what is withheld
   */
  public Funds(
      SharedSlice<Fund.Key, Fund> wholes,
      SharedSlice<FundShare.Key, FundShare> shares,
      boolean hasNotices) {
    this.wholes = wholes;
    this.shares = shares;
    this.hasNotices = hasNotices;
  }

  /**
   * What is asked of a budget.
   *
   * @param caps the most of each kind; 0: any amount
   * @param cost what is taken each time
   */
  public record Ask(Fund.Key key, Amounts caps, Amounts cost) {
    /** Whether the cost takes anything that is capped. */
    boolean touches() {
      return touches(0) || touches(1) || touches(2);
    }

    private boolean touches(int kind) {
      return caps.of(kind) > 0 && cost.of(kind) > 0;
    }
  }

  /** What was given of a budget, and how often something was withheld. */
  record Total(Amounts given, long withheld) {}

  private enum Where {
    SHARE,
    WHOLE,
    /** Nothing is left. */
    NOWHERE
  }

  /**
   * Where something can be taken.
   *
   * @param left how many times, at most so many as were asked for
   */
  private record Place(Where where, long left) {}

  /**
   * How many times a cost can be taken, at most so many as are asked for; so much stays there until
   * the turn ends.
   */
  public long affordable(Turn turn, Ask ask, long times) {
    return place(turn, ask, times).left;
  }

  /**
   * An action is likely to take a cost: asks for the lane's share, for which nobody else waits. The
   * whole is locked once it is known that it has to be.
   */
  public void prefetch(Prefetch wanted, Ask ask) {
    if (isLendable(ask)) {
      wanted.get(shares, shareOf(wanted.shard(), ask.key));
    }
  }

  /**
   * Takes a cost.
   *
   * @param granted how many times; at most what is {@link #affordable} for as many times
   * @param times how many times it was asked for: if that is not affordable, the rest is counted as
   *     withheld
   * @return the notice that is due with it: 80 or 100; 0: none
   */
  public long take(Turn turn, Ask ask, long granted, long times) {
    Place place = place(turn, ask, times);
    long withheld = place.left < times ? times - granted : 0;
    return switch (place.where) {
      case SHARE -> {
        if (granted > 0) {
          FundShare.Key own = shareOf(turn, ask.key);
          turn.set(shares, own, turn.get(shares, own).plus(ask.cost.times(granted)));
        }
        yield 0;
      }
      case NOWHERE -> {
        if (hasNotices) {
          FundShare.Key own = shareOf(turn, ask.key);
          turn.set(shares, own, turn.get(shares, own).withheld(withheld));
        }
        yield 0;
      }
      case WHOLE -> takeOfWhole(turn, ask, granted, place.left < times, withheld);
    };
  }

  /**
   * How many times a cost could be taken, by what was committed a moment ago; more than it is while
   * shares have something left.
   */
  long seemsAffordable(StateView view, Ask ask) {
    return atMostLeft(view.peek(wholes, ask.key), ask);
  }

  /** Whether all of any cap was given. */
  public boolean isUsedUp(StateView view, Fund.Key key, Amounts caps) {
    Fund whole = view.peek(wholes, key);
    if (!isReached(caps, Amounts.ofEach(whole::atMost)) && !isLentByOtherCaps(view, whole)) {
      return false; // as it mostly is, and no share has to be read
    }
    return isReached(caps, total(view, key).given);
  }

  /** What was given, by the whole and by its shares. */
  Total total(StateView view, Fund.Key key) {
    SortedSet<FundShare.Key> keys = sharesOf(key);
    view.expect(shares, keys);
    Fund whole = view.peek(wholes, key);
    Amounts given = whole.given();
    long withheld = whole.withheld();
    for (FundShare.Key each : keys) {
      FundShare share = view.peek(shares, each);
      given = given.plus(share.given());
      withheld += share.withheld();
    }
    return new Total(given, withheld);
  }

  /** The keys of all of a budget's shares, in their order; none for one of a viewer's own. */
  SortedSet<FundShare.Key> sharesOf(Fund.Key key) {
    SortedSet<FundShare.Key> keys = new TreeSet<>();
    for (int number = 0; number < SHARES && !key.isOfViewer(); number++) {
      keys.add(new FundShare.Key(key.merchantId(), key.id(), key.window(), number));
    }
    return keys;
  }

  private long takeOfWhole(Turn turn, Ask ask, long granted, boolean isShort, long withheld) {
    Fund before = turn.get(wholes, ask.key);
    Fund after = before.plus(ask.cost.times(granted)).withheld(hasNotices ? withheld : 0);
    long percent = !hasNotices ? 0 : isShort ? ALL : percentOf(after, ask.caps);
    boolean isDue = percent > before.toldPercent();
    after = isDue ? after.told(percent) : after;
    if (!after.equals(before)) {
      turn.set(wholes, ask.key, after);
    }
    if (granted > 0 && isLendable(ask) && isWorthLending(after, ask)) {
      lend(turn, ask, after);
    }
    return isDue ? percent : 0;
  }

  private Place place(Turn turn, Ask ask, long times) {
    if (isLendable(ask)) {
      FundShare own = turn.get(shares, shareOf(turn, ask.key));
      if (own.programVersion() == turn.program().version() && left(own, ask) >= times) {
        return new Place(Where.SHARE, times);
      }
    }
    if (usedUp.getIfPresent(ask.key) != null && isUsedUp(turn.peek(wholes, ask.key), ask)) {
      return new Place(Where.NOWHERE, 0);
    }
    Fund whole = turn.get(wholes, ask.key);
    long surely = surelyLeft(whole, ask);
    if (isLentByOtherCaps(turn, whole) || (surely < times && surely < atMostLeft(whole, ask))) {
      whole = callIn(turn, ask, whole);
      surely = surelyLeft(whole, ask);
    }
    if (!ask.key.isOfViewer() && isUsedUp(whole, ask)) {
      usedUp.put(ask.key, true);
    }
    return new Place(Where.WHOLE, Math.min(times, surely));
  }

  /** Whether nothing will ever be left for the cost by these caps, and nobody has to be told. */
  private boolean isUsedUp(Fund whole, Ask ask) {
    return atMostLeft(whole, ask) == 0 && (!hasNotices || whole.toldPercent() >= ALL);
  }

  private static boolean isLentByOtherCaps(StateView view, Fund whole) {
    return whole.programVersion() != 0 && whole.programVersion() != view.program().version();
  }

  private static boolean isReached(Amounts caps, Amounts given) {
    for (int kind = 0; kind < Amounts.KINDS; kind++) {
      if (caps.of(kind) > 0 && given.of(kind) >= caps.of(kind)) {
        return true;
      }
    }
    return false;
  }

  /** Locks the shares, and takes what they have left. */
  private Fund callIn(Turn turn, Ask ask, Fund whole) {
    SortedSet<FundShare.Key> keys = sharesOf(ask.key);
    keys.forEach(key -> turn.want(shares, key));
    Amounts given = Amounts.NOTHING;
    for (FundShare.Key key : keys) {
      FundShare share = turn.get(shares, key);
      given = given.plus(share.given());
      if (!share.until().equals(share.given())) {
        turn.set(shares, key, share.calledIn());
      }
    }
    Fund after =
        whole.lending(
            given,
            Amounts.NOTHING,
            Math.max(whole.largestPermille(), permille(ask)),
            turn.program().version());
    turn.set(wholes, ask.key, after);
    return after;
  }

  /** Divides what can be lent of what was asked for, and of what is lent already, evenly. */
  private void lend(Turn turn, Ask ask, Fund whole) {
    Fund all = callIn(turn, ask, whole);
    if (!isWorthLending(all, ask)) {
      return; // what a reward of this size has to find in the whole has become more
    }
    Amounts each =
        Amounts.ofEach(
            kind -> ask.touches(kind) || whole.isOut(kind) ? share(all, ask.caps, kind) : 0);
    Amounts lent = Amounts.NOTHING;
    for (FundShare.Key key : sharesOf(ask.key)) {
      FundShare share = turn.get(shares, key).lent(each, all.programVersion());
      lent = lent.plus(share.until());
      turn.set(shares, key, share);
    }
    turn.set(
        wholes,
        ask.key,
        all.lending(lent, each.times(SHARES), all.largestPermille(), all.programVersion()));
  }

  private static boolean isLendable(Ask ask) {
    if (ask.key.isOfViewer() || !ask.touches()) {
      return false;
    }
    for (int kind = 0; kind < Amounts.KINDS; kind++) {
      if (ask.touches(kind) && ask.caps.of(kind) / MIN_TIMES < ask.cost.of(kind)) {
        return false;
      }
    }
    return true;
  }

  private boolean isWorthLending(Fund whole, Ask ask) {
    for (int kind = 0; kind < Amounts.KINDS; kind++) {
      if (ask.touches(kind)
          && share(whole, ask.caps, kind) / MIN_TIMES_IN_SHARE < ask.cost.of(kind)) {
        return false;
      }
    }
    return true;
  }

  /** What each share could be lent of what is surely left. */
  private long share(Fund whole, Amounts caps, int kind) {
    long cap = caps.of(kind);
    if (cap == 0) {
      return 0;
    }
    long free = withoutNotice(whole, cap) - whole.atMost(kind);
    long kept = LongMath.saturatedMultiply(cap, whole.largestPermille()) / PERMILLE;
    return Math.max(0, Math.min(free / 2, free - kept)) / SHARES;
  }

  private static long left(FundShare share, Ask ask) {
    long times = Long.MAX_VALUE;
    for (int kind = 0; kind < Amounts.KINDS; kind++) {
      if (ask.touches(kind)) {
        long left = share.until().of(kind) - share.given().of(kind);
        times = Math.min(times, Math.max(0, left) / ask.cost.of(kind));
      }
    }
    return times;
  }

  /** How many times the cost can be taken whatever the shares have given since. */
  private long surelyLeft(Fund whole, Ask ask) {
    long times = Long.MAX_VALUE;
    for (int kind = 0; kind < Amounts.KINDS; kind++) {
      if (ask.touches(kind)) {
        long cap = ask.caps.of(kind);
        long bound = whole.isOut(kind) ? withoutNotice(whole, cap) : cap;
        times = Math.min(times, Math.max(0, bound - whole.atMost(kind)) / ask.cost.of(kind));
      }
    }
    return times;
  }

  /** How many times the cost could be taken if the shares had given nothing since. */
  private static long atMostLeft(Fund whole, Ask ask) {
    long times = Long.MAX_VALUE;
    for (int kind = 0; kind < Amounts.KINDS; kind++) {
      if (ask.touches(kind)) {
        long left = ask.caps.of(kind) - whole.atLeast(kind);
        times = Math.min(times, Math.max(0, left) / ask.cost.of(kind));
      }
    }
    return times;
  }

  /** How much of a cap can be given before the next notice is due. */
  private long withoutNotice(Fund whole, long cap) {
    if (!hasNotices || whole.toldPercent() >= ALL) {
      return cap;
    }
    long notice = whole.toldPercent() >= NEARLY ? cap : cap - cap * (ALL - NEARLY) / ALL;
    return notice - 1;
  }

  /** Which notice is due by what was given: of several caps, the one that is nearest its end. */
  private static long percentOf(Fund whole, Amounts caps) {
    long percent = 0;
    for (int kind = 0; kind < Amounts.KINDS; kind++) {
      if (caps.of(kind) > 0) {
        percent =
            Math.max(percent, LongMath.saturatedMultiply(whole.atLeast(kind), ALL) / caps.of(kind));
      }
    }
    return percent >= ALL ? ALL : percent >= NEARLY ? NEARLY : 0;
  }

  /** Which part of the caps a cost is, rounded up. */
  private static long permille(Ask ask) {
    long permille = 0;
    for (int kind = 0; kind < Amounts.KINDS; kind++) {
      if (ask.touches(kind)) {
        long part = LongMath.saturatedMultiply(ask.cost.of(kind), PERMILLE) / ask.caps.of(kind);
        permille = Math.max(permille, Math.min(part + 1, PERMILLE));
      }
    }
    return permille;
  }

  /** The share of the turn's lane. Lanes of one node have numbers that follow each other. */
  private static FundShare.Key shareOf(Turn turn, Fund.Key key) {
    return shareOf(turn.shard(), key);
  }

  private static FundShare.Key shareOf(int shard, Fund.Key key) {
    return new FundShare.Key(
        key.merchantId(), key.id(), key.window(), Math.floorMod(shard + shard / SHARES, SHARES));
  }
}
