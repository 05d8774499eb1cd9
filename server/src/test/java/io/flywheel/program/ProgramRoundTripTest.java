package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Cap;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.CouponReward;
import io.flywheel.v1.Payout;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Program;
import io.flywheel.v1.RateLimit;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StreakMode;
import io.flywheel.v1.StreakReward;
import io.flywheel.v1.Task;
import io.flywheel.v1.Text;
import io.flywheel.v1.TicketReward;
import io.flywheel.v1.Tier;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.Window;
import io.flywheel.v1.WindowKind;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever the service answers as a program with its defaults can be applied again as it stands.
 */
final class ProgramRoundTripTest {

  @Property(tries = 300)
  void aProgramAsJsonReadsBackAsTheSameProgram(@ForAll long seed)
      throws InvalidProtocolBufferException {
    Program program = TestPrograms.all().fill(randomProgram(new Random(seed)));

    CheckedProgram camelCase = TestPrograms.check(JsonFormat.printer().print(program));
    CheckedProgram snakeCase =
        TestPrograms.check(
            JsonFormat.printer()
                .preservingProtoFieldNames()
                .omittingInsignificantWhitespace()
                .print(program));

    assertThat(camelCase.orThrow()).isEqualTo(program);
    assertThat(snakeCase.orThrow()).isEqualTo(program);
  }

  private static Program randomProgram(Random random) {
    Program.Builder program =
        Program.newBuilder()
            .setName(randomText(random))
            .setTimeZone(random.nextBoolean() ? "America/New_York" : "")
            .setDayStartsAt(Durations.fromMinutes(random.nextInt(721)));
    if (random.nextBoolean()) {
      program.setCheckIn(randomCheckIn(random));
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      program.addTasks(randomTask("task-" + i, random));
    }
    return program.build();
  }

  private static CheckInRules randomCheckIn(Random random) {
    CheckInRules.Builder checkIn =
        CheckInRules.newBuilder()
            .setMode(StreakMode.forNumber(random.nextInt(3)))
            .setOutsideRooms(random.nextBoolean())
            .setMakeUpDays(random.nextInt(32));
    int count = 0;
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      count += random.nextInt(1, 100);
      checkIn.addConsecutive(
          StreakReward.newBuilder().setCount(count).addRewards(randomReward(random)));
    }
    return checkIn.build();
  }

  private static Task randomTask(String id, Random random) {
    Task.Builder task =
        Task.newBuilder()
            .setId(id)
            .setTitle(Text.newBuilder().setZh("题 " + randomText(random)).setEn(randomText(random)))
            .setTrigger(random.nextBoolean() ? Trigger.TRIGGER_WATCH : Trigger.TRIGGER_LIKE)
            .setCount(random.nextBoolean() ? CountBy.COUNT_BY_TIMES : CountBy.COUNT_BY_UNSPECIFIED)
            .setWindow(Window.newBuilder().setKind(WindowKind.forNumber(random.nextInt(5))))
            .setPayout(Payout.forNumber(random.nextInt(3)))
            .setRepeat(random.nextBoolean())
            .setHidden(random.nextBoolean());
    if (random.nextBoolean()) {
      task.setCap(Cap.newBuilder().setTiers(random.nextInt(1, 10_000)));
    }
    if (random.nextBoolean()) {
      task.setRateLimit(
          RateLimit.newBuilder()
              .setTimes(random.nextInt(1, 100_000))
              .setPer(Durations.fromSeconds(random.nextInt(1, 86_400))));
    }
    long threshold = 0;
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      threshold += random.nextLong(1, 100_000_000_000L);
      task.addTiers(Tier.newBuilder().setThreshold(threshold).addRewards(randomReward(random)));
    }
    return task.build();
  }

  private static Reward randomReward(Random random) {
    return switch (random.nextInt(3)) {
      case 0 ->
          Reward.newBuilder()
              .setPoints(
                  PointsReward.newBuilder()
                      .setAmount(random.nextInt(1, 1_000_000))
                      .setExpiresAfter(Durations.fromSeconds(random.nextInt(3_600, 158_112_000))))
              .build();
      case 1 ->
          Reward.newBuilder()
              .setCoupon(CouponReward.newBuilder().setCouponId("0" + random.nextInt(99)))
              .build();
      default ->
          Reward.newBuilder().setTicket(TicketReward.newBuilder().setLotteryId("null")).build();
    };
  }

  /** Whatever YAML might stumble over. */
  private static String randomText(Random random) {
    String alphabet = "a1 :#-'\"\\{}[],&*!|>%@`\t\n赞😀\u0085\u2028é~?";
    int[] characters = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return text.toString();
  }
}
