import { onBeforeUpdate, onUpdated, type Ref } from "vue";

const millis = 420;

/** Lets the rows of a list glide to their new places, and new ones appear, instead of jumping. */
export function useMoves(list: Ref<HTMLElement | undefined>): void {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  const tops = new Map<Element, number>();
  const rows = () => [...(list.value?.children ?? [])];
  const topOf = (row: Element) => row.getBoundingClientRect().top;

  onBeforeUpdate(() => {
    tops.clear();
    for (const row of rows()) tops.set(row, topOf(row));
  });

  onUpdated(() => {
    if (isStill.matches) return;
    for (const row of rows()) {
      const before = tops.get(row);
      const by = (before ?? 0) - topOf(row);
      const from = before === undefined ? { opacity: 0 } : { transform: `translateY(${by}px)` };
      if (before === undefined || by !== 0) row.animate([from, {}], { duration: millis, easing: "ease-out" });
    }
  });
}
