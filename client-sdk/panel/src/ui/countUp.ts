import { onUnmounted, ref, watch, type Ref } from "vue";

const countMillis = 290;

/** A figure that counts up to where it rises to. It falls at once, and jumps for those who want no motion. */
export function useCountUp(target: () => number): Ref<number> {
  const shown = ref(target());
  let frame = 0;
  let began = false;

  watch(target, (to) => {
    cancelAnimationFrame(frame);
    const from = shown.value;
    const isFirst = !began;
    began = true;
    if (to <= from || isFirst || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      shown.value = to;
      return;
    }
    const startMillis = performance.now();
    const step = (nowMillis: number) => {
      const passed = Math.min(1, (nowMillis - startMillis) / countMillis);
      shown.value = Math.round(from + (to - from) * (1 - (1 - passed) ** 3));
      if (passed < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  });

  onUnmounted(() => {
    cancelAnimationFrame(frame);
  });
  return shown;
}
