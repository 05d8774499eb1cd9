import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      Badge: { what: "名称", counts: "怎样获得", hidden: "隐藏", finer: "周期与期限" },
    },
    summary: { badges: "{count} 枚徽章" },
    field: {
      Program: { badges: { label: "徽章" } },
      Badge: {
        id: { label: "徽章编号", help: "小写字母开头。观众按编号持有徽章。", example: "loyal-fan" },
        title: { label: "观众看到的名称" },
        description: { label: "说明", help: "这枚徽章代表什么。" },
        picture_url: { label: "图片", help: "https 地址；留空则用默认图形。" },
        metric: {
          label: "计数规则",
          help: "不填则只能由奖励或人工发放。改动规则后重新计数，已获得的保留，过往可补发。",
        },
        tiers: { label: "档位", help: "门槛依次增大，最多 10 档；每档只获得一次。" },
        counted: { label: "累计方式" },
        thing: {
          label: "按什么对象",
          help: "给出对象编号的表达式，例如一条评论的编号。",
          example: 'event.custom.attributes["comment"]',
        },
        window: { label: "计数周期", help: "每个周期重新计数，默认一次性。" },
        hidden: { label: "隐藏", help: "获得之前，观众只能看到谜题。" },
        riddle: { label: "谜题", help: "给观众的提示。" },
        starts_at: { label: "开始时间", help: "只算此后发生的。" },
        ends_at: { label: "截止时间", help: "只算此前发生的，不含该时刻。" },
      },
      BadgeTier: {
        threshold: { label: "门槛", example: "100" },
        title: { label: "档位名称", help: "显示在徽章名称旁，例如“金”。" },
        rewards: { label: "奖励", help: "获得该档时发放一次，最多 5 项。" },
      },
    },
    choice: {
      BadgeCount: {
        default: "默认（全部累计）",
        in_all: "全部累计",
        days_in_a_row: "连续天数",
        for_one_thing: "单个对象最多",
      },
    },
    add: { Badge: "添加徽章", BadgeTier: "添加档位" },
  },
  {
    group: {
      Badge: { what: "Name", counts: "How it is earned", hidden: "Hidden", finer: "Window and times" },
    },
    summary: { badges: "{count} badge | {count} badges" },
    field: {
      Program: { badges: { label: "Badges" } },
      Badge: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. Viewers hold the badge under it.",
          example: "loyal-fan",
        },
        title: { label: "Title that viewers see" },
        description: { label: "Description", help: "What it stands for." },
        picture_url: { label: "Picture", help: "An https address. Empty: a plain badge." },
        metric: {
          label: "What is counted",
          help: "Empty: it is only given, by rewards or by hand. A changed rule counts anew; what was earned stays, and the past can be awarded.",
        },
        tiers: { label: "Tiers", help: "By rising thresholds, at most 10. Each is earned once." },
        counted: { label: "How it adds up" },
        thing: {
          label: "For which thing",
          help: "An expression that gives the thing's id, such as a comment's.",
          example: 'event.custom.attributes["comment"]',
        },
        window: { label: "Window", help: "The count begins anew in each. Once is the default." },
        hidden: { label: "Hidden", help: "Viewers see nothing but the riddle until they earn it." },
        riddle: { label: "Riddle", help: "The hint that it gives." },
        starts_at: { label: "From", help: "Only what happens from then on counts." },
        ends_at: { label: "Until", help: "Only what happens before then counts." },
      },
      BadgeTier: {
        threshold: { label: "Threshold", example: "100" },
        title: { label: "Tier's title", help: "Shown beside the badge's, such as gold." },
        rewards: { label: "Rewards", help: "Given with the tier, once; at most 5." },
      },
    },
    choice: {
      BadgeCount: {
        default: "Default (in all)",
        in_all: "In all",
        days_in_a_row: "Days in a row",
        for_one_thing: "Most of any one thing",
      },
    },
    add: { Badge: "Add badge", BadgeTier: "Add tier" },
  },
);
