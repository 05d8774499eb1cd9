package io.flywheel.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.Cause;
import io.flywheel.v1.DrawCause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.PendingEnd;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.UntilCompleted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A viewer's account against a model, and its corner cases one by one. The system property
 * flywheel.ledger.operations says how many operations the model is compared for.
 */
@SuppressWarnings("NullAway") // what is missing in a map fails the test
final class AccountTest {
  private static final int OPERATIONS = Integer.getInteger("flywheel.ledger.operations", 40_000);
  private static final int OPERATIONS_A_LIFE = 400;
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final Map<LedgerAccount, Long> accounts = new EnumMap<>(LedgerAccount.class);
  private final List<PointsEntry> entries = new ArrayList<>();
  private final Map<String, ChargeState> charges = new HashMap<>();
  private PointsState state = PointsState.getDefaultInstance();
  private PointByPoint model = new PointByPoint();
  private long now;

  @Test
  void randomLivesEqualAModelThatKeepsEveryPointApart() {
    int done = 0;
    for (long seed = 1; done < OPERATIONS; seed++) {
      begin();
      Random random = new Random(seed);
      for (int i = 0; i < OPERATIONS_A_LIFE; i++, done++) {
        now += random.nextInt(4) == 0 ? 0 : (long) (random.nextDouble() * 12 * HOUR);
        String operation = operate(random, "x" + i);
        check("seed %d, operation %d: %s".formatted(seed, i, operation));
      }
      now += 400 * DAY;
      act(account -> {});
      model.settle(now);
      check("seed %d, at the end".formatted(seed));
      assertThat(state.getPending() + state.getHeld()).isZero();
      assertThat(state.getLotsList()).isEmpty();
    }
    assertThat(done).isGreaterThanOrEqualTo(OPERATIONS);
  }

  /** Does the same to the account and to the model, and returns what it was. */
  private String operate(Random random, String id) {
    int amount = 1 + random.nextInt(20);
    model.settle(now);
    switch (random.nextInt(13)) {
      case 0, 1, 2 -> {
        long pending = random.nextInt(3) == 0 ? (1 + random.nextInt(72)) * HOUR : 0;
        long lasts = random.nextInt(4) == 0 ? 0 : (1 + random.nextInt(24 * 12)) * HOUR;
        act(account -> account.earn(amount, pending, lasts, Cause.getDefaultInstance()));
        model.earn(amount, now, pending, lasts, latestEarned());
        return "earn %d, pending %d, lasting %d".formatted(amount, pending, lasts);
      }
      case 3, 4 -> {
        boolean paid = tries(account -> charges.put(id, account.charge(amount, cause(id))));
        assertThat(model.charge(id, amount)).as("whether %d can be spent", amount).isEqualTo(paid);
        return "charge " + amount;
      }
      case 5 -> {
        List<String> open =
            charges.keySet().stream().filter(each -> model.refundable(each) > 0).sorted().toList();
        if (open.isEmpty()) {
          return nothing();
        }
        String charge = open.get(random.nextInt(open.size()));
        int part = 1 + random.nextInt(model.refundable(charge));
        act(account ->
            charges.put(charge, account.refund(charges.get(charge), part, cause(charge))));
        model.refund(charge, part, now);
        return "refund %d of %s".formatted(part, charge);
      }
      case 6 -> {
        long lapses = now + (1 + random.nextInt(60)) * HOUR;
        boolean held = tries(account -> account.hold(id, amount, lapses, "cart"));
        assertThat(model.hold(id, amount, lapses)).isEqualTo(held);
        return "hold %d until %d".formatted(amount, lapses);
      }
      case 7 -> {
        if (model.holds().isEmpty()) {
          return nothing();
        }
        String hold = model.holds().get(random.nextInt(model.holds().size()));
        if (random.nextBoolean()) {
          act(account -> account.release(hold));
          model.release(hold, now);
          return "release " + hold;
        }
        int part = 1 + random.nextInt(model.heldBy(hold));
        act(account -> charges.put(hold, account.commit(hold, part).charge()));
        model.commit(hold, part, now);
        return "commit %d of %s".formatted(part, hold);
      }
      case 8 -> {
        List<PointsEntry> earned = entries.stream().filter(AccountTest::isEarned).toList();
        if (earned.isEmpty()) {
          return nothing();
        }
        PointsEntry entry =
            earned.get(Math.max(0, earned.size() - 1 - random.nextInt(Math.min(9, earned.size()))));
        int part = 1 + random.nextInt(Math.toIntExact(entry.getAmount()));
        RefundPolicy policy =
            List.of(
                    RefundPolicy.REFUND_POLICY_ONLY_PENDING,
                    RefundPolicy.REFUND_POLICY_WITHIN_BALANCE,
                    RefundPolicy.REFUND_POLICY_DEBT)
                .get(random.nextInt(3));
        act(account ->
            account.revoke(part, entry.getEntryNumber(), policy, Cause.getDefaultInstance()));
        model.revoke(part, entry.getEntryNumber(), policy);
        return "take back %d of entry %d, %s".formatted(part, entry.getEntryNumber(), policy);
      }
      case 9, 10 -> {
        long days = 1L + random.nextInt(10);
        long afterwards = random.nextInt(2) * (1L + random.nextInt(72)) * HOUR;
        boolean forfeits = random.nextBoolean();
        String order = "o" + random.nextInt(4);
        act(account ->
            account.earnUntilCompleted(
                untilCompleted(amount, days, afterwards, forfeits), orderCause(order)));
        long due = now + days * DAY + (forfeits ? 0 : afterwards);
        model.earnUntilCompleted(amount, order, due, afterwards, forfeits, latestEarned());
        return "earn %d for %s, %d days at most, forfeits: %s"
            .formatted(amount, order, days, forfeits);
      }
      case 11 -> {
        String order = "o" + random.nextInt(4);
        act(account -> account.complete(order));
        model.complete(order, now);
        return "complete " + order;
      }
      default -> {
        return nothing();
      }
    }
  }

