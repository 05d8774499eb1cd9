import { texts } from "../../core/texts.js";

export const words = texts(
  {
    field: {
      Program: {
        presence: {
          label: "在场判定",
        },
      },
      PresenceRules: {
        max_actions_per_second: {
          label: "每秒最多计几次",
          help: "观众自己上报的点赞、评论等，每类 1 到 1000，默认 10；更快的不计。",
          example: "10",
        },
        heartbeat_interval: {
          label: "心跳间隔",
          help: "观众端多久上报一次在看，5 秒到 2 分钟，默认 30s。",
        },
        longest_silence: {
          label: "最长静默",
          help: "超过这个时间没有心跳即视为离开，默认心跳间隔的 3 倍。",
        },
      },
    },
  },
  {
    field: {
      Program: {
        presence: {
          label: "Presence",
        },
      },
      PresenceRules: {
        max_actions_per_second: {
          label: "Actions a second",
          help: "Of each kind that a viewer's app reports: 1 to 1,000, default 10. What is faster does not count.",
          example: "10",
        },
        heartbeat_interval: {
          label: "Heartbeat",
          help: "How often the viewer's app says it is watching: 5 seconds to 2 minutes, default 30s.",
        },
        longest_silence: {
          label: "Longest silence",
          help: "After a longer one the viewer has left. Default three heartbeats.",
        },
      },
    },
  },
);
