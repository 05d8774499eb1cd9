import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      BoosterRules: { all: "各个加成", stacking: "叠加规则" },
      Booster: { what: "名称与倍数", who: "对谁生效", when: "生效时间" },
    },
    summary: { boosters: "{count} 个加成" },
    field: {
      Program: { boosters: { label: "加成" } },
      BoosterRules: {
        boosters: { label: "加成", help: "在一段时间内，让签到和任务发放的积分或经验值翻倍。" },
        stacking: { label: "同时生效时", help: "每笔积分明细都会记下倍数和所用的加成。" },
        max_percent: {
          label: "合计上限（%）",
          help: "几个加成合起来最多百分之几，101 到 1000。",
          example: "500",
        },
      },
      Booster: {
        id: { label: "加成编号", help: "小写字母开头；记在积分明细上。", example: "double-hour" },
        title: { label: "观众看到的名称" },
        percent: { label: "倍数（%）", help: "200 即双倍，101 到 1000；结果向下取整。", example: "200" },
        multiplies: { label: "加成什么", help: "留空只加成积分。" },
        sources: { label: "来自哪些", help: "留空则签到和任务都加成。奖品、兑换、升级和上榜奖励不加成。" },
        privilege_id: {
          label: "需持有特权",
          help: "持有期间生效。商城上架一件奖励为该特权、有效期 1h 的商品，就能卖一小时双倍。",
          example: "double",
        },
        audience: {
          label: "条件",
          help: "留空对所有人生效。可按等级，也可按所在直播间：viewer.presence.room_id。",
          example: "viewer.level >= 5",
        },
        host_starts_for: {
          label: "由主播开启，每次最多",
          help: "1 分钟到 24 小时。填写后，只在主播于直播间页开启期间、对在场观众生效；留空则不需要主播开启。",
          example: "10m",
        },
        starts_at: { label: "开始时间", help: "留空立即生效。" },
        ends_at: { label: "结束时间", help: "留空长期有效。" },
      },
    },
    choice: {
      BoosterStacking: { default: "默认（取最高）", highest: "取最高", add: "相加", multiply: "相乘" },
      BoosterKind: { points: "积分", experience: "经验值" },
    },
    add: { Booster: "添加加成" },
  },
  {
    group: {
      BoosterRules: { all: "Boosters", stacking: "Stacking" },
      Booster: { what: "Name and factor", who: "For whom", when: "When" },
    },
    summary: { boosters: "{count} booster | {count} boosters" },
    field: {
      Program: { boosters: { label: "Boosters" } },
      BoosterRules: {
        boosters: {
          label: "Boosters",
          help: "What multiplies points or experience of check-ins and tasks for a while.",
        },
        stacking: {
          label: "If several hold",
          help: "Each entry of the ledger says the factor and the boosters.",
        },
        max_percent: {
          label: "Most together (%)",
          help: "The highest factor that they come to together: 101 to 1,000.",
          example: "500",
        },
      },
      Booster: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. Entries of the ledger bear it.",
          example: "double-hour",
        },
        title: { label: "Title that viewers see" },
        percent: { label: "Factor (%)", help: "200 doubles: 101 to 1,000. Rounded down.", example: "200" },
        multiplies: { label: "What it multiplies", help: "Empty: points." },
        sources: {
          label: "Of what",
          help: "Empty: check-ins and tasks. Prizes, purchases, levels and leaderboards stay as they are.",
        },
        privilege_id: {
          label: "Privilege",
          help: "It holds while the viewer has it. An item of the mall whose reward is this privilege for 1h sells an hour.",
          example: "double",
        },
        audience: {
          label: "Condition",
          help: "Empty: everyone. By level, or by room: viewer.presence.room_id.",
          example: "viewer.level >= 5",
        },
        host_starts_for: {
          label: "A host starts it, for at most",
          help: "1 minute to 24 hours. It then holds only for those in a room where a host has started it, on the room's page. Empty: no host is needed.",
          example: "10m",
        },
        starts_at: { label: "Begins", help: "Empty: at once." },
        ends_at: { label: "Ends", help: "Empty: it doesn't." },
      },
    },
    choice: {
      BoosterStacking: {
        default: "Default (the highest)",
        highest: "The highest",
        add: "Added up",
        multiply: "Multiplied",
      },
      BoosterKind: { points: "Points", experience: "Experience" },
    },
    add: { Booster: "Add booster" },
  },
);
