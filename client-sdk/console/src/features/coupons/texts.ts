import { texts } from "../../core/texts.js";

export default texts(
  {
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
