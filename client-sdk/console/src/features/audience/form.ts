import { getAt, type Fields } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list } from "../../program/sentence.js";
import { words } from "./form.words.js";

/** A tag in a line: its condition. */
function tagSentence(tag: Fields, say: FormSay): string {
  const condition = tag["condition"];
  return typeof condition === "string" && condition !== "" ? condition : say.t("program.summary.byHand", 1);
}

export default formPart({
  words,
  sections: [{ order: 58, fields: ["tags"] }],
  groups: {
    TagRule: [
      { key: "who", fields: ["title", "id", "condition", "group"] },
      { key: "how", fields: ["tone", "advice"] },
    ],
  },
  items: {
    TagRule: (before) => ({
      id: freeId("tag", before),
      title: { zh: "新标签", en: "New tag" },
      condition: "viewer.streak >= 7",
    }),
  },
  conditions: ["TagRule.condition"],
  sentences: { TagRule: tagSentence },
  summary: (program, { t }) => {
    const count = list(getAt(program, ["tags"])).length;
    return count > 0 ? t("program.summary.tags", count) : "";
  },
  review: () => import("./TagsReview.vue"),
  beside: { TagRule: () => import("./TagPreview.vue") },
  mistakes: [
    [
      /^fields of viewer, each by its name, other than tags, presence and active$/,
      "逐个写出 viewer 的字段，且不能用 tags、presence 和 active",
    ],
    [
      /^each field that counts days first and compared with a number, such as (.+)$/,
      "按天计数的字段写在前面，并与一个写明的数字比较，例如 $1",
    ],
  ],
});