  private static PointsReward untilCompleted(
      int amount, long days, long afterwardsMillis, boolean forfeits) {
    return PointsReward.newBuilder()
        .setAmount(amount)
        .setPending(Durations.fromMillis(afterwardsMillis))
        .setUntilCompleted(
            UntilCompleted.newBuilder()
                .setAtMost(Durations.fromDays(days))
                .setOtherwise(
                    forfeits ? PendingEnd.PENDING_END_FORFEIT : PendingEnd.PENDING_END_CONFIRM))
        .build();
  }

  private static Cause orderCause(String orderId) {
    return Cause.newBuilder().setOrderId(orderId).build();
  }

  private String nothing() {
    act(account -> {});
    return "nothing";
  }

  private void check(String when) {
    assertThat(List.of(state.getBalance(), state.getPending(), state.getHeld(), state.getDebt()))
        .as("%s: balance, pending, held and debt", when)
        .isEqualTo(List.of(model.balance(), model.pending(), model.held(), model.debt()));
    Lot next = Lots.next(state);
    assertThat(next.getLeft() == 0 ? null : Map.entry(next.getExpiresMs(), next.getLeft()))
        .as("%s: what lapses next", when)
        .isEqualTo(model.nextLapse().orElse(null));
    assertThat(accounts.values().stream().mapToLong(Long::longValue).sum()).as(when).isZero();
    assertThat(accounts.get(LedgerAccount.VIEWER)).as(when).isEqualTo(Lots.sum(state));
    assertThat(accounts.get(LedgerAccount.PENDING)).as(when).isEqualTo(state.getPending());
    assertThat(accounts.get(LedgerAccount.HELD)).as(when).isEqualTo(state.getHeld());
    assertThat(accounts.get(LedgerAccount.DEBT)).as(when).isEqualTo(-state.getDebt());
    assertThat(state.getBalance() > 0 && state.getDebt() > 0).as(when).isFalse();
    assertThat(state.getPendingLotsList().stream().mapToLong(PendingLot::getAmount).sum())
        .as(when)
        .isEqualTo(state.getPending());
  }

  /** Each amount waits for its own order, so that none is merged with another one's. */
  @Test
  void manyOrdersWaitEachByItselfAndFurtherOnesForTheTimeAlone() {
    begin();
    for (int i = 0; i < Account.MAX_WAITING_LOTS; i++) {
      String order = "o" + i;
      act(account -> account.earnUntilCompleted(untilCompleted(2, 9, 0, true), orderCause(order)));
    }
    act(account ->
        account.earnUntilCompleted(untilCompleted(5, 9, 0, true), orderCause("one-too-many")));
    for (int i = 0; i < Account.MAX_PENDING_LOTS + 5; i++) {
      long pendingMillis = DAY + i;
      act(account -> account.earn(1, pendingMillis, 0, Cause.getDefaultInstance()));
    }
    act(account -> account.complete("one-too-many"));
    assertThat(state.getBalance()).isZero();
    act(account -> account.complete("o7"));
    assertThat(state.getBalance()).isEqualTo(2);
    assertThat(entries.get(entries.size() - 1).getCause().getOrderId()).isEqualTo("o7");
    now = 9 * DAY;
    act(account -> {});
    assertThat(state.getBalance()).isEqualTo(2 + 5 + Account.MAX_PENDING_LOTS + 5);
    assertThat(state.getPending()).isZero();
  }

