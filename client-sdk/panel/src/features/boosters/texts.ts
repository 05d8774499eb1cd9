import { defineTexts } from "../../core/texts.js";

export const texts = defineTexts({
  zh: {
    title: "加成",
    left: "剩余 {time}",
    started: "{title} ×{factor} 开始了",
    points: "积分 ×{factor}",
    experience: "经验值 ×{factor}",
    both: "积分与经验值 ×{factor}",
  },
  en: {
    title: "Boosters",
    left: "{time} left",
    started: "{title} ×{factor} has begun",
    points: "Points ×{factor}",
    experience: "XP ×{factor}",
    both: "Points and XP ×{factor}",
  },
});
