import { texts } from "../../core/texts.js";

export default texts(
  {
    title: "优惠券",
    coupon: "优惠券",
    code: "券码",
    stateHead: "状态",
    given: "发放时间",
    ends: "到期时间",
    revoke: "收回",
    revokeTitle: "收回“{coupon}”",
    revokeHelp: "收回后不能再使用，也不能恢复。",
    reason: "原因",
    problem: {
      COUPON_NOT_FOUND: "没有这张券",
      COUPON_NOT_USABLE: "这张券已使用或已收回",
    },
    state: {
      0: "未知",
      1: "可使用",
      2: "下单占用中",
      3: "已使用",
      4: "已过期",
      5: "已收回",
    },
    fact: {
      couponMoved: "优惠券 {coupon} #{number}：{state}{order}",
      couponExpiring: "优惠券 {coupon} #{number} 将于 {time} 到期",
    },
  },
  {
    title: "Coupons",
    coupon: "Coupon",
    code: "Code",
    stateHead: "State",
    given: "Given",
    ends: "Ends",
    revoke: "Take back",
    revokeTitle: "Take back “{coupon}”",
    revokeHelp: "It can't be used any more, for good.",
    reason: "Reason",
    problem: {
      COUPON_NOT_FOUND: "There is no such coupon",
      COUPON_NOT_USABLE: "The coupon was used or taken back",
    },
    state: {
      0: "unknown",
      1: "can be used",
      2: "held for an order",
      3: "used",
      4: "ended",
      5: "taken back",
    },
    fact: {
      couponMoved: "Coupon {coupon} #{number}: {state}{order}",
      couponExpiring: "Coupon {coupon} #{number} ends at {time}",
    },
  },
);
