package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Program;
import io.flywheel.v1.Text;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuleTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          trigger: like, window: day, rate_limit: {times: 120, per: 1m}, tiers: [10, 100, 300] | 每天点赞 10、100、300 次，每 1 分钟最多计 120 次 | Like 10, 100 or 300 times a day, at most 120 in 1 min
          trigger: like, tiers: [1] | 点赞 1 次 | Like
          trigger: watch, window: broadcast, tiers: [3m, 5m, 15m, 30m] | 每场观看 3 分钟 至 30 分钟 | Watch for 3 min to 30 min a show
          trigger: comment, count: distinct_texts, condition: size(event.commented.text) >= 2, tiers: [3] | 发 3 条不同的评论，至少 2 个字 | Write 3 different comments, at least 2 characters
          trigger: comment, condition: event.commented.text.size() > 4, tiers: [2] | 发 2 条评论，至少 5 个字 | Write 2 comments, at least 5 characters
          trigger: order, condition: event.ordered.amount_minor >= 990, tiers: [{threshold: 1, rewards: [points: {amount: 5, pending: 7d}]}] | 下单 1 笔，单笔满 ¥9.90，7 天后到账 | Order something, orders from ¥9.90, paid out after 7 days
          trigger: order, count: amount, window: week, tiers: [9900] | 每周累计消费 ¥99 | Spend ¥99 a week
          trigger: share, count: distinct_days, window: week, tiers: [3] | 每周累计 3 天分享 | Share on 3 days a week
          trigger: comment, condition: event.commented.text.contains("真好"), tiers: [1] | 发 1 条评论，评论含“真好” | Write a comment, with “真好” in it
          trigger: comment, payout: on_claim, tiers: [1] | 发 1 条评论，达成后领取 | Write a comment, paid when you claim it
          trigger: order, condition: viewer.orders == 1 && event.ordered.amount_minor >= 9900, tiers: [1] | 下单 1 笔，限首单，单笔满 ¥99 | Order something, first order only, orders from ¥99
          trigger: like, condition: viewer.streak >= 3 && viewer.check_ins > 9, tiers: [1] | 点赞 1 次，连续签到满 3 次，累计签到满 10 次 | Like, with a streak of 3 or more, after 10 or more check-ins
          trigger: order, condition: '"vip" in viewer.privileges && event.ordered.amount_minor >= 100', tiers: [1] | 下单 1 笔，单笔满 ¥1，另有参与条件 | Order something, orders from ¥1, other conditions apply
          trigger: like, condition: "viewer.streak >= 3 ? true : viewer.check_ins >= 9", tiers: [1] | 点赞 1 次，另有参与条件 | Like, other conditions apply
          trigger: like, condition: '!(viewer.orders > 2 && viewer.streak >= 3 && viewer.points > 1)', tiers: [1] | 点赞 1 次，另有参与条件 | Like, other conditions apply
          trigger: follow, description: {zh: 点一下关注, en: Tap follow}, tiers: [1] | 点一下关注 | Tap follow
          """)
  void aRuleSaysWhatToDoAndWhatCounts(String task, String zh, String en) {
    assertThat(ruleOf(task)).isEqualTo(Text.newBuilder().setZh(zh).setEn(en).build());
  }

  @Test
  void ofAlternativesNoneIsToldAsIfItWereAskedFor() {
    String either = "viewer.streak >= 3 && viewer.orders == 1 || viewer.check_ins >= 9";
    assertThat(ruleOf("trigger: like, condition: '" + either + "', tiers: [1]").getZh())
        .isEqualTo("点赞 1 次，另有参与条件");
  }

  private static Text ruleOf(String task) {
    Program program =
        Objects.requireNonNull(
            TestPrograms.check("tasks: [{id: a, title: A, " + task + "}]").program());
    return RuleText.of(program.getTasks(0), program.getCurrency());
  }
}
