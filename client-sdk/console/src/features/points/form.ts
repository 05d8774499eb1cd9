import { formPart } from "../../program/part.js";
import { words } from "./form.words.js";

export default formPart({
  words,
  sections: [{ order: 30, fields: ["points"] }],
  always: ["Program.points"],
  beginnings: { "Price.points": () => ({ amount: 100 }) },
  rewards: { points: () => 10 },
});
