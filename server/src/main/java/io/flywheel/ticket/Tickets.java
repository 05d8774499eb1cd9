package io.flywheel.ticket;

/** How tickets come and go. Pure functions; not to be instantiated. */
final class Tickets {
  /** The most tickets of one lottery that a viewer can have; what goes beyond it lapses. */
  static final long MAX_TICKETS = 1_000_000_000;

  private Tickets() {}

  /** How many a viewer has of a lottery. */
  static long count(TicketStateOrBuilder state, String lotteryId) {
    for (int i = 0; i < state.getBalancesCount(); i++) {
      if (state.getBalances(i).getLotteryId().equals(lotteryId)) {
        return state.getBalances(i).getCount();
      }
    }
    return 0;
  }

  /** The state with another count, at its place by the lotteries' ids; none is kept for 0. */
  static TicketState with(TicketState before, String lotteryId, long count) {
    TicketState.Builder after = TicketState.newBuilder();
    TicketBalanceState changed =
        TicketBalanceState.newBuilder().setLotteryId(lotteryId).setCount(count).build();
    boolean isPlaced = count == 0;
    for (TicketBalanceState balance : before.getBalancesList()) {
      int order = balance.getLotteryId().compareTo(lotteryId);
      if (!isPlaced && order >= 0) {
        after.addBalances(changed);
        isPlaced = true;
      }
      if (order != 0) {
        after.addBalances(balance);
      }
    }
    if (!isPlaced) {
      after.addBalances(changed);
    }
    return after.build();
  }
}
