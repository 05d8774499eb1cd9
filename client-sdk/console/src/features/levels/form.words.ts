import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      LevelRules: { ladder: "各个等级", curve: "递增规则", decay: "经验值衰减" },
      LevelDecay: { when: "何时衰减", what: "每次减少多少", bounds: "保底与降级" },
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
        decay: { label: "经验值衰减", help: "观众久未获得经验值时逐次减少；赛季经验值不受影响。" },
      },
      LevelDecay: {
        after: {
          label: "多久没有经验值后开始",
          help: "1 到 730 天；任何新的经验值都会重新计时。",
          example: "30d",
        },
        every: { label: "之后每隔多久", help: "1 到 365 天；留空为每天。", example: "1d" },
        percent: {
          label: "每次减少（%）",
          help: "当时经验值的百分之几，向上取整。与数量二选一。",
          example: "5",
        },
        amount: { label: "每次减少（数量）", help: "固定的经验值。与百分比二选一。", example: "100" },
        floor_experience: { label: "保底经验值", help: "减到这里为止；留空为 0。", example: "500" },
        floor_level_id: {
          label: "保底等级",
          help: "达到过该级门槛的观众不会减到门槛以下。",
          example: "silver",
        },
        demotes: {
          label: "随之降级",
          help: "不勾选则只减经验值、保留等级。降级时该级特权一并失效，重新升回后恢复；其他奖励不再发放。",
        },
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
      LevelRules: { ladder: "Levels", curve: "Curve", decay: "Decay" },
      LevelDecay: { when: "When", what: "How much each time", bounds: "Floor and levels" },
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
        decay: {
          label: "Decay",
          help: "Viewers who gain none for long lose experience, bit by bit. Seasons are not concerned.",
        },
      },
      LevelDecay: {
        after: {
          label: "Begins after",
          help: "So long without experience: 1 to 730 days. Any that comes in sets the clock back.",
          example: "30d",
        },
        every: { label: "Then every", help: "1 to 365 days. Empty: a day.", example: "1d" },
        percent: {
          label: "Lost each time (%)",
          help: "Of the experience at that time, rounded up. Either this or a number.",
          example: "5",
        },
        amount: {
          label: "Lost each time (number)",
          help: "So much experience. Either this or a percentage.",
          example: "100",
        },
        floor_experience: { label: "Floor", help: "Nothing is lost below it. Empty: 0.", example: "500" },
        floor_level_id: {
          label: "Level kept",
          help: "Who has come so far loses nothing below what it asks for.",
          example: "silver",
        },
        demotes: {
          label: "Levels are lost",
          help: "Else only experience is lost. A lost level's privileges end, and come back with it; nothing else is given twice.",
        },
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
