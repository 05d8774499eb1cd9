import { formPart } from "../../program/part.js";
import { words } from "./form.words.js";

export default formPart({
  words,
  sections: [{ order: 900, heading: "basics", fields: ["name", "time_zone", "day_starts_at", "currency"] }],
});
