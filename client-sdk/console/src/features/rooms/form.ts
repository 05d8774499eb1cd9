import { formPart } from "../../program/part.js";
import { words } from "./form.words.js";

export default formPart({
  words,
  sections: [{ order: 910, fields: ["presence"] }],
  always: ["Program.presence"],
  mistakes: [[/^at least the heartbeat_interval, (.+)$/, "不短于心跳间隔 heartbeat_interval（$1）"]],
});
