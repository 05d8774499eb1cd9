import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      Lottery: {
        what: "名称",
        when: "时间与消耗",
        prizes: "奖品与概率",
        told: "公示信息",
        who: "参与限制",
      },
    },
    summary: { lotteries: "{count} 个抽奖" },
    field: {
      Program: {
        lotteries: { label: "抽奖" },
      },
      Lottery: {
        id: {
          label: "抽奖编号",
          help: "小写字母开头。抽奖券按此编号发放。",
          example: "lucky-draw",
        },
        title: { label: "观众看到的名称" },
        description: { label: "活动说明" },
        cost: { label: "每次消耗", help: "关闭则每次消耗 1 张本抽奖的抽奖券。" },
        starts_at: {
          label: "开始时间",
          help: "开始后，奖品、概率、消耗等不能改得对参与者不利。",
        },
        ends_at: { label: "结束时间" },
        prizes: {
          label: "奖品",
          help: "1 到 50 个，概率合计不超过 1000000（百分之百）；其余为未中奖。",
        },
        consolation: {
          label: "未中安慰奖",
          help: "未中奖时发放；奖品发完后，它的概率也归到这里。",
        },
        pity: { label: "保底", help: "连续未中若干次后，下一次必中。" },
        limit: { label: "每人次数", help: "关闭则不限次数。" },
        audience: {
          label: "哪些观众可参与（CEL）",
          help: "留空表示所有人。",
          example: '"vip" in viewer.privileges',
        },
        organizer: { label: "主办方", help: "名称和联系方式，依法公示。" },
        delivery: { label: "发放说明", help: "如何发放、领取截止时间、哪些情况视为放弃，依法公示。" },
      },
      LotteryPrize: {
        id: {
          label: "奖品编号",
          help: "小写字母开头，本抽奖内唯一。",
          example: "first-prize",
        },
        title: { label: "奖品名称" },
        picture_url: {
          label: "图片地址",
          help: "以 https:// 开头，最多 500 个字符。",
          example: "https://…",
        },
        rewards: { label: "奖品内容" },
        odds: {
          label: "概率（百万分之几）",
          help: "每一百万次抽中几次，1 到 1000000；10000 即 1%。",
          example: "10000",
        },
        stock: { label: "总数量", help: "1 到 10 亿；留空不限。发完后概率归零。" },
        value_minor: {
          label: "单个价值（分）",
          help: "以分为单位，最多 5000000（5 万元），依法公示。",
          example: "9900",
        },
      },
      Pity: {
        misses: { label: "连续未中次数", help: "1 到 10000；达到后，下一次必中。" },
        prize_id: { label: "必中的奖品编号", help: "须是没有设总数量的奖品。", example: "prize-1" },
      },
    },
    choice: { Trigger: { draw: "抽奖" } },
    add: {
      Lottery: "添加抽奖",
      LotteryPrize: "添加奖品",
    },
  },
  {
    group: {
      Lottery: {
        what: "Name",
        when: "Time and cost",
        prizes: "Prizes and odds",
        told: "What entrants are told",
        who: "Who may draw",
      },
    },
    summary: { lotteries: "{count} lottery | {count} lotteries" },
    field: {
      Program: {
        lotteries: { label: "Lotteries" },
      },
      Lottery: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. Tickets are given for it by this id.",
          example: "lucky-draw",
        },
        title: { label: "Title that viewers see" },
        description: { label: "Description" },
        cost: { label: "Cost of a draw", help: "Off: one ticket of this lottery." },
        starts_at: {
          label: "Begins",
          help: "From then on prizes, odds and cost can't change to the entrants' disadvantage.",
        },
        ends_at: { label: "Ends" },
        prizes: {
          label: "Prizes",
          help: "1 to 50. Their odds add up to 1,000,000 (certainty) at most; the rest wins nothing.",
        },
        consolation: {
          label: "Consolation",
          help: "Given to those who win nothing. The odds of a prize that is used up go here too.",
        },
        pity: { label: "Certain win", help: "After so many draws without a prize, the next one wins." },
        limit: { label: "Limit for each viewer", help: "Off: any number of times." },
        audience: {
          label: "Who may draw (CEL)",
          help: "Empty: everyone.",
          example: '"vip" in viewer.privileges',
        },
        organizer: { label: "Organizer", help: "Name and way to be reached, as the law asks." },
        delivery: {
          label: "Delivery of prizes",
          help: "How prizes are delivered, until when they can be claimed, and what forfeits them.",
        },
      },
      LotteryPrize: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter; unique in the lottery.",
          example: "first-prize",
        },
        title: { label: "Title" },
        picture_url: {
          label: "Picture address",
          help: "Begins with https://, at most 500 characters.",
          example: "https://…",
        },
        rewards: { label: "What is won" },
        odds: {
          label: "Odds, in a million",
          help: "How many of a million draws win it, 1 to 1,000,000. 10000 is 1%.",
          example: "10000",
        },
        stock: {
          label: "How many in all",
          help: "1 to 1,000,000,000; empty: no limit. Once used up, its odds are zero.",
        },
        value_minor: {
          label: "Worth of one (minor unit)",
          help: "In cents or fen, at most 5,000,000 (50,000 yuan). Entrants are told it.",
          example: "9900",
        },
      },
      Pity: {
        misses: { label: "Draws without a prize", help: "1 to 10,000; the next one wins." },
        prize_id: {
          label: "Id of the prize that is won",
          help: "A prize without a number in all.",
          example: "prize-1",
        },
      },
    },
    choice: { Trigger: { draw: "Draw from a lottery" } },
    add: {
      Lottery: "Add lottery",
      LotteryPrize: "Add prize",
    },
  },
);
