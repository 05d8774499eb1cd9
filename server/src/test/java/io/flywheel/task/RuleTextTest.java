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
          trigger: enter, tiers: [1] | 来直播间 1 次 | Come in
          trigger: enter, window: day, tiers: [3] | 每天来直播间 3 次 | Come in 3 times a day
          trigger: comment, tiers: [2] | 发 2 条评论 | Write 2 comments
          trigger: share, tiers: [1] | 分享 1 次 | Share
          trigger: share, tiers: [2] | 分享 2 次 | Share 2 times
          trigger: follow, tiers: [1] | 关注主播 | Follow the host
          trigger: click, tiers: [1] | 点开 1 次 | Open a link
          trigger: click, tiers: [2, 5] | 点开 2、5 次 | Open 2 or 5 links
          trigger: order, tiers: [2] | 下单 2 笔 | Order 2 times
          trigger: repurchase, tiers: [1] | 再次下单 1 笔 | Order again
          trigger: repurchase, tiers: [2] | 再次下单 2 笔 | Order again 2 times
          trigger: lead, tiers: [1] | 留下联系方式 | Leave your contact
          trigger: join_group, tiers: [1] | 加入粉丝群 | Join the group
          trigger: check_in, tiers: [1] | 签到 1 次 | Check in
          trigger: check_in, tiers: [7] | 签到 7 次 | Check in 7 times
          trigger: task_completed, tiers: [1] | 完成 1 个任务 | Complete a task
          trigger: task_completed, tiers: [3] | 完成 3 个任务 | Complete 3 tasks
          trigger: points_earned, tiers: [100] | 累计获得 100 积分 | Earn 100 points
          trigger: grant_issued, tiers: [1] | 获得 1 项奖励 | Get a reward
          trigger: grant_issued, tiers: [2] | 获得 2 项奖励 | Get 2 rewards
          trigger: draw, tiers: [1] | 抽奖 1 次 | Draw once
          trigger: draw, tiers: [2] | 抽奖 2 次 | Draw 2 times
          trigger: level_reached, tiers: [1] | 升 1 级 | Rise a level
          trigger: level_reached, tiers: [2] | 升 2 级 | Rise 2 levels
          trigger: badge_earned, tiers: [1] | 获得 1 枚徽章 | Earn a badge
          trigger: badge_earned, tiers: [2] | 获得 2 枚徽章 | Earn 2 badges
          trigger: invitee_entered, tiers: [1] | 邀请 1 位新朋友来直播间 | Invite a friend
          trigger: invitee_entered, tiers: [3] | 邀请 3 位新朋友来直播间 | Invite 3 friends
          trigger: invitee_stayed, tiers: [1] | 让 1 位朋友留下来看直播 | Have a friend stay and watch
          trigger: invitee_stayed, tiers: [2] | 让 2 位朋友留下来看直播 | Have friends stay and watch 2 times
          trigger: invitee_ordered, tiers: [1] | 好友下单 1 笔 | Have a friend order
          trigger: invitee_ordered, tiers: [2] | 好友下单 2 笔 | Have friends order 2 times
          trigger: invitee_ordered, count: amount, tiers: [9900] | 好友累计消费 ¥99 | Have friends spend ¥99
          trigger: invitee_ordered, count: distinct_invitees, tiers: [1] | 有 1 位好友下单 | Have a friend order
          trigger: invitee_ordered, count: distinct_invitees, tiers: [2] | 有 2 位好友下单 | Have 2 friends order
          trigger: custom, custom: x, tiers: [2] | 达到 2 | Reach 2
          trigger: enter, count: distinct_days, tiers: [3] | 累计 3 天来直播间 | Come in on 3 days
          trigger: like, count: distinct_days, tiers: [3] | 累计 3 天点赞 | Like on 3 days
          trigger: comment, count: distinct_days, tiers: [3] | 累计 3 天评论 | Comment on 3 days
          trigger: watch, count: distinct_days, tiers: [3] | 累计 3 天看直播 | Watch on 3 days
          trigger: order, count: distinct_days, tiers: [3] | 累计 3 天下单 | Order on 3 days
          trigger: check_in, count: distinct_days, tiers: [3] | 累计 3 天签到 | Check in on 3 days
          trigger: click, count: distinct_days, tiers: [3] | 累计 3 天参与 | Take part on 3 days
          trigger: comment, condition: size(event.commented.text) >= 1, tiers: [1] | 发 1 条评论，至少 1 个字 | Write a comment, at least 1 character
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
