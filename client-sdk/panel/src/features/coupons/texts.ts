import { defineTexts } from "../../core/texts.js";

export const texts = defineTexts({
  zh: {
    title: "我的优惠券",
    none: "还没有优惠券，签到、做任务、抽奖和兑换都能得到",
    copy: "复制券码 {code}",
    copied: "已复制",
    codeSoon: "券码发放中",
    until: "有效至 {time}",
    usable: "可使用",
    soon: "即将到期",
    reserved: "下单占用中",
    used: "已使用",
    expired: "已过期",
    revoked: "已收回",
  },
  en: {
    title: "Your coupons",
    none: "No coupons yet. Check-ins, tasks, draws and the mall bring them.",
    copy: "Copy code {code}",
    copied: "Copied",
    codeSoon: "The code is on its way",
    until: "Until {time}",
    usable: "Ready to use",
    soon: "Ends soon",
    reserved: "Held for an order",
    used: "Used",
    expired: "Ended",
    revoked: "Taken back",
  },
});
