import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { beforeEach, describe, expect, it } from "vitest";
import { addTexts, i18n } from "../src/i18n/index.js";
import { ago, money, monthName } from "../src/shell/format.js";
import { language } from "../src/shell/preferences.js";

beforeEach(() => {
  language.value = "zh";
});

describe("what is told in Chinese and English", () => {
  const now = Date.UTC(2026, 10, 11);
  const before = (seconds: number) => ago(timestampFromMs(now - seconds * 1000), now);

  it("tells how long ago something was", () => {
    expect([3, 45, 200, 7200].map(before)).toEqual(["刚刚", "45 秒前", "3 分钟前", "2 小时前"]);
    language.value = "en";
    expect([3, 200].map(before)).toEqual(["just now", "3 min ago"]);
  });

  it("tells money to the fen, but millions to the yuan", () => {
    expect(money(38_700n)).toBe("¥387.00");
    expect(money(99_999_999n)).toBe("¥999,999.99");
    expect(money(123_456_789n)).toBe("¥1,234,568");
  });

  it("names months", () => {
    expect(monthName("2026-11")).toBe("2026年11月");
    language.value = "en";
    expect(monthName("2026-11")).toBe("November 2026");
    expect(monthName("")).toBe("");
  });

  it("knows one from many", () => {
    addTexts({ zh: {}, en: { test: { orders: "{count} order | {count} orders" } } });
    i18n.global.locale.value = "en";
    const said = (count: number) => i18n.global.t("test.orders", { count }, count);
    expect([0, 1, 2].map(said)).toEqual(["0 orders", "1 order", "2 orders"]);
  });
});
