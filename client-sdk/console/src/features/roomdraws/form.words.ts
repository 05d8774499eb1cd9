import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      RoomDraw: {
        what: "名称",
        enter: "参与方式",
        prizes: "奖品",
        told: "公示信息",
        who: "参与限制",
      },
    },
    summary: { room_draws: "{count} 个福袋" },
    field: {
      Program: { room_draws: { label: "福袋" } },
      RoomDraw: {
        id: { label: "福袋编号", help: "小写字母开头。", example: "lucky-bag" },
        title: { label: "观众看到的名称" },
        description: { label: "参与说明", help: "例如：发一条评论即可参与。" },
        open_for: { label: "开放多久", help: "10s 到 1h，默认 3m；到点自动开奖。", example: "3m" },
        entry: { label: "做什么算参与", help: "只计福袋开放期间、在本直播间做的。" },
        threshold: { label: "做到多少", help: "1 到 1000000，默认 1。", example: "1" },
        audience: {
          label: "哪些观众可参与（CEL）",
          help: "留空表示所有人。",
          example: '"vip" in viewer.privileges',
        },
        prizes: { label: "奖品", help: "1 到 10 项，按顺序开出。" },
        organizer: { label: "主办方", help: "名称和联系方式，依法公示。" },
        delivery: { label: "发放说明", help: "如何发放、领取截止时间、哪些情况视为放弃，依法公示。" },
      },
      RoomDrawPrize: {
        id: { label: "奖品编号", help: "小写字母开头，本福袋内唯一。", example: "prize-1" },
        title: { label: "奖品名称" },
        rewards: { label: "奖品内容" },
        winners: { label: "中奖人数", help: "1 到 100，默认 1。", example: "1" },
        value_minor: {
          label: "单个价值（分）",
          help: "以分为单位，最多 5000000（5 万元），依法公示。",
          example: "1000",
        },
      },
    },
    add: { RoomDraw: "添加福袋", RoomDrawPrize: "添加奖品" },
  },
  {
    group: {
      RoomDraw: {
        what: "Name",
        enter: "How to enter",
        prizes: "Prizes",
        told: "What entrants are told",
        who: "Who may enter",
      },
    },
    summary: { room_draws: "{count} room draw | {count} room draws" },
    field: {
      Program: { room_draws: { label: "Room draws" } },
      RoomDraw: {
        id: { label: "Id", help: "Begins with a lower-case letter.", example: "lucky-bag" },
        title: { label: "Title that viewers see" },
        description: { label: "How to enter, in words", help: "Such as: send a comment to take part." },
        open_for: { label: "Open for", help: "10s to 1h, default 3m. Then it is drawn.", example: "3m" },
        entry: { label: "What enters", help: "Only what is done in the room while the draw is open." },
        threshold: { label: "How much of it", help: "1 to 1,000,000, default 1.", example: "1" },
        audience: {
          label: "Who may enter (CEL)",
          help: "Empty: everyone.",
          example: '"vip" in viewer.privileges',
        },
        prizes: { label: "Prizes", help: "1 to 10, drawn in their order." },
        organizer: { label: "Organizer", help: "Name and way to be reached, as the law asks." },
        delivery: {
          label: "Delivery of prizes",
          help: "How prizes are delivered, until when they can be claimed, and what forfeits them.",
        },
      },
      RoomDrawPrize: {
        id: { label: "Id", help: "Begins with a lower-case letter; unique in the draw.", example: "prize-1" },
        title: { label: "Title" },
        rewards: { label: "What is won" },
        winners: { label: "Winners", help: "1 to 100, default 1.", example: "1" },
        value_minor: {
          label: "Worth of one (minor unit)",
          help: "In cents or fen, at most 5,000,000 (50,000 yuan). Entrants are told it.",
          example: "1000",
        },
      },
    },
    add: { RoomDraw: "Add room draw", RoomDrawPrize: "Add prize" },
  },
);
