import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "../harness/fixtures.js";
import type { Merchant } from "../harness/merchant.js";

const LARGEST_LAYOUT_SHIFT = 0.02;

interface Screen {
  name: string;
  url: (merchant: Merchant, look: Look) => string;
  ready: string;
  /** What opens it, if it lies over the page. */
  open?: string;
  phone: boolean;
}

interface Look {
  language: "zh" | "en";
  theme: "light" | "dark";
}

const screens: Screen[] = [
  {
    name: "the panel",
    url: (merchant, { language, theme }) =>
      merchant.panelUrl("room-1", "lin", `&lang=${language}&theme=${theme}`),
    ready: "task-daily-likes",
    phone: true,
  },
  {
    name: "why a reward has not come",
    url: (merchant, { language, theme }) =>
      merchant.panelUrl("room-1", "lin", `&lang=${language}&theme=${theme}`),
    ready: "explanation",
    open: "why-daily-likes",
    phone: true,
  },
  {
    name: "the points",
    url: (merchant, { language, theme }) =>
      merchant.panelUrl("room-1", "lin", `&lang=${language}&theme=${theme}`),
    ready: "points-entry",
    open: "points-button",
    phone: true,
  },
  {
    name: "the cockpit",
    url: (merchant) => merchant.consoleUrl("rooms/room-1"),
    ready: "watch-curve",
    phone: false,
  },
  {
    name: "the list of viewers",
    url: (merchant) => merchant.consoleUrl("viewers"),
    ready: "viewer-row-lin",
    phone: false,
  },
  {
    name: "a viewer's story",
    url: (merchant) => merchant.consoleUrl("viewers/lin"),
    ready: "explain-daily-likes",
    phone: false,
  },
  {
    name: "the program",
    url: (merchant) => merchant.consoleUrl("program"),
    ready: "program-form",
    phone: false,
  },
];

for (const screen of screens) {
  for (const look of [
    { language: "zh", theme: "light" },
    { language: "en", theme: "dark" },
  ] as const) {
    test(`${screen.name} is accessible and stands still in ${look.language}, ${look.theme}`, async ({
      browser,
      merchant,
    }) => {
      await merchant.applyTemplate("growth-flywheel");
      await merchant.report("lin", "room-1", { entered: {} });
      await merchant.report("lin", "room-1", { liked: { count: 12 } });
      const context = await browser.newContext({
        viewport: screen.phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
        colorScheme: look.theme,
        locale: look.language === "zh" ? "zh-CN" : "en-GB",
        reducedMotion: "reduce",
      });
      await context.addInitScript(
        (kept) => localStorage.setItem("flywheel.console.language", kept),
        look.language,
      );
      const page = await context.newPage();
      await page.addInitScript(watchLayoutShift);
      await page.goto(screen.url(merchant, look));
      if (screen.open) await page.getByTestId(screen.open).click();
      await expect(page.getByTestId(screen.ready).first()).toBeVisible();
      await page.evaluate(() => new Promise((rested) => requestIdleCallback(rested, { timeout: 3000 })));
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      expect(
        violations.map((violation) => `${violation.id}: ${violation.nodes.map((n) => n.html).join(" | ")}`),
      ).toEqual([]);
      const { shifts } = await page.evaluate(() => window.layout);
      const sum = shifts.reduce((total, { value }) => total + value, 0);
      expect(sum, shifts.map(({ value, moved }) => `${value}: ${moved}`).join("\n")).toBeLessThan(
        LARGEST_LAYOUT_SHIFT,
      );
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, "nothing sticks out at the side").toBeLessThanOrEqual(0);
      await context.close();
    });
  }
}

declare global {
  interface Window {
    layout: { shifts: { value: number; moved: string }[] };
  }
}

interface LayoutShift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null }[];
}

/** Notes what moved by itself, as browsers reckon it (Cumulative Layout Shift, without its session windows). */
function watchLayoutShift(): void {
  const shifts: Window["layout"]["shifts"] = [];
  window.layout = { shifts };
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
      const moved = sources.map(({ node }) =>
        node instanceof Element ? node.outerHTML.slice(0, 120) : node?.nodeName,
      );
      if (!hadRecentInput) shifts.push({ value, moved: moved.join(" | ") });
    }
  }).observe({ type: "layout-shift", buffered: true });
}
