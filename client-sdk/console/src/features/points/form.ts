import { formPart } from "../../program/part.js";
import { words } from "./form.words.js";

export default formPart({
  words,
  sections: [{ order: 30, fields: ["points"] }],
  always: ["Program.points"],
  rewards: { points: () => 10 },
});
