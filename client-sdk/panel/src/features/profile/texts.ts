import { defineTexts } from "../../core/texts.js";

export const texts = defineTexts({
  zh: {
    label: "我的名片",
    noName: "未设置昵称",
    anonymous: "匿名用户",
    switch: "匿名展示",
    on: "榜单和邀请中不显示你的昵称和头像",
    off: "榜单和邀请中会显示你的昵称和头像",
  },
  en: {
    label: "How others see you",
    noName: "No name",
    anonymous: "Anonymous",
    switch: "Stay anonymous",
    on: "Boards and invites don't show your name and picture",
    off: "Boards and invites show your name and picture",
  },
});
