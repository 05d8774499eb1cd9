import type { Price, Reward, Text } from "@flywheel/client";

/** The languages that people are spoken to in. */
export type Language = "zh" | "en";

/** The language to begin with: what is asked for, else the browser's, where anything Chinese means Chinese. */
export function chooseLanguage(asked: string | null | undefined, spoken: readonly string[]): Language {
  const tags = asked ? [asked] : spoken;
  for (const tag of tags) {
    if (tag.toLowerCase().startsWith("zh")) return "zh";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "zh";
}

/** A text of a program; empty where the merchant wrote none. */
export function textOf(text: Text | undefined, language: Language): string {
  if (!text) return "";
  return language === "en" && text.en ? text.en : text.zh || text.en;
}

/** A whole number with its thousands set apart, such as "12,800". */
export function number(value: number | bigint, language: Language): string {
  return new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en").format(value);
}

const defaultCurrency = "CNY";

/**
 * An amount of money: "¥500", "$129.05", "¥1,234,568" from a million on.
 *
 * @param minor in the currency's minor unit
 * @param currency its ISO 4217 code; empty: the default of programs
 * @param isExact whether whole amounts have their decimals, too: "¥500.00"
 */
export function moneyText(
  minor: number | bigint,
  currency: string,
  language: Language,
  isExact = false,
): string {
  const style = {
    style: "currency",
    currency: currency || defaultCurrency,
    currencyDisplay: "narrowSymbol",
  } as const;
  const locale = language === "zh" ? "zh-CN" : "en";
  const digits = new Intl.NumberFormat(locale, style).resolvedOptions().maximumFractionDigits ?? 2;
  const amount = Number(minor) / 10 ** digits;
  const isWhole = amount >= 1_000_000 || (!isExact && Number.isInteger(amount));
  const shown = isWhole ? 0 : digits;
  return new Intl.NumberFormat(locale, {
    ...style,
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  }).format(amount);
}

/** The space between a number and what it counts, at which no line breaks. */
export const UNIT = "\u00a0";

/** What a reward is called, with how much or how many: "10 积分", "Seven-day coupon", "Weekly draw tickets × 3". */
export function rewardText(reward: Reward, language: Language): string {
  const zh = language === "zh";
  const kind = reward.kind;
  switch (kind.case) {
    case "points":
      return zh
        ? `${number(kind.value.amount, language)}${UNIT}积分`
        : counted(kind.value.amount, "point", "points", language);
    case "experience":
      return zh
        ? `${number(kind.value.amount, language)}${UNIT}经验`
        : `${number(kind.value.amount, language)}${UNIT}XP`;
    case "coupon":
      return textOf(kind.value.title, language) || kind.value.couponId;
    case "badge": {
      const badge = textOf(kind.value.title, language) || kind.value.badgeId;
      return zh ? `徽章「${badge}」` : `${badge} badge`;
    }
    case "privilege":
      return textOf(kind.value.title, language) || kind.value.privilegeId;
    case "ticket": {
      const lottery = textOf(kind.value.title, language) || kind.value.lotteryId;
      const count = kind.value.count ?? 1;
      return zh
        ? `${lottery}券${UNIT}×${UNIT}${count}`
        : `${lottery} ticket${count === 1 ? "" : "s"}${UNIT}×${UNIT}${count}`;
    }
    case "makeUpCard":
      return zh
        ? `补签卡${UNIT}×${UNIT}${kind.value.count}`
        : counted(kind.value.count, "make-up card", "make-up cards", language);
    case "freeze":
      return zh
        ? `断签保护${UNIT}×${UNIT}${kind.value.count}`
        : counted(kind.value.count, "streak freeze", "streak freezes", language);
    case undefined:
      return zh ? "奖励" : "Reward";
  }
}

/** Several rewards in one line. */
export function rewardsText(rewards: readonly Reward[], language: Language): string {
  return rewards.map((reward) => rewardText(reward, language)).join(language === "zh" ? "、" : ", ");
}

/** What something costs: "100 积分", "2 make-up cards". */
export function priceText(price: Price, language: Language): string {
  const zh = language === "zh";
  const kind = price.kind;
  switch (kind.case) {
    case "points":
      return zh
        ? `${number(kind.value.amount, language)}${UNIT}积分`
        : counted(kind.value.amount, "point", "points", language);
    case "ticket": {
      const count = kind.value.count ?? 1;
      return zh ? `${count}${UNIT}张抽奖券` : counted(count, "ticket", "tickets", language);
    }
    case "makeUpCard":
      return zh
        ? `${kind.value.count}${UNIT}张补签卡`
        : counted(kind.value.count, "make-up card", "make-up cards", language);
    case "freeze":
      return zh
        ? `${kind.value.count}${UNIT}次断签保护`
        : counted(kind.value.count, "streak freeze", "streak freezes", language);
    case undefined:
      return "";
  }
}

/** A stretch of time as a clock shows it: "1:24", "12:05", "1:02:09". Rounded up, so that 0:00 means over. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A stretch of time in words: "3 分钟", "45 s", "1 h 20 min". */
export function durationText(seconds: number, language: Language): string {
  const zh = language === "zh";
  const units: [number, string, string][] = [
    [86400, "天", "d"],
    [3600, "小时", "h"],
    [60, "分钟", "min"],
    [1, "秒", "s"],
  ];
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [size, chinese, english] of units) {
    const count = Math.floor(rest / size);
    if (count > 0 && parts.length < 2) {
      parts.push(`${count}${UNIT}${zh ? chinese : english}`);
      rest -= count * size;
    } else if (parts.length > 0) {
      break;
    }
  }
  return parts.join(" ") || `0${UNIT}${zh ? "秒" : "s"}`;
}

/** A sentence in which no line breaks between a number and what it counts. */
export function unbroken(sentence: string): string {
  return sentence.replace(/(\d) (?=\p{L})/gu, `$1${UNIT}`);
}

/** "1 day", "2 days". */
export function counted(count: number | bigint, one: string, many: string, language: Language): string {
  return `${number(count, language)}${UNIT}${BigInt(count) === 1n ? one : many}`;
}
