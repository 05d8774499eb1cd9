package io.flywheel.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.flywheel.engine.Facts;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.PriceReactor;
import io.flywheel.testing.KeepersForTests;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Cause;
import io.flywheel.v1.DrawCause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.FreezeReward;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.PriceRefunded;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.TicketBalance;
import io.flywheel.v1.TicketPrice;
import io.flywheel.v1.TicketReward;
import io.flywheel.v1.Viewer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TicketReactorTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Cause DRAW =
      Cause.newBuilder().setDraw(DrawCause.newBuilder().setDrawId("d1")).build();

  private final TicketSlice slice = new TicketSlice();
  private final TicketReactor reactor = new TicketReactor(slice);
  private final RecordingTurn turn =
      new RecordingTurn(
          TestPrograms.empty(),
          new ViewerKey("shop", "anna"),
          reactor,
          new PriceReactor(KeepersForTests.with(reactor)));

  @Test
  void ticketsAreKeptForEachLotteryByItself() {
    give("wheel", 2);
    give("box", 3);
    give("wheel", 5);
    assertThat(turn.get(slice).getBalancesList())
        .containsExactly(balance("box", 3), balance("wheel", 7));
  }

  @Test
  void aRewardWithoutACountIsOneTicket() {
    turn.run(
        NOON,
        given(Reward.newBuilder().setTicket(TicketReward.newBuilder().setLotteryId("wheel"))));
    assertThat(turn.get(slice).getBalancesList()).containsExactly(balance("wheel", 1));
  }

  @Test
  void aChargeTakesTicketsAndSaysWhatIsLeft() {
    give("wheel", 3);
    List<Fact> facts = charge("wheel", 2);
    assertThat(facts).hasSize(1);
    assertThat(facts.get(0).getTicketsBooked().getChange()).isEqualTo(-2);
    assertThat(facts.get(0).getTicketsBooked().getBalance()).isEqualTo(1);
    assertThat(facts.get(0).getTicketsBooked().getCause()).isEqualTo(DRAW);
    charge("wheel", 1);
    assertThat(turn.get(slice).getBalancesList()).isEmpty();
  }

  @Test
  void ticketsOfAnotherLotteryPayNothing() {
    give("box", 9);
    give("wheel", 1);
    assertThatThrownBy(() -> charge("wheel", 2))
        .hasMessage("price.ticket: 2 of wheel (expected: at most 1, for the viewer has no more)")
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_INSUFFICIENT_TICKETS));
    assertThat(turn.get(slice).getBalancesList())
        .containsExactly(balance("box", 9), balance("wheel", 1));
  }

  @Test
  void aRefundBringsTicketsBack() {
    give("wheel", 2);
    charge("wheel", 2);
    turn.run(
        NOON,
        Facts.of(PriceRefunded.newBuilder().setPart(price("wheel", 1)).setCause(DRAW).build())
            .build());
    assertThat(turn.get(slice).getBalancesList()).containsExactly(balance("wheel", 1));
  }

  @Test
  void whatIsTakenBackIsTakenAsFarAsItIsThere() {
    give("wheel", 5);
    charge("wheel", 4);
    List<Fact> facts =
        turn.run(
            NOON, Facts.of(RewardRevoked.newBuilder().setPart(reward("wheel", 5)).build()).build());
    assertThat(facts.get(0).getTicketsBooked().getChange()).isEqualTo(-1);
    assertThat(turn.get(slice).getBalancesList()).isEmpty();
  }

  @Test
  void nobodyHasMoreThanTheMost() {
    for (int i = 0; i < 3; i++) {
      give("wheel", Integer.MAX_VALUE);
    }
    assertThat(turn.get(slice).getBalancesList())
        .containsExactly(balance("wheel", Tickets.MAX_TICKETS));
  }

  @Test
  void aRewardSaysOfWhatItIsAndHowMany() {
    TicketKind kind = new TicketKind();
    Reward one = reward("wheel", 1).build();
    Reward bare =
        Reward.newBuilder().setTicket(TicketReward.newBuilder().setLotteryId("wheel")).build();
    assertThat(kind.kind()).isEqualTo(Reward.KindCase.TICKET);
    assertThat(kind.isGranted()).isTrue();
    assertThat(kind.subjectId(bare)).isEqualTo("wheel");
    assertThat(kind.quantity(bare)).isEqualTo(1);
    assertThat(kind.quantity(reward("wheel", 5).build())).isEqualTo(5);
    Reward.Builder filled = bare.toBuilder();
    kind.fill(filled);
    assertThat(filled.build()).isEqualTo(one);
    Reward.Builder many = reward("wheel", 5);
    kind.fill(many);
    assertThat(many.getTicket().getCount()).isEqualTo(5);
    assertThat(kind.times(bare, 4)).contains(reward("wheel", 4).build());
    assertThat(kind.times(reward("wheel", 5).build(), 4)).contains(reward("wheel", 20).build());
    assertThat(kind.part(reward("wheel", 5).build(), 2)).isEqualTo(reward("wheel", 2).build());
  }

  @Test
  void whatNeedsNoTicketsChangesNone() {
    give("wheel", 2);
    Reward freeze = Reward.newBuilder().setFreeze(FreezeReward.newBuilder().setCount(1)).build();
    assertThat(turn.run(NOON, given(freeze.toBuilder()))).isEmpty();
    assertThat(turn.run(NOON, Facts.of(RewardRevoked.newBuilder().setPart(freeze).build()).build()))
        .isEmpty();
    assertThat(
            turn.run(
                NOON,
                Facts.of(RewardRevoked.newBuilder().setPart(reward("box", 1)).build()).build()))
        .as("none are there")
        .isEmpty();
    assertThat(turn.get(slice).getBalancesList()).containsExactly(balance("wheel", 2));
    assertThat(reactor.kinds()).containsExactly(Price.KindCase.TICKET);
  }

  @Test
  void aViewerSeesTheTicketsOfEachLottery() {
    give("wheel", 2);
    give("box", 3);
    Viewer.Builder viewer = Viewer.newBuilder();
    new TicketSection(slice).contribute(turn, viewer);
    assertThat(viewer.getTicketsList())
        .extracting(TicketBalance::getLotteryId, TicketBalance::getCount)
        .containsExactly(tuple("box", 3L), tuple("wheel", 2L));
  }

  private void give(String lotteryId, int count) {
    turn.run(NOON, given(reward(lotteryId, count)));
  }

  private List<Fact> charge(String lotteryId, int count) {
    return turn.run(
        NOON,
        Facts.of(PriceCharged.newBuilder().setPrice(price(lotteryId, count)).setCause(DRAW).build())
            .build());
  }

  private static Fact given(Reward.Builder reward) {
    return Facts.of(RewardGiven.newBuilder().setReward(reward).build()).build();
  }

  private static Reward.Builder reward(String lotteryId, int count) {
    return Reward.newBuilder()
        .setTicket(TicketReward.newBuilder().setLotteryId(lotteryId).setCount(count));
  }

  private static Price.Builder price(String lotteryId, int count) {
    return Price.newBuilder()
        .setTicket(TicketPrice.newBuilder().setLotteryId(lotteryId).setCount(count));
  }

  private static TicketBalanceState balance(String lotteryId, long count) {
    return TicketBalanceState.newBuilder().setLotteryId(lotteryId).setCount(count).build();
  }
}
