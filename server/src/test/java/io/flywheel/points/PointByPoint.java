package io.flywheel.points;

import io.flywheel.v1.RefundPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A viewer's points as a model keeps them: each point by itself, by the rules as people would say
 * them. It shares nothing with the ledger.
 */
@SuppressWarnings("NullAway") // what is missing in a map fails the test
final class PointByPoint {
  static final long NEVER = Long.MAX_VALUE;

  private static final long GRACE = 24L * 3_600_000;

  /**
   * A point that can be spent, or was.
   *
   * @param until when it lapses
   * @param entry the entry that made it spendable
   */
  private record Point(long until, long entry, boolean graced) {}

  /**
   * A point that is pending.
   *
   * @param order the order that makes it mature; empty: none
   * @param afterwards how long it stays pending when the order is complete
   */
  private record Pending(
      long due, long lastsMillis, long entry, String order, long afterwards, boolean forfeits) {}

  private record Hold(long lapses, List<Point> points) {}

  /** In the order in which they are spent. */
  private final List<Point> spendable = new ArrayList<>();

  /** In the order in which they mature. */
  private final List<Pending> pending = new ArrayList<>();

  private final Map<String, Hold> holds = new LinkedHashMap<>();
  private final Map<String, List<Point>> charges = new HashMap<>();
  private long debt;
  private long matured;

  long balance() {
    return spendable.size();
  }

  long pending() {
    return pending.size();
  }

  long held() {
    return holds.values().stream().mapToLong(hold -> hold.points.size()).sum();
  }

  long debt() {
    return debt;
  }

  /** When the next point lapses, and how many do then; nothing if none ever does. */
  Optional<Map.Entry<Long, Long>> nextLapse() {
    if (spendable.isEmpty() || spendable.get(0).until == NEVER) {
      return Optional.empty();
    }
    long until = spendable.get(0).until;
    return Optional.of(
        Map.entry(until, spendable.stream().filter(point -> point.until == until).count()));
  }

  /** What can still be refunded of a charge. */
  int refundable(String charge) {
    return charges.getOrDefault(charge, List.of()).size();
  }

  List<String> holds() {
    return List.copyOf(holds.keySet());
  }

  int heldBy(String hold) {
    return holds.get(hold).points.size();
  }

  /** Lets come about what falls due until a time, one after the other. */
  void settle(long now) {
    for (; ; ) {
      long maturity = pending.isEmpty() ? NEVER : pending.get(0).due;
      Optional<String> hold =
          holds.keySet().stream()
              .reduce(
                  (one, other) -> holds.get(other).lapses < holds.get(one).lapses ? other : one);
      long release = hold.map(id -> holds.get(id).lapses).orElse(NEVER);
      long lapse = spendable.isEmpty() ? NEVER : spendable.get(0).until;
      long next = Math.min(maturity, Math.min(release, lapse));
      if (next > now || next == NEVER) {
        return;
      }
      if (maturity == next) {
        Pending first = pending.remove(0);
        if (!first.forfeits) {
          mature(first, first.due);
        }
      } else if (release == next) {
        giveBack(holds.remove(hold.orElseThrow()).points, next);
      } else {
        spendable.remove(0);
      }
    }
  }

  private void mature(Pending point, long at) {
    long until = point.lastsMillis == 0 ? NEVER : at + point.lastsMillis;
    put(new Point(until, --matured, false));
    repay();
  }

  void earnUntilCompleted(
      int amount, String order, long due, long afterwards, boolean forfeits, long entry) {
    for (int i = 0; i < amount; i++) {
      add(new Pending(due, 0, entry, order, afterwards, forfeits));
    }
  }

  /** Each point that waits for the order matures, or waits on. */
  void complete(String order, long now) {
    List<Pending> confirmed = pending.stream().filter(point -> point.order.equals(order)).toList();
    pending.removeAll(confirmed);
    for (Pending point : confirmed) {
      if (point.afterwards == 0) {
        mature(point, now);
      } else {
        add(new Pending(now + point.afterwards, 0, point.entry, "", 0, false));
      }
    }
  }

  private void add(Pending point) {
    int index = pending.size();
    while (index > 0 && pending.get(index - 1).due > point.due) {
      index--;
    }
    pending.add(index, point);
  }

  void earn(int amount, long now, long pendingMillis, long lastsMillis, long entry) {
    for (int i = 0; i < amount; i++) {
      if (pendingMillis == 0) {
        put(new Point(lastsMillis == 0 ? NEVER : now + lastsMillis, entry, false));
      } else {
        add(new Pending(now + pendingMillis, lastsMillis, entry, "", 0, false));
      }
    }
    repay();
  }

  boolean charge(String id, int amount) {
    if (amount > spendable.size()) {
      return false;
    }
    charges.put(id, take(amount));
    return true;
  }

  void refund(String id, int amount, long now) {
    giveBack(takeLast(charges.get(id), amount), now);
  }

  boolean hold(String id, int amount, long lapses) {
    if (amount > spendable.size()) {
      return false;
    }
    holds.put(id, new Hold(lapses, take(amount)));
    return true;
  }

  void commit(String id, int amount, long now) {
    List<Point> points = holds.remove(id).points;
    List<Point> rest = takeLast(points, points.size() - amount);
    charges.put(id, points);
    giveBack(rest, now);
  }

  void release(String id, long now) {
    giveBack(holds.remove(id).points, now);
  }

  void revoke(int amount, long entry, RefundPolicy policy) {
    int missing = amount;
    for (int i = 0; i < pending.size() && missing > 0; ) {
      if (pending.get(i).entry == entry) {
        pending.remove(i);
        missing--;
      } else {
        i++;
      }
    }
    if (policy == RefundPolicy.REFUND_POLICY_ONLY_PENDING) {
      return;
    }
    for (int i = 0; i < spendable.size() && missing > 0; ) {
      Point point = spendable.get(i);
      if (point.entry == entry && point.until < NEVER) {
        spendable.remove(i);
        missing--;
      } else {
        i++;
      }
    }
    int taken = Math.min(missing, spendable.size());
    take(taken);
    if (policy == RefundPolicy.REFUND_POLICY_DEBT) {
      debt += missing - taken;
    }
  }

  private void put(Point point) {
    int index = spendable.size();
    while (index > 0 && spendable.get(index - 1).until > point.until) {
      index--;
    }
    spendable.add(index, point);
  }

  private List<Point> take(int amount) {
    List<Point> first = spendable.subList(0, amount);
    List<Point> taken = new ArrayList<>(first);
    first.clear();
    return taken;
  }

  private static List<Point> takeLast(List<Point> points, int amount) {
    List<Point> last = points.subList(points.size() - amount, points.size());
    List<Point> taken = new ArrayList<>(last);
    last.clear();
    return Collections.unmodifiableList(taken);
  }

  private void giveBack(List<Point> points, long now) {
    for (Point point : points) {
      boolean late = point.until <= now;
      put(late && !point.graced ? new Point(now + GRACE, point.entry, true) : point);
    }
    repay();
    settle(now);
  }

  private void repay() {
    int repaid = Math.toIntExact(Math.min(debt, spendable.size()));
    take(repaid);
    debt -= repaid;
  }
}
