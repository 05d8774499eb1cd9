package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.Task;
import io.flywheel.v1.TicketReward;
import io.flywheel.v1.Tier;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WindowKind;
import org.junit.jupiter.api.Test;

final class ProgramParserTest {
  @Test
  void aPlainValueStandsForTheFirstField() {
    Task task =
        onlyTask(
            """
            tasks:
              - id: a
                title: 签到
                trigger: like
                window: day
                cap: 3
                tiers:
                  - 5
                  - threshold: 10
                    rewards: [{ points: 7 }, { ticket: weekly }]
            """);

    assertThat(task.getTitle().getZh()).isEqualTo("签到");
    assertThat(task.getWindow().getKind()).isEqualTo(WindowKind.WINDOW_KIND_DAY);
    assertThat(task.getCap().getTiers()).isEqualTo(3);
    assertThat(task.getTiersList())
        .containsExactly(
            Tier.newBuilder().setThreshold(5).build(),
            Tier.newBuilder()
                .setThreshold(10)
                .addRewards(Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(7)))
                .addRewards(
                    Reward.newBuilder()
                        .setTicket(TicketReward.newBuilder().setLotteryId("weekly").setCount(1)))
                .build());
  }

  @Test
  void namesMayBeWrittenAsInJson() {
    Task task =
        onlyTask(
            """
            {
            \t"dayStartsAt": "14400s",
            \t"tasks": [{
            \t\t"id": "a", "title": {"zh": "\\u70b9\\u8d5e \\ud83d\\ude00"}, "trigger": "TRIGGER_LIKE",
            \t\t"count": "COUNT_BY_TIMES", "tiers": [{"threshold": "10"}],
            \t\t"rateLimit": {"times": 5, "per": "60s"}
            \t}]
            }
            """);

    assertThat(task.getTitle().getZh()).isEqualTo("点赞 😀");
    assertThat(task.getTrigger()).isEqualTo(Trigger.TRIGGER_LIKE);
    assertThat(task.getTiers(0).getThreshold()).isEqualTo(10);
    assertThat(task.getRateLimit().getPer()).isEqualTo(Durations.fromMinutes(1));
  }

  @Test
  void durationsAreThresholdsOfWatchTime() {
    Task task =
        onlyTask(
            """
            tasks:
              - { id: a, title: 看播, trigger: watch, tiers: [3m, 300, { threshold: 1h30m }] }
            """);

    assertThat(task.getCount()).isEqualTo(CountBy.COUNT_BY_SECONDS);
    assertThat(task.getTiersList())
        .extracting(Tier::getThreshold)
        .containsExactly(180L, 300L, 5400L);
  }

  @Test
  void durationsHaveDaysHoursMinutesAndSeconds() {
    Program program =
        program(
            """
            day_starts_at: 4h
            presence: { heartbeat_interval: 90s, longest_silence: 2m30s }
            check_in:
              consecutive:
                - count: 1
                  rewards: [{ points: { amount: 1, pending: 7d, expires_after: 604800.000s } }]
            """);

    assertThat(program.getDayStartsAt()).isEqualTo(Durations.fromHours(4));
    assertThat(program.getPresence().getHeartbeatInterval()).isEqualTo(Durations.fromSeconds(90));
    assertThat(program.getPresence().getLongestSilence()).isEqualTo(Durations.fromSeconds(150));
    PointsReward points = program.getCheckIn().getConsecutive(0).getRewards(0).getPoints();
    assertThat(points.getPending()).isEqualTo(Durations.fromDays(7));
    assertThat(points.getExpiresAfter()).isEqualTo(Durations.fromDays(7));
  }

  @Test
  void timesHaveAnOffset() throws Exception {
    Task task =
        onlyTask(
            """
            tasks:
              - id: a
                title: 双十一
                trigger: order
                tiers: [1]
                window:
                  kind: custom
                  starts_at: 2026-11-11T00:00:00+08:00
                  ends_at: "2026-11-11T16:00:00Z"
            """);

    assertThat(task.getWindow().getStartsAt()).isEqualTo(Timestamps.parse("2026-11-10T16:00:00Z"));
    assertThat(task.getWindow().getEndsAt()).isEqualTo(Timestamps.parse("2026-11-11T16:00:00Z"));
  }

  @Test
  void idsThatLookLikeNumbersKeepTheirDigits() {
    Task task =
        onlyTask(
            """
            tasks:
              - id: a
                title: 007
                trigger: like
                rooms: [0123, 1e5, true]
                tiers: [1]
            """);

    assertThat(task.getRoomsList()).containsExactly("0123", "1e5", "true");
    assertThat(task.getTitle().getZh()).isEqualTo("007");
  }

  @Test
  void whatIsNullIsUnset() {
    Program program = program("name:\ntime_zone: null\ncheck_in: ~\ntasks: []\n");

    assertThat(program.getName()).isEmpty();
    assertThat(program.getTimeZone()).isEqualTo("Asia/Shanghai");
    assertThat(program.hasCheckIn()).isFalse();
  }

  @Test
  void anEmptyMappingIsAProgramThatDoesNothing() {
    assertThat(program("{}").getTasksList()).isEmpty();
  }

  @Test
  void anchorsRepeatWhatTheyStandFor() {
    Program program =
        program(
            """
            tasks:
              - { id: a, title: 赞, trigger: like, tiers: [{ threshold: 1, rewards: &r [points: 5] }] }
              - { id: b, title: 享, trigger: share, tiers: [{ threshold: 1, rewards: *r }] }
            """);

    assertThat(program.getTasks(1).getTiers(0).getRewardsList())
        .isEqualTo(program.getTasks(0).getTiers(0).getRewardsList());
  }

  @Test
  void hugeDocumentsAreRefusedBeforeTheyCostMuch() {
    assertThat(firstMistake("[".repeat(500_000))).contains("at most 20 levels");
    assertThat(firstMistake("tasks: [" + "1,".repeat(200_000) + "1]")).contains("at most 100000");
    assertThat(firstMistake("#".repeat(ProgramParser.MAX_BYTES + 1))).contains("at most 524288");
    assertThat(firstMistake("name: \"" + "赞".repeat(170_000) + "\"")).contains("at most 100 char");
    assertThat(firstMistake("day_starts_at: " + "1s".repeat(200_000))).contains("whole seconds");
    assertThat(firstMistake("tasks: [{id: " + "a".repeat(400_000) + ", x: 1}]")).isNotEmpty();
    String tasks = "- {id: a, title: 赞, trigger: like, tiers: [1], requires: [a]}\n".repeat(5_000);
    assertThat(firstMistake("tasks:\n" + tasks)).contains("5000 elements (expected: at most 200");
  }

  @Test
  void noMoreThanAHundredMistakesAreAnswered() {
    StringBuilder document = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      document.append("nonsense-").append(i).append(": 1\n");
    }

    assertThat(TestPrograms.check(document.toString()).mistakes()).hasSize(100);
  }

  private static String firstMistake(String document) {
    return CheckedProgram.describe(TestPrograms.check(document).mistakes().getFirst());
  }

  private static Program program(String document) {
    return TestPrograms.check(document).orThrow();
  }

  private static Task onlyTask(String document) {
    Program program = program(document);
    assertThat(program.getTasksList()).hasSize(1);
    return program.getTasks(0);
  }
}
