import { texts } from "../../core/texts.js";

export default texts(
  {
    tasks: "任务",
    noTasks: "方案中没有面向这位观众的任务",
    why: "为什么",
    hideWhy: "收起",
    hiddenTask: "隐藏任务",
    state: {
      1: "未解锁",
      2: "进行中",
      3: "待领取",
      4: "已完成",
      5: "未开始",
      6: "已结束",
    },
    forOthers: "不面向此观众",
    holds: "满足",
    fails: "未满足",
    fact: {
      taskProgressed: "{task}：{count} / {threshold}",
      taskUnlocked: "解锁 {task}",
      tierReached: "达成 {task} 第 {tier} 档",
      taskCompleted: "完成 {task}",
      roomGoalReached: "全场目标达成：{task}",
    },
  },
  {
    tasks: "Tasks",
    noTasks: "The program has no tasks for this viewer",
    why: "Why",
    hideWhy: "Close",
    hiddenTask: "Hidden",
    state: {
      1: "Locked",
      2: "Open",
      3: "To claim",
      4: "Done",
      5: "Not started",
      6: "Ended",
    },
    forOthers: "Not for this viewer",
    holds: "Holds",
    fails: "Does not hold",
    fact: {
      taskProgressed: "{task}: {count} / {threshold}",
      taskUnlocked: "Unlocked {task}",
      tierReached: "Reached tier {tier} of {task}",
      taskCompleted: "Completed {task}",
      roomGoalReached: "The room's goal was reached: {task}",
    },
  },
);
