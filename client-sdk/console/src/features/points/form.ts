import { formPart } from "../../program/part.js";
import { words } from "./form.words.js";

export default formPart({ words, rewards: { points: () => 10 } });
