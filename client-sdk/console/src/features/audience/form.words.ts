import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: { TagRule: { who: "哪些观众", how: "怎么提示主播" } },
    effect: {
      tags: {
        title: "标签改动会影响谁",
        now: "现在应用会影响谁",
        waits: "条件写对之后，这里会显示影响到哪些人。",
        noProgram: "第一次应用激励方案之后，这里会显示影响到哪些人。",
        nobody: "还没有观众。",
        moves: "将有 {have} 人：新进入 {enter} 人，离开 {leave} 人",
        movesOf: "随机抽查的 {of} 人里将有 {have} 人：新进入 {enter} 人，离开 {leave} 人",
        always: "检查过的观众全都符合，条件可能太宽。",
        never: "检查过的观众没有一个符合，条件可能太严或互相矛盾。",
        enters: "进入",
        leaves: "离开",
        more: "另有 {count} 个改动的标签没有预览",
        dropped: "不再有这些标签：{tags}",
      },
    },
    summary: { tags: "{count} 个标签", byHand: "仅手动添加" },
    field: {
      Program: { tags: { label: "人群标签", help: "只有商家和主播看得到，观众看不到。" } },
      TagRule: {
        id: { label: "标签编号", help: "小写字母开头。", example: "core-fan" },
        title: { label: "标签名称" },
        condition: {
          label: "条件",
          help: "用 CEL 写的条件，只能用 viewer。留空：只能手动添加。",
          example: "viewer.streak >= 7",
        },
        group: {
          label: "互斥组",
          help: "同组里每人只有一个标签：第一个符合条件的，或最后手动添加的。",
          example: "stage",
        },
        advice: { label: "建议话术", help: "对这类观众说什么、给什么，主播在直播间里看得到。" },
        tone: { label: "展示方式" },
      },
    },
    choice: {
      TagTone: {
        default: "默认（普通）",
        plain: "普通",
        valued: "值得珍惜",
        new: "新来的",
        attention: "需要关注",
      },
    },
    add: { TagRule: "添加标签" },
  },
  {
    group: { TagRule: { who: "Which viewers", how: "What the host sees" } },
    effect: {
      tags: {
        title: "Whom the other tags move",
        now: "Whom it would move if it were applied now",
        waits: "Once the condition is right, this says whom it moves.",
        noProgram: "Once a first program is in force, this says whom it moves.",
        nobody: "There are no viewers yet.",
        moves: "Would have it: {have}. Would come to have it: {enter}. Would lose it: {leave}.",
        movesOf:
          "Of {of} viewers by chance, would have it: {have}. Would come to have it: {enter}. Would lose it: {leave}.",
        always: "It holds for everybody who was looked at; perhaps it asks for too little.",
        never: "It holds for nobody who was looked at; perhaps it asks for too much, or for what can't be.",
        enters: "Enters:",
        leaves: "Leaves:",
        more: "{count} more tags change that are not shown",
        dropped: "Tags that are no more: {tags}",
      },
    },
    summary: { tags: "{count} tag | {count} tags", byHand: "By hand only" },
    field: {
      Program: { tags: { label: "Tags", help: "Only the merchant's people see them, viewers never do." } },
      TagRule: {
        id: { label: "Id", help: "Begins with a lower-case letter.", example: "core-fan" },
        title: { label: "Title" },
        condition: {
          label: "Condition",
          help: "In CEL, over viewer. Empty: set by hand only.",
          example: "viewer.streak >= 7",
        },
        group: {
          label: "Group",
          help: "One tag of a group for each viewer: the first that holds, or the last that was set by hand.",
          example: "stage",
        },
        advice: { label: "Advice", help: "What to say or offer to such a viewer, for whoever is on air." },
        tone: { label: "Shown" },
      },
    },
    choice: {
      TagTone: {
        default: "Default (plain)",
        plain: "Plain",
        valued: "As valued",
        new: "As new",
        attention: "As needing attention",
      },
    },
    add: { TagRule: "Add tag" },
  },
);
