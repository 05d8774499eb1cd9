import { texts } from "../../core/texts.js";

export default texts(
  {
    level: "等级",
    next: "再得 {count} 经验值升至{level}",
    fact: {
      raised: "升到 {number} 级（{level}）",
      lowered: "经验值被收回，降到 {number} 级",
      fell: "久未获得经验值，降到 {number} 级",
      decayed: "久未获得经验值，减少 {count} 经验值，剩 {left}",
    },
    problem: { LEVELS_NOT_FOUND: "激励方案里没有等级" },
  },
  {
    level: "Level",
    next: "{count} more XP to {level}",
    fact: {
      raised: "Reached level {number} ({level})",
      lowered: "Experience was taken back: level {number}",
      fell: "No experience for long: fell to level {number}",
      decayed: "No experience for long: lost {count} XP, {left} left",
    },
    problem: { LEVELS_NOT_FOUND: "The program has no levels" },
  },
);