  @Test
  void pointsThatWaitForNoOrderAreNotForfeited() {
    begin();
    act(account ->
        account.earnUntilCompleted(untilCompleted(2, 9, 0, true), Cause.getDefaultInstance()));
    now = 9 * DAY;
    act(account -> {});
    assertThat(state.getBalance()).isEqualTo(2);
  }

  @Test
  void pointsThatHaveLapsedCannotBeSpentToTheMillisecond() {
    begin();
    act(account -> account.earn(10, 0, HOUR, Cause.getDefaultInstance()));
    now = HOUR - 1;
    assertThat(tries(account -> account.charge(4, cause("a")))).isTrue();
    now = HOUR;
    assertThatThrownBy(() -> act(account -> account.charge(1, cause("b"))))
        .hasMessage("price.points: 1 (expected: at most 0, for the viewer can spend no more)");
  }

  @Test
  void aRefundGoesBackToTheLotsItCameFromLastTakenFirst() {
    begin();
    act(account -> account.earn(10, 0, 2 * DAY, Cause.getDefaultInstance()));
    act(account -> account.earn(10, 0, 9 * DAY, Cause.getDefaultInstance()));
    act(account -> account.earn(10, 0, 0, Cause.getDefaultInstance()));
    act(account -> charges.put("a", account.charge(25, cause("a"))));
    act(account -> charges.put("a", account.refund(charges.get("a"), 7, cause("a"))));
    assertThat(state.getEndless()).isEqualTo(10);
    assertThat(ends()).containsExactly(Map.entry(9 * DAY, 2L));
    act(account -> charges.put("a", account.refund(charges.get("a"), 18, cause("a"))));
    assertThat(ends()).containsExactly(Map.entry(2 * DAY, 10L), Map.entry(9 * DAY, 10L));
    assertThatThrownBy(() -> act(account -> account.refund(charges.get("a"), 1, cause("a"))))
        .hasMessage("1 points come back (expected: at most 0)");
  }

  @Test
  void pointsWhoseEndPassedWhileTheyWereSpentComeBackForADayOnce() {
    begin();
    act(account -> account.earn(10, 0, HOUR, Cause.getDefaultInstance()));
    act(account -> charges.put("a", account.charge(10, cause("a"))));
    now = 5 * HOUR;
    act(account -> charges.put("a", account.refund(charges.get("a"), 10, cause("a"))));
    assertThat(ends()).containsExactly(Map.entry(29 * HOUR, 10L));
    act(account -> charges.put("b", account.charge(10, cause("b"))));
    now = 30 * HOUR;
    act(account -> account.refund(charges.get("b"), 10, cause("b")));
    assertThat(state.getBalance()).isZero();
    assertThat(entries.get(entries.size() - 1).getKind())
        .isEqualTo(PointsEntryKind.POINTS_ENTRY_KIND_EXPIRED);
  }

  @Test
  void pointsWhoseEndPassesWhileTheyAreHeldStillPay() {
    begin();
    act(account -> account.earn(10, 0, HOUR, Cause.getDefaultInstance()));
    act(account -> account.hold("cart", 10, 3 * HOUR, "cart"));
    now = 2 * HOUR;
    act(account -> account.commit("cart", 6));
    assertThat(state.getHeld()).isZero();
    assertThat(ends()).containsExactly(Map.entry(26 * HOUR, 4L));
  }

