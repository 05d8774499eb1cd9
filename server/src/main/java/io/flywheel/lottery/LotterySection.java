package io.flywheel.lottery;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.Lottery;
import io.flywheel.v1.LotteryPrize;
import io.flywheel.v1.Price;
import io.flywheel.v1.Program;
import io.flywheel.v1.TicketPrice;
import io.flywheel.v1.WindowKind;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a program says of lotteries. A person stands before each draw. Thread-safe. */
final class LotterySection implements ProgramSection<CompiledLotteries> {
  static final Names.Kind LOTTERY = new Names.Kind("a lottery");

  @Inject
  LotterySection() {}

  @Override
  public void fill(Program.Builder program) {
    for (Lottery.Builder lottery : program.getLotteriesBuilderList()) {
      if (!lottery.hasCost()) {
        lottery.setCost(
            Price.newBuilder()
                .setTicket(TicketPrice.newBuilder().setLotteryId(lottery.getId()).setCount(1)));
      }
      if (lottery.hasLimit() && lottery.getLimit().getPer() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
        lottery.getLimitBuilder().setPer(WindowKind.WINDOW_KIND_ONCE);
      }
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getLotteriesCount(); i++) {
      names.declare(LOTTERY, program.getLotteries(i).getId(), "lotteries[" + i + "]");
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getLotteriesCount(); i++) {
      check(program.getLotteries(i), "lotteries[" + i + "].", findings);
    }
  }

  @Override
  public CompiledLotteries compile(Program filled) {
    return new CompiledLotteries(
        filled.getLotteriesList().stream()
            .map(CompiledLottery::new)
            .collect(ImmutableList.toImmutableList()));
  }

  /** What entrants were promised stays, from the first possible draw to the last. */
  @Override
  public void checkChange(Program inForce, Program next, Instant now, Findings findings) {
    for (Lottery before : inForce.getLotteriesList()) {
      boolean isOn =
          now.toEpochMilli() >= Timestamps.toMillis(before.getStartsAt())
              && now.toEpochMilli() < Timestamps.toMillis(before.getEndsAt());
      if (isOn) {
        checkPromises(before, next, findings);
      }
    }
  }

  private static void checkPromises(Lottery before, Program next, Findings findings) {
    for (int i = 0; i < next.getLotteriesCount(); i++) {
      if (next.getLotteries(i).getId().equals(before.getId())) {
        new Promises(before, next.getLotteries(i), "lotteries[" + i + "].", findings).check();
        return;
      }
    }
    findings.broken(
        "lotteries",
        expected(
            "without " + before.getId(),
            "the lottery, which is on until " + Timestamps.toString(before.getEndsAt())));
  }

  private static void check(Lottery lottery, String path, Findings findings) {
    Texts.check(lottery.hasTitle(), lottery.getTitle(), path + "title", findings);
    Texts.check(lottery.hasOrganizer(), lottery.getOrganizer(), path + "organizer", findings);
    Texts.check(lottery.hasDelivery(), lottery.getDelivery(), path + "delivery", findings);
    Condition.check(Subject.VIEWER_ONLY, lottery.getAudience(), path + "audience", findings);
    if (lottery.hasStartsAt()
        && lottery.hasEndsAt()
        && Timestamps.compare(lottery.getStartsAt(), lottery.getEndsAt()) >= 0) {
      findings.broken(
          path + "ends_at",
          expected(
              Timestamps.toString(lottery.getEndsAt()),
              "a time after starts_at, " + Timestamps.toString(lottery.getStartsAt())));
    }
    checkPrizes(lottery, path, findings);
    checkPity(lottery, path, findings);
  }

  private static void checkPrizes(Lottery lottery, String path, Findings findings) {
    Map<String, Integer> places = new HashMap<>();
    long sum = 0;
    for (int i = 0; i < lottery.getPrizesCount(); i++) {
      LotteryPrize prize = lottery.getPrizes(i);
      String at = path + "prizes[" + i + "].";
      Texts.check(prize.hasTitle(), prize.getTitle(), at + "title", findings);
      Integer earlier = prize.getId().isEmpty() ? null : places.putIfAbsent(prize.getId(), i);
      if (earlier != null) {
        findings.broken(
            at + "id",
            expected(
                show(prize.getId()),
                "an id of its own; %sprizes[%d] has this one".formatted(path, earlier)));
      }
      sum += prize.getOdds();
    }
    if (sum > Proofs.WHOLE) {
      findings.broken(
          path + "prizes",
          expected(
              "odds of %d in all".formatted(sum),
              "at most %d in a million".formatted(Proofs.WHOLE)));
    }
  }

  private static void checkPity(Lottery lottery, String path, Findings findings) {
    if (!lottery.hasPity() || lottery.getPity().getPrizeId().isEmpty()) {
      return;
    }
    Optional<LotteryPrize> prize =
        lottery.getPrizesList().stream()
            .filter(one -> one.getId().equals(lottery.getPity().getPrizeId()))
            .findFirst();
    if (prize.isEmpty()) {
      findings.broken(
          path + "pity.prize_id",
          expected(show(lottery.getPity().getPrizeId()), "the id of a prize of the lottery"));
    } else if (prize.get().hasStock()) {
      findings.broken(
          path + "pity.prize_id",
          expected(
              show(lottery.getPity().getPrizeId()), "a prize without stock, which can't run out"));
    }
  }
}
