import { texts } from "../../core/texts.js";

export default texts(
  {
    fact: {
      started: "{booster} ×{factor} 已开启，{time} 结束",
      ended: "{booster} 已提前结束",
    },
    problem: {
      BOOSTER_NOT_FOUND: "方案里没有这个由主播开启的加成",
      BOOSTER_NOT_RUNNING: "这个加成没有在进行",
    },
  },
  {
    fact: {
      started: "{booster} ×{factor} was started, until {time}",
      ended: "{booster} was ended early",
    },
    problem: {
      BOOSTER_NOT_FOUND: "The program has no such booster for hosts to start",
      BOOSTER_NOT_RUNNING: "This booster is not on",
    },
  },
);
