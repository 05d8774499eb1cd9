import { defineTexts } from "../core/texts.js";

export const texts = defineTexts({
  zh: {
    anonymous: "匿名用户",
    nobody: "虚位以待",
    rank: "第 {rank} 名",
    connecting: "连接中",
    signedOut: "链接已失效，请换一个新的",
    missing: "没有这个榜单",
    trouble: "暂时连不上，正在重试",
  },
  en: {
    anonymous: "Anonymous",
    nobody: "Nobody yet",
    rank: "Rank {rank}",
    connecting: "Connecting",
    signedOut: "This link is no longer good. Take a new one",
    missing: "There is no such board",
    trouble: "Not connected right now. Trying again",
  },
});