  @Test
  void aHoldLapsesByItselfAndNoLater() {
    begin();
    act(account -> account.earn(10, 0, 0, Cause.getDefaultInstance()));
    act(account -> account.hold("cart", 10, HOUR, "cart"));
    now = HOUR - 1;
    assertThat(tries(account -> account.charge(1, cause("a")))).isFalse();
    now = HOUR;
    assertThat(tries(account -> account.charge(10, cause("a")))).isTrue();
    assertThatThrownBy(() -> act(account -> account.commit("cart", 0)))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_HOLD_NOT_FOUND));
  }

  @Test
  void whatComesInPaysTheDebtFirst() {
    begin();
    act(account -> account.earn(10, 0, 0, Cause.getDefaultInstance()));
    act(account -> account.charge(10, cause("a")));
    act(account ->
        account.revoke(10, 1, RefundPolicy.REFUND_POLICY_DEBT, Cause.getDefaultInstance()));
    assertThat(state.getDebt()).isEqualTo(10);
    act(account -> account.earn(4, 0, HOUR, Cause.getDefaultInstance()));
    assertThat(state.getDebt()).isEqualTo(6);
    assertThat(state.getBalance()).isZero();
    act(account -> account.earn(9, HOUR, 0, Cause.getDefaultInstance()));
    assertThat(state.getDebt()).isEqualTo(6);
    now = HOUR;
    act(account -> {});
    assertThat(state.getDebt()).isZero();
    assertThat(state.getBalance()).isEqualTo(3);
  }

  @Test
  void viewersAreToldSevenDaysAndOneDayBeforeAndOnceForWhatLapsesTogether() {
    begin();
    act(account -> account.earn(10, 0, 20 * DAY, Cause.getDefaultInstance()));
    act(account -> account.earn(5, 0, 20 * DAY + HOUR / 2, Cause.getDefaultInstance()));
    act(account -> account.earn(3, 0, 20 * DAY + 6 * HOUR, Cause.getDefaultInstance()));
    act(account -> account.earn(2, 0, 20 * DAY + 30 * HOUR, Cause.getDefaultInstance()));
    assertThat(told(13 * DAY - 1)).isEmpty();
    assertThat(told(13 * DAY)).containsExactly("18 until " + 20 * DAY + " by 7d");
    assertThat(told(13 * DAY + 20 * HOUR)).isEmpty();
    assertThat(told(14 * DAY + 6 * HOUR))
        .containsExactly("2 until " + (20 * DAY + 30 * HOUR) + " by 7d");
    assertThat(told(19 * DAY)).containsExactly("15 until " + 20 * DAY + " by 1d");
    assertThat(told(19 * DAY + 6 * HOUR))
        .containsExactly("3 until " + (20 * DAY + 6 * HOUR) + " by 1d");
  }

  @Test
  void nobodyIsToldOfPointsThatLapseWithinTheNoticesTime() {
    begin();
    act(account -> account.earn(10, 0, 20 * HOUR, Cause.getDefaultInstance()));
    assertThat(told(20 * HOUR - 1)).isEmpty();
  }

  @Test
  void tooManyHoldsAreRefused() {
    begin();
    act(account -> account.earn(100, 0, 0, Cause.getDefaultInstance()));
    for (int i = 0; i < Account.MAX_HOLDS; i++) {
      String id = "h" + i;
      act(account -> account.hold(id, 1, DAY, "cart"));
    }
    assertThatThrownBy(() -> act(account -> account.hold("more", 1, DAY, "cart")))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_TOO_MANY_HOLDS));
    assertThatThrownBy(() -> act(account -> account.hold("h3", 1, DAY, "cart")))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_HOLD_EXISTS));
  }

  private List<String> told(long at) {
    now = at;
    List<String> told = new ArrayList<>();
    act(
        account -> {},
        account ->
            account
                .notices()
                .forEach(notice ->
                    told.add(
                        "%d until %d by %dd"
                            .formatted(
                                notice.getAmount(),
                                notice.getExpiresAt().getSeconds() * 1_000,
                                notice.getNotice().getSeconds() / 86_400))));
    return told;
  }

  private void begin() {
    state = PointsState.getDefaultInstance();
    model = new PointByPoint();
    now = 0;
    charges.clear();
    entries.clear();
    for (LedgerAccount account : LedgerAccount.values()) {
      accounts.put(account, 0L);
    }
  }

  private boolean tries(Consumer<Account> deed) {
    try {
      act(deed);
      return true;
    } catch (ServiceException e) {
      assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS);
      act(account -> {}); // what fell due is booked whatever is refused
      return false;
    }
  }

  private void act(Consumer<Account> deed) {
    act(deed, account -> {});
  }

  private void act(Consumer<Account> deed, Consumer<Account> after) {
    Account account = new Account(state, now);
    account.settle();
    deed.accept(account);
    state = account.state();
    for (PointsEntry entry : account.entries()) {
      entries.add(entry);
      assertThat(entry.getEntryNumber()).isEqualTo(entries.size());
      accounts.replaceAll(
          (each, balance) -> balance + each.change(entry.getKind(), entry.getAmount()));
      assertThat(entry.getBalance()).isEqualTo(accounts.get(LedgerAccount.VIEWER)).isNotNegative();
      assertThat(entry.getHeld()).isEqualTo(accounts.get(LedgerAccount.HELD)).isNotNegative();
      assertThat(entry.getPending()).isEqualTo(accounts.get(LedgerAccount.PENDING)).isNotNegative();
      assertThat(entry.getDebt()).isEqualTo(-accounts.get(LedgerAccount.DEBT)).isNotNegative();
    }
    after.accept(account);
  }

  private List<Map.Entry<Long, Long>> ends() {
    return state.getLotsList().stream()
        .map(lot -> Map.entry(lot.getExpiresMs(), lot.getLeft()))
        .toList();
  }

  private long latestEarned() {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (isEarned(entries.get(i))) {
        return entries.get(i).getEntryNumber();
      }
    }
    throw new AssertionError("nothing was earned");
  }

  private static boolean isEarned(PointsEntry entry) {
    return entry.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED
        || entry.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING;
  }

  private static Cause cause(String id) {
    return Cause.newBuilder().setDraw(DrawCause.newBuilder().setDrawId(id)).build();
  }
}
