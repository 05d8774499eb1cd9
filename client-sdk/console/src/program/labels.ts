import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { useI18n } from "vue-i18n";

/** "max_freezes" as people read it: "Max freezes". */
export function readable(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the form calls things: as a feature does, else by their names in the contract. */
export function useLabels() {
  const { t, te } = useI18n();
  const known = (key: string, otherwise: string) => (te(key) ? t(key) : otherwise);
  const ofField = (field: DescField) => `program.field.${field.parent.name}.${field.name}`;
  return {
    label: (field: DescField) => known(`${ofField(field)}.label`, readable(field.name)),
    help: (field: DescField) => known(`${ofField(field)}.help`, ""),
    /** Other words of a field: "example", "any", "hint", "none". */
    more: (field: DescField, what: string, otherwise = "") => known(`${ofField(field)}.${what}`, otherwise),
    choice: (field: DescField, choice: string) =>
      known(`program.choice.${field.enum?.name ?? ""}.${choice}`, readable(choice)),
    defaultChoice: (field: DescField) =>
      known(`program.choice.${field.enum?.name ?? ""}.default`, t("program.default")),
    group: (message: DescMessage, key: string) =>
      known(`program.group.${message.name}.${key}`, readable(key)),
    add: (message: DescMessage | undefined) =>
      known(`program.add.${message?.name ?? ""}`, t("program.addItem")),
    section: (key: string) => known(`program.section.${key}`, readable(key)),
  };
}
