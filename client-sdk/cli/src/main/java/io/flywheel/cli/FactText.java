package io.flywheel.cli;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CheckInStanding;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Grant;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsOpening;
import io.flywheel.v1.Price;
import io.flywheel.v1.Reward;
import io.flywheel.v1.TaskCause;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.WithheldReason;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;

/**
 * Facts and standings in sentences. What has no words here, such as a feature's that is newer than
 * them, is told by the names and values of its fields. Immutable.
 */
final class FactText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Language language;
  private final FieldText fields;

  FactText(Language language) {
    this.language = language;
    this.fields = new FieldText(language, this::words);
  }

  /** Words for what may lie inside of anything; else empty. */
  private String words(Message message) {
    if (message instanceof Reward reward) {
      return reward(reward);
    }
    if (message instanceof Price price) {
      return price(price);
    }
    return message instanceof Cause cause ? what(cause) : "";
  }

  /** A fact with its time. */
  String line(Fact fact) {
    return time(fact.getOccurredAt()) + "  " + sentence(fact);
  }

  /** What entries of a ledger came to that are kept no more. */
  String line(PointsOpening opening) {
    return time(opening.getCompleteSince())
        + "  "
        + say("更早的明细不再保留，当时余额 ", "earlier entries are no longer kept; balance then ")
        + opening.getBalance();
  }

  /** What the viewer has, on one line. */
  String standing(Viewer viewer) {
    CheckInStanding checkIn = viewer.getCheckIn();
    String grants =
        viewer.getGrantsList().stream()
            .map(Grant::getReward)
            .map(this::reward)
            .collect(Collectors.joining(", "));
    return viewer.getViewerId()
        + say("：积分 ", ": ")
        + viewer.getPoints().getBalance()
        + say("", " points")
        + say("，待入账 ", ", pending ")
        + viewer.getPoints().getPending()
        + say("，连续签到 ", ", streak ")
        + checkIn.getStreak()
        + say("，累计签到 ", ", check-ins ")
        + checkIn.getCumulative()
        + (grants.isEmpty() ? "" : say("，已得：", ", holds: ") + grants);
  }

  String sentence(Fact fact) {
    return switch (fact.getWhatCase()) {
      case ROOM_ENTERED ->
          say("进入直播间 ", "entered room ")
              + fact.getRoomEntered().getRoomId()
              + (fact.getRoomEntered().getFirstVisit() ? say("（首次到访）", " (first visit)") : "");
      case ROOM_LEFT -> say("离开直播间 ", "left room ") + fact.getRoomLeft().getRoomId();
      case WATCH_CREDITED ->
          say("观看 +", "watched +")
              + fact.getWatchCredited().getCreditedMillis() / 1_000
              + say(" 秒", " s");
      case CHECKED_IN -> checkedIn(fact.getCheckedIn());
      case TASK_PROGRESSED ->
          say("任务 ", "task ")
              + fact.getTaskProgressed().getTaskId()
              + ": "
              + fact.getTaskProgressed().getCount()
              + " / "
              + fact.getTaskProgressed().getThreshold();
      case TASK_UNLOCKED -> say("解锁任务 ", "unlocked task ") + fact.getTaskUnlocked().getTaskId();
      case TIER_REACHED ->
          say("达成 ", "reached ")
              + tier(fact.getTierReached().getTier())
              + (fact.getTierReached().getToClaim() ? say("，待领取", ", to be claimed") : "");
      case TASK_COMPLETED -> say("完成任务 ", "completed task ") + fact.getTaskCompleted().getTaskId();
      case REWARD_GIVEN ->
          say("奖励 ", "reward ")
              + reward(fact.getRewardGiven().getReward())
              + cause(fact.getRewardGiven().getCause());
      case REWARD_WITHHELD ->
          (fact.getRewardWithheld().getReason() == WithheldReason.WITHHELD_REASON_CAP
                  ? say("已达个人上限，未发奖励", "cap used up, reward withheld")
                  : say("预算用尽，未发奖励", "budget used up, reward withheld"))
              + cause(fact.getRewardWithheld().getCause());
      case POINTS_BOOKED -> booked(fact.getPointsBooked());
      case GRANT_ISSUED ->
          say("发放 ", "granted ")
              + reward(fact.getGrantIssued().getGrant().getReward())
              + cause(fact.getGrantIssued().getGrant().getCause());
      case ROOM_GOAL_REACHED ->
          say("全场目标达成 ", "room goal reached ")
              + fact.getRoomGoalReached().getTaskId()
              + " #"
              + (fact.getRoomGoalReached().getTier() + 1);
      case PRICE_CHARGED ->
          say("支付 ", "paid ")
              + price(fact.getPriceCharged().getPrice())
              + cause(fact.getPriceCharged().getCause());
      case PRICE_REFUNDED ->
          say("退还 ", "refunded ")
              + price(fact.getPriceRefunded().getPart())
              + cause(fact.getPriceRefunded().getCause());
      case REWARD_REVOKED ->
          say("收回奖励 ", "reward taken back: ")
              + reward(fact.getRewardRevoked().getPart())
              + cause(fact.getRewardRevoked().getReason());
      case GRANT_REVOKED ->
          say("已收回 ", "taken back: ")
              + reward(fact.getGrantRevoked().getPart())
              + cause(fact.getGrantRevoked().getCause());
      case TICKETS_BOOKED ->
          say("抽奖券 ", "tickets for ")
              + fact.getTicketsBooked().getLotteryId()
              + String.format(" %+d", fact.getTicketsBooked().getChange())
              + say("，剩余 ", ", left ")
              + fact.getTicketsBooked().getBalance();
      case ORDER_REFUNDED ->
          say("订单退款 ", "order refunded: ")
              + fact.getOrderRefunded().getOrderId()
              + (fact.getOrderRefunded().getInFull() ? "" : say("（部分）", " (in part)"));
      case REMINDER_SENT ->
          say("提醒：", "reminder: ")
              + say(
                  fact.getReminderSent().getText().getZh(),
                  fact.getReminderSent().getText().getEn());
      case REMINDER_ANSWERED ->
          say("因提醒回来 ", "came back by reminder ")
              + fact.getReminderAnswered().getRuleId()
              + " #"
              + fact.getReminderAnswered().getReminderNumber();
      case TEAM_JOINED ->
          fact.getTeamJoined().getTeamId().isEmpty()
              ? say("离开队伍：", "left team: ") + fact.getTeamJoined().getFormerTeamId()
              : say("加入队伍：", "joined team: ") + fact.getTeamJoined().getTeamId();
      case RANK_LOST ->
          say("被超过：", "overtaken: ")
              + fact.getRankLost().getBoardId()
              + " #"
              + fact.getRankLost().getPosition();
      case ORDER_COMPLETED ->
          say("订单完成 ", "order complete: ") + fact.getOrderCompleted().getOrderId();
      case POINTS_EXPIRING ->
          fact.getPointsExpiring().getAmount()
              + say(" 积分将于 ", " points lapse at ")
              + time(fact.getPointsExpiring().getExpiresAt())
              + say(" 过期", "");
      case TASK_PASSED_OVER ->
          say("未计入任务 ", "did not count for task ")
              + fact.getTaskPassedOver().getTaskId()
              + switch (fact.getTaskPassedOver().getReason()) {
                case PASS_REASON_CONDITION -> say("：不符合条件", ": its condition does not hold");
                case PASS_REASON_SAID_BEFORE -> say("：说过了", ": said before");
                case PASS_REASON_RATE_LIMIT -> say("：次数已用完", ": its rate limit is used up");
                case PASS_REASON_TOO_LATE -> say("：来得太晚", ": it came too late");
                case PASS_REASON_BROADCAST_CLOSED ->
                    say("：该场直播已结束", ": its broadcast was closed for good");
                case UNRECOGNIZED -> "";
                default ->
                    say("：", ": ")
                        + FieldText.name(fact.getTaskPassedOver().getReason().getValueDescriptor());
              };
      case REDEMPTION_MOVED ->
          say("兑换 ", "redemption of ")
              + fact.getRedemptionMoved().getItemId()
              + ": "
              + switch (fact.getRedemptionMoved().getState()) {
                case REDEMPTION_STATE_RESERVED -> say("待发货", "paid, to be delivered");
                case REDEMPTION_STATE_FULFILLED -> say("已发放", "delivered");
                case REDEMPTION_STATE_CANCELLED -> say("已取消并退还", "cancelled and refunded");
                case REDEMPTION_STATE_EXPIRED -> say("已过期并退还", "not delivered in time, refunded");
                case UNRECOGNIZED -> "?";
                default ->
                    FieldText.name(fact.getRedemptionMoved().getState().getValueDescriptor());
              };
      case COUPON_MOVED ->
          say("优惠券 ", "coupon ")
              + fact.getCouponMoved().getCouponId()
              + " #"
              + fact.getCouponMoved().getNumber()
              + ": "
              + switch (fact.getCouponMoved().getState()) {
                case COUPON_STATE_AVAILABLE -> say("可使用", "can be used");
                case COUPON_STATE_RESERVED -> say("下单占用中", "reserved");
                case COUPON_STATE_USED -> say("已使用", "used");
                case COUPON_STATE_EXPIRED -> say("已过期", "ended");
                case COUPON_STATE_REVOKED -> say("已收回", "taken back");
                case UNRECOGNIZED -> "?";
                default -> FieldText.name(fact.getCouponMoved().getState().getValueDescriptor());
              };
      case BUDGET_REACHED ->
          say("预算 ", "budget ")
              + fact.getBudgetReached().getBudgetId()
              + " ("
              + fact.getBudgetReached().getWindow()
              + "): "
              + fact.getBudgetReached().getPercent()
              + "%";
      case COUPON_EXPIRING ->
          say("优惠券即将到期 ", "coupon ends soon: ")
              + fact.getCouponExpiring().getCouponId()
              + " #"
              + fact.getCouponExpiring().getNumber()
              + ", "
              + Timestamps.toString(fact.getCouponExpiring().getExpiresAt());
      case ROOM_DRAW_MOVED ->
          say("福袋 ", "room draw ")
              + fact.getRoomDrawMoved().getRoomDrawId()
              + " #"
              + fact.getRoomDrawMoved().getNumber()
              + ": "
              + switch (fact.getRoomDrawMoved().getState()) {
                case ROOM_DRAW_STATE_OPEN -> say("开始", "begun");
                case ROOM_DRAW_STATE_CLOSED -> say("停止参与", "closed");
                case ROOM_DRAW_STATE_DRAWN -> say("已开奖", "drawn");
                case ROOM_DRAW_STATE_WITHDRAWN -> say("已取消", "withdrawn");
                case UNRECOGNIZED -> "?";
                default -> FieldText.name(fact.getRoomDrawMoved().getState().getValueDescriptor());
              };
      case ROOM_DRAW_ENTERED ->
          say("参与福袋 ", "takes part in room draw ")
              + fact.getRoomDrawEntered().getRoomDrawId()
              + " #"
              + fact.getRoomDrawEntered().getNumber();
      case ROOM_DRAW_WON ->
          say("福袋中奖 ", "won in room draw ")
              + fact.getRoomDrawWon().getRoomDrawId()
              + " #"
              + fact.getRoomDrawWon().getNumber()
              + ": "
              + fact.getRoomDrawWon().getPrizeId();
      case STAKES_REFUNDED ->
          say("抽奖已撤回，退还费用 ", "stakes came back, withdrawn: ")
              + fact.getStakesRefunded().getLotteryId()
              + " ×"
              + fact.getStakesRefunded().getDraws();
      case DRAWN ->
          say("抽奖 ", "drew from ")
              + fact.getDrawn().getLotteryId()
              + ": "
              + (fact.getDrawn().getPrizeId().isEmpty()
                  ? say("未中奖", "nothing")
                  : fact.getDrawn().getPrizeId());
      case WHAT_NOT_SET -> say("本程序不认识的新事件", "something that this program is too old to know");
      default -> fields.setIn(fact, "what");
    };
  }

  private String checkedIn(CheckedIn fact) {
    return say("签到 ", "checked in ")
        + fact.getPeriod()
        + say("，连续 ", ", streak ")
        + fact.getStreak()
        + say("，累计 ", ", in all ")
        + fact.getCumulative()
        + (fact.getMadeUp() ? say("（补签）", " (made up)") : "")
        + (fact.getFreezesUsed() > 0
            ? say("，用去保护卡 ", ", freezes used ") + fact.getFreezesUsed()
            : "");
  }

  /** An entry of the ledger with its time. */
  String line(PointsEntry entry) {
    PointsBooked booked =
        PointsBooked.newBuilder()
            .setKind(entry.getKind())
            .setAmount(entry.getAmount())
            .setBalance(entry.getBalance())
            .setPending(entry.getPending())
            .setCause(entry.getCause())
            .build();
    return time(entry.getOccurredAt()) + "  " + booked(booked);
  }

  private String booked(PointsBooked fact) {
    String balance =
        say("，可用 ", ", balance ")
            + fact.getBalance()
            + (fact.getPending() > 0 ? say("，待入账 ", ", pending ") + fact.getPending() : "");
    String what =
        switch (fact.getKind()) {
          case POINTS_ENTRY_KIND_EARNED, POINTS_ENTRY_KIND_ADJUSTED_UP -> say("积分 +", "points +");
          case POINTS_ENTRY_KIND_EARNED_PENDING -> say("待入账积分 +", "pending points +");
          case POINTS_ENTRY_KIND_MATURED -> say("积分入账 ", "points matured ");
          case POINTS_ENTRY_KIND_EXPIRED -> say("积分过期 -", "points expired -");
          case POINTS_ENTRY_KIND_ADJUSTED_DOWN -> say("积分 -", "points -");
          case POINTS_ENTRY_KIND_SPENT, POINTS_ENTRY_KIND_COMMITTED ->
              say("消费积分 -", "points spent -");
          case POINTS_ENTRY_KIND_REFUNDED -> say("退还积分 +", "points refunded +");
          case POINTS_ENTRY_KIND_REVOKED -> say("收回积分 -", "points taken back -");
          case POINTS_ENTRY_KIND_REVOKED_PENDING -> say("收回待入账积分 -", "pending points taken back -");
          case POINTS_ENTRY_KIND_DEBT_INCURRED -> say("欠积分 +", "points owed +");
          case POINTS_ENTRY_KIND_DEBT_REPAID -> say("抵扣所欠积分 ", "points owed, repaid ");
          case POINTS_ENTRY_KIND_HELD -> say("冻结积分 ", "points held ");
          case POINTS_ENTRY_KIND_RELEASED -> say("解冻积分 ", "points released ");
          case UNRECOGNIZED -> say("积分 ", "points ");
          default ->
              say("积分 ", "points ") + FieldText.name(fact.getKind().getValueDescriptor()) + " ";
        };
    return what + fact.getAmount() + balance + cause(fact.getCause());
  }

  private String price(Price price) {
    return switch (price.getKindCase()) {
      case POINTS -> price.getPoints().getAmount() + say(" 积分", " points");
      case TICKET ->
          Math.max(1, price.getTicket().getCount())
              + say(" 张抽奖券 ", " tickets for ")
              + price.getTicket().getLotteryId();
      case MAKE_UP_CARD -> price.getMakeUpCard().getCount() + say(" 张补签卡", " make-up cards");
      case FREEZE -> price.getFreeze().getCount() + say(" 张保护卡", " freezes");
      case KIND_NOT_SET -> say("未知价格", "an unknown price");
      default -> fields.setIn(price, "kind");
    };
  }

  private String reward(Reward reward) {
    return switch (reward.getKindCase()) {
      case POINTS -> reward.getPoints().getAmount() + say(" 积分", " points");
      case EXPERIENCE -> reward.getExperience().getAmount() + say(" 经验", " experience");
      case COUPON -> say("优惠券 ", "coupon ") + reward.getCoupon().getCouponId();
      case BADGE -> say("徽章 ", "badge ") + reward.getBadge().getBadgeId();
      case PRIVILEGE -> say("特权 ", "privilege ") + reward.getPrivilege().getPrivilegeId();
      case TICKET ->
          Math.max(1, reward.getTicket().getCount())
              + say(" 张抽奖券 ", " tickets for ")
              + reward.getTicket().getLotteryId();
      case MAKE_UP_CARD -> reward.getMakeUpCard().getCount() + say(" 张补签卡", " make-up cards");
      case FREEZE -> reward.getFreeze().getCount() + say(" 张保护卡", " freezes");
      case KIND_NOT_SET -> say("未知奖励", "an unknown reward");
      default -> fields.setIn(reward, "kind");
    };
  }

  private String cause(Cause cause) {
    String what = what(cause);
    return what.isEmpty() ? "" : say("（", " (") + what + say("）", ")");
  }

  private String what(Cause cause) {
    return switch (cause.getWhatCase()) {
      case TASK -> tier(cause.getTask());
      case CHECK_IN ->
          cause.getCheckIn().getStreak() > 0
              ? say("连续签到 ", "streak of ") + cause.getCheckIn().getStreak()
              : say("累计签到 ", "check-ins in all: ") + cause.getCheckIn().getCumulative();
      case POINTS -> say("积分分录 ", "points entry ") + cause.getPoints().getEntryNumber();
      case ADJUSTMENT -> cause.getAdjustment().getReason();
      case REDEMPTION -> say("兑换 ", "redeemed ") + cause.getRedemption().getItemId();
      case DRAW -> say("抽奖 ", "draw of ") + cause.getDraw().getLotteryId();
      case REFUND -> say("订单退款 ", "refund of order ") + cause.getOrderId();
      case HOLD -> cause.getHold().getReason();
      case BOARD ->
          say("榜单 ", "leaderboard ")
              + cause.getBoard().getBoardId()
              + say(" 第 ", " #")
              + cause.getBoard().getPosition()
              + say(" 名", "");
      case WHAT_NOT_SET -> "";
      default -> fields.setIn(cause, "what");
    };
  }

  private String tier(TaskCause tier) {
    return say("任务 ", "task ")
        + tier.getTaskId()
        + say(" 第 ", " tier ")
        + (tier.getTier() + 1)
        + say(" 档", "");
  }

  private String say(String zh, String en) {
    return language.choose(zh, en);
  }

  private static String time(Timestamp time) {
    return TIME.format(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
  }
}
