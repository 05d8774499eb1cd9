import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      LevelRules: { ladder: "各个等级", curve: "递增规则" },
      Level: { what: "名称与门槛" },
    },
    summary: { levels: "{count} 个等级" },
    effect: {
      levels: {
        title: "等级改动会影响谁",
        wouldRise: "{count} 位观众会升级",
        wouldKeep: "{count} 位观众经验值不够，但保留现有等级，直到经验值被收回",
        wouldFall: "{count} 位观众会失去现有等级：该等级已删除，或从未正式发放",
        nobody: "没有观众的等级会变动",
        all: "已检查全部 {count} 位观众",
        sample: "随机抽查了 {count} 位观众",
        move: "{from} → {to}（经验值 {experience}）",
        none: "无等级",
      },
    },
    field: {
      Program: { levels: { label: "等级" } },
      LevelRules: {
        levels: { label: "等级", help: "从低到高，最多 100 级，所需经验值逐级增加。" },
        curve: { label: "递增规则", help: "没有单独填写经验值的等级，按这条规则计算。" },
      },
      Level: {
        id: {
          label: "等级编号",
          help: "小写字母开头。中间插入新等级时，原有编号保持不变。",
          example: "gold",
        },
        title: { label: "观众看到的名称" },
        experience: { label: "所需经验值", help: "累计达到即升级；留空则按递增规则。", example: "100" },
        rewards: { label: "升级奖励", help: "第一次升到该级时发放；一次连升几级，每级各发一份。" },
      },
      LevelCurve: {
        first_step: { label: "第一级所需", help: "也是从第一级到第二级的步长。", example: "100" },
        growth_percent: { label: "每级递增", help: "每一步比上一步多百分之几，0 到 100。", example: "20" },
      },
    },
    choice: {},
    add: { Level: "添加等级" },
  },
  {
    group: {
      LevelRules: { ladder: "Levels", curve: "Curve" },
      Level: { what: "Name and threshold" },
    },
    summary: { levels: "{count} level | {count} levels" },
    effect: {
      levels: {
        title: "Whom the other levels move",
        wouldRise: "Would rise: {count}",
        wouldKeep: "Would keep a level that asks for more, until experience is taken back: {count}",
        wouldFall: "Would lose their level, which is left out or was never given: {count}",
        nobody: "Nobody's level moves",
        all: "All {count} viewers were looked at",
        sample: "{count} viewers by chance were looked at",
        move: "{from} → {to} ({experience} XP)",
        none: "no level",
      },
    },
    field: {
      Program: { levels: { label: "Levels" } },
      LevelRules: {
        levels: { label: "Levels", help: "The lowest first, at most 100; each asks for more experience." },
        curve: { label: "Curve", help: "What levels without an experience of their own ask for." },
      },
      Level: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. It stays when levels are put in between.",
          example: "gold",
        },
        title: { label: "Title that viewers see" },
        experience: {
          label: "Experience",
          help: "From how much experience on. Empty: as the curve says.",
          example: "100",
        },
        rewards: {
          label: "Rewards",
          help: "Given once, when a viewer first comes to the level. Each level that is passed gives its own.",
        },
      },
      LevelCurve: {
        first_step: {
          label: "First step",
          help: "What the first level asks for, and the step to the second.",
          example: "100",
        },
        growth_percent: {
          label: "Growth",
          help: "How much longer each step is than the one before, in percent: 0 to 100.",
          example: "20",
        },
      },
    },
    choice: {},
    add: { Level: "Add level" },
  },
);
