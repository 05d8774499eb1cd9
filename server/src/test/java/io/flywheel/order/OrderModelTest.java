package io.flywheel.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.AlreadyTold;
import io.flywheel.engine.Facts;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsPrice;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.RedemptionCause;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.Refunded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Orders and refunds through all of the service's rules, in every order of arrival, doubled, in
 * part and under each policy, against a model that is written by hand.
 */
final class OrderModelTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  /** An order of 1,000 pays 100 points at once, 50 that are pending, 5 tickets and a badge. */
  private static final String PROGRAM =
      """
      name: orders
      points: {refund_policy: POLICY}
      tasks:
        - id: order
          title: order
          trigger: order
          repeat: true
          tiers:
            - threshold: 1
              rewards:
                - points: 100
                - points: {amount: 50, pending: 30d}
                - ticket: {lottery_id: wheel, count: 5}
                - badge: buyer
                - experience: 40
      """;

  /** What happens to one viewer, each at a time. */
  private enum Step {
    ORDER,
    REFUND_300,
    REFUND_450,
    REFUND_TOO_MUCH,
    SPEND_80,
    ANOTHER_ORDER
  }

  /** What the viewer has by the model. */
  private static final class Model {
    private final RefundPolicy policy;
    private long balance;
    private long pending;
    private long debt;
    private long tickets;
    private long experience;
    private long orders;
    private boolean told;
    private long refunded;
    private long pointsBack;
    private long pendingBack;
    private long ticketsBack;
    private long experienceBack;

    Model(RefundPolicy policy) {
      this.policy = policy;
    }

    void act(Step step) {
      switch (step) {
        case ORDER -> {
          told = true;
          orders += refunded == 1_000 ? 0 : 1; // what was refunded whole before is no order
          earn();
          takeBack();
        }
        case REFUND_300 -> refund(300);
        case REFUND_450 -> refund(450);
        case REFUND_TOO_MUCH -> refund(900);
        case SPEND_80 -> balance -= balance >= 80 ? 80 : 0;
        case ANOTHER_ORDER -> {
          orders++;
          earn();
        }
      }
    }

    private void earn() {
      long repaid = Math.min(debt, 100);
      debt -= repaid;
      balance += 100 - repaid;
      pending += 50;
      tickets += 5;
      experience += 40;
    }

    private void refund(long minor) {
      boolean wasWhole = refunded < 1_000;
      refunded = Math.min(1_000, refunded + minor);
      if (told) {
        orders -= wasWhole && refunded == 1_000 ? 1 : 0;
        takeBack();
      }
    }

    /** In proportion to what was refunded in all, of each reward by itself. */
    private void takeBack() {
      long points = 100 * refunded / 1_000 - pointsBack;
      pointsBack += points;
      if (policy != RefundPolicy.REFUND_POLICY_ONLY_PENDING) {
        long taken = Math.min(points, balance);
        balance -= taken;
        debt += policy == RefundPolicy.REFUND_POLICY_DEBT ? points - taken : 0;
        long lost = 5 * refunded / 1_000 - ticketsBack;
        ticketsBack += lost;
        tickets -= lost;
        long unlearned = 40 * refunded / 1_000 - experienceBack;
        experienceBack += unlearned;
        experience -= unlearned;
      }
      long back = 50 * refunded / 1_000 - pendingBack;
      pendingBack += back;
      pending -= back;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RefundPolicy.class,
      mode = Mode.MATCH_ANY,
      names = ".*_(PENDING|BALANCE|DEBT)")
  void everyOrderOfArrivalComesToWhatTheModelSays(RefundPolicy policy) {
    CompiledProgram program = program(PROGRAM, policy);
    List<List<Step>> orders = permutations(List.of(Step.values()));
    assertThat(orders).hasSize(720);
    for (int i = 0; i < orders.size(); i++) {
      List<Step> steps = orders.get(i);
      Viewer viewer = new Viewer(program, "v" + i);
      Model model = new Model(policy);
      for (Step step : steps) {
        viewer.act(step);
        model.act(step);
        viewer.check(model, steps + " after " + step);
      }
    }
  }

  @Test
  void pointsThatWereForfeitedAreNotTakenASecondTime() {
    String waits = "- points: {amount: 100, until_completed: {at_most: 1d, otherwise: forfeit}}";
    CompiledProgram program =
        program(PROGRAM.replace("- points: 100", waits), RefundPolicy.REFUND_POLICY_DEBT);
    RecordingTurn turn =
        new RecordingTurn(program, new ViewerKey("shop", "v"), TestPrograms.reactors());
    turn.run(NOON, ordered("o1").setEventId("e1").setViewerId("v").build());
    assertThat(turn.run(NOON, refunded("r1", 300).setEventId("e2").setViewerId("v").build()))
        .filteredOn(Fact::hasPointsBooked)
        .extracting(fact -> fact.getPointsBooked().getAmount())
        .as("of what waits, and of what is pending")
        .containsExactly(30L, 15L);
    Instant later = NOON.plus(Duration.ofDays(2));
    turn.settle(later);
    assertThat(turn.run(later, refunded("r2", 700).setEventId("e3").setViewerId("v").build()))
        .filteredOn(Fact::hasPointsBooked)
        .extracting(
            fact -> fact.getPointsBooked().getKind(), fact -> fact.getPointsBooked().getAmount())
        .as("of what is pending alone")
        .containsExactly(tuple(PointsEntryKind.POINTS_ENTRY_KIND_REVOKED_PENDING, 35L));
  }

  /** A viewer whose every event is told three times, of which two are duplicates. */
  private static final class Viewer {
    private final RecordingTurn turn;
    private Instant at = NOON;
    private PointsBooked points = PointsBooked.getDefaultInstance();
    private long tickets;
    private int events;

    Viewer(CompiledProgram program, String viewerId) {
      turn = new RecordingTurn(program, new ViewerKey("shop", viewerId), TestPrograms.reactors());
    }

    void act(Step step) {
      at = at.plusSeconds(60);
      switch (step) {
        case ORDER -> tellTwice(ordered("o1"));
        case REFUND_300 -> tellTwice(refunded("r1", 300));
        case REFUND_450 -> tellTwice(refunded("r2", 450));
        case REFUND_TOO_MUCH -> tellTwice(refunded("r3", 900));
        case ANOTHER_ORDER -> tellTwice(ordered("o2"));
        case SPEND_80 -> spend();
      }
    }

    private void tellTwice(Event.Builder event) {
      run(event.setEventId("e" + ++events).setViewerId("v").build());
      boolean duplicate = false;
      try {
        run(event.setEventId("e" + ++events).build());
      } catch (AlreadyTold e) {
        duplicate = true;
      }
      assertThat(duplicate).isTrue();
    }

    private void spend() {
      PriceCharged charged =
          PriceCharged.newBuilder()
              .setPrice(Price.newBuilder().setPoints(PointsPrice.newBuilder().setAmount(80)))
              .setCause(
                  Cause.newBuilder()
                      .setRedemption(RedemptionCause.newBuilder().setRedemptionId("mug")))
              .build();
      try {
        run(Facts.of(charged).build());
      } catch (ServiceException e) {
        assertThat(e.reason().name()).isEqualTo("ERROR_REASON_INSUFFICIENT_POINTS");
      }
    }

    private void run(Object body) {
      for (Fact fact : turn.run(at, body)) {
        points = fact.hasPointsBooked() ? fact.getPointsBooked() : points;
        tickets = fact.hasTicketsBooked() ? fact.getTicketsBooked().getBalance() : tickets;
      }
    }

    void check(Model model, String when) {
      assertThat(List.of(points.getBalance(), points.getPending(), points.getDebt(), tickets))
          .as("%s: balance, pending, debt and tickets", when)
          .isEqualTo(List.of(model.balance, model.pending, model.debt, model.tickets));
      assertThat(points.getBalance() > 0 && points.getDebt() > 0).as(when).isFalse();
      assertThat(List.of(turn.profileNow().getOrders(), turn.profileNow().getExperience()))
          .as("%s: orders and experience", when)
          .isEqualTo(List.of(model.orders, model.experience));
    }
  }

  private static Event.Builder ordered(String orderId) {
    return event().setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(1_000));
  }

  private static Event.Builder refunded(String refundId, long minor) {
    return event()
        .setRefunded(
            Refunded.newBuilder().setOrderId("o1").setRefundId(refundId).setAmountMinor(minor));
  }

  private static Event.Builder event() {
    return Event.newBuilder().setOccurredAt(Timestamps.fromMillis(NOON.toEpochMilli()));
  }

  private static CompiledProgram program(String document, RefundPolicy policy) {
    String name = policy.name().replace("REFUND_POLICY_", "").toLowerCase(Locale.ROOT);
    return TestPrograms.compile(TestPrograms.check(document.replace("POLICY", name)).orThrow());
  }

  private static <T> List<List<T>> permutations(List<T> of) {
    if (of.isEmpty()) {
      return List.of(List.of());
    }
    List<List<T>> all = new ArrayList<>();
    for (T first : of) {
      List<T> others = new ArrayList<>(of);
      others.remove(first);
      for (List<T> rest : permutations(others)) {
        List<T> each = new ArrayList<>(List.of(first));
        each.addAll(rest);
        all.add(each);
      }
    }
    return all;
  }
}
