import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { nextTick, onBeforeUnmount, onMounted, ref, watch } from "vue";
import { dark } from "../../shell/preferences.js";

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** The colours of the look, as the page has them now; a canvas knows no CSS variables. */
export interface Colours {
  ink: string;
  soft: string;
  line: string;
  accent: string;
  surface: string;
}

function colours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--fw-${name}`).trim();
  return {
    ink: of("ink"),
    soft: of("ink-soft"),
    line: of("line"),
    accent: of("accent"),
    surface: of("surface"),
  };
}

/** Draws a chart into an element and keeps it in step with what it shows, the theme and the element's size. */
export function useChart(options: (colours: Colours) => EChartsCoreOption) {
  const host = ref<HTMLElement>();
  let chart: EChartsType | undefined;
  const { fontFamily } = getComputedStyle(document.body);
  const draw = () => chart?.setOption({ textStyle: { fontFamily }, ...options(colours()) });
  const observer = new ResizeObserver(() => chart?.resize());
  onMounted(() => {
    if (!host.value) return;
    chart = init(host.value);
    observer.observe(host.value);
    draw();
  });
  watch(() => options(colours()), draw);
  watch(dark, () => nextTick(draw));
  onBeforeUnmount(() => {
    observer.disconnect();
    chart?.dispose();
  });
  return host;
}

/** What all tooltips have in common. */
export function tooltipOf(colour: Colours): object {
  return {
    trigger: "axis",
    backgroundColor: colour.surface,
    borderColor: colour.line,
    padding: [8, 12],
    textStyle: { color: colour.ink, fontSize: 12, fontFamily: "inherit" },
    axisPointer: { type: "line", lineStyle: { color: colour.soft, type: "solid", width: 1 } },
    transitionDuration: 0,
    confine: true,
  };
}

export const MOTION = {
  animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  animationDuration: 200,
  animationDurationUpdate: 200,
};
