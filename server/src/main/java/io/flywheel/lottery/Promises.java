package io.flywheel.lottery;

import static io.flywheel.program.Expectations.expected;

import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Findings;
import io.flywheel.v1.Lottery;
import io.flywheel.v1.LotteryPrize;

/**
 * Finds what a new version of a lottery that is on would take from its entrants. Not thread-safe.
 */
final class Promises {
  private final Lottery before;
  private final Lottery next;
  private final String path;
  private final Findings findings;

  /**
   * @param before the lottery in force, with all defaults filled in
   * @param next the lottery that shall follow it, with all defaults filled in
   * @param path what has its fields, such as "lotteries[3]."
   */
  Promises(Lottery before, Lottery next, String path, Findings findings) {
    this.before = before;
    this.next = next;
    this.path = path;
    this.findings = findings;
  }

  void check() {
    kept(next.getCost().equals(before.getCost()), "cost");
    kept(next.getAudience().equals(before.getAudience()), "audience");
    kept(next.getConsolationList().equals(before.getConsolationList()), "consolation");
    kept(next.getPity().equals(before.getPity()), "pity");
    kept(next.getLimit().equals(before.getLimit()), "limit");
    kept(next.getOrganizer().equals(before.getOrganizer()), "organizer");
    kept(Timestamps.compare(next.getStartsAt(), before.getStartsAt()) <= 0, "starts_at");
    kept(Timestamps.compare(next.getEndsAt(), before.getEndsAt()) >= 0, "ends_at");
    kept(next.getPrizesCount() == before.getPrizesCount(), "prizes");
    for (int i = 0; i < Math.min(next.getPrizesCount(), before.getPrizesCount()); i++) {
      checkPrize(before.getPrizes(i), next.getPrizes(i), "prizes[" + i + "].");
    }
  }

  private void checkPrize(LotteryPrize was, LotteryPrize is, String at) {
    kept(is.getId().equals(was.getId()), at + "id");
    kept(is.getRewardsList().equals(was.getRewardsList()), at + "rewards");
    kept(is.getOdds() == was.getOdds(), at + "odds");
    kept(is.getValueMinor() >= was.getValueMinor(), at + "value_minor");
    kept(!is.hasStock() || (was.hasStock() && is.getStock() >= was.getStock()), at + "stock");
  }

  private void kept(boolean kept, String field) {
    if (!kept) {
      findings.broken(
          path + field,
          expected(
              "another one",
              "what entrants were told, until " + Timestamps.toString(before.getEndsAt())));
    }
  }
}
