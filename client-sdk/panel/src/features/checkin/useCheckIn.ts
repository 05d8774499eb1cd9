import { rewardsText } from "@flywheel/look";
import { FlywheelError, StreakCalendar, StreakMode } from "@flywheel/client";
import { computed, ref } from "vue";
import { useErrorText, useRoom } from "../../core/inject.js";
import { useTexts } from "../../core/texts.js";
import { addDays, monthOf } from "../../core/time.js";
import { checkInNow } from "./actions.js";
import type { CheckIn } from "./state.js";
import { texts } from "./texts.js";

/** What the check-in says of itself, in Today and in its sheet. */
export function useCheckIn(checkIn: () => CheckIn) {
  const room = useRoom();
  const errorText = useErrorText();
  const { t, language } = useTexts(texts);
  const isBusy = ref(false);
  const error = ref("");

  const standing = computed(() => checkIn().standing);
  const rules = computed(() => checkIn().rules);
  const byShow = computed(() => rules.value?.calendar === StreakCalendar.BROADCASTS);
  const isStampCard = computed(() => rules.value?.mode === StreakMode.STAMP_CARD);
  const hasCalendar = computed(() => Object.values(checkIn().months).some((days) => days.length > 0));
  const presence = computed(() => room.stay.value.presence);
  const canCheckIn = computed(
    () => rules.value?.outsideRooms || presence.value === "present" || presence.value === "hidden",
  );

  /** What keeps the viewer from checking in, if anything does. */
  const waitsFor = computed(() => {
    if (canCheckIn.value) return "";
    if (presence.value === "reconnecting") return t("reconnecting");
    return t(presence.value === "elsewhere" ? "elsewhere" : "entering");
  });

  const unit = computed(() => t(isStampCard.value ? "stamps" : byShow.value ? "streakShows" : "streakDays"));
  const inAll = computed(() =>
    t(byShow.value ? "cumulativeShows" : "cumulativeDays", { count: standing.value.cumulative }),
  );
  const done = computed(() => {
    const name = isStampCard.value ? "doneStamps" : byShow.value ? "doneStreakShow" : "doneStreak";
    return t(name, { count: standing.value.streak });
  });

  /** What the next check-in brings. */
  const next = computed(() => {
    const isDone = standing.value.checkedInNow;
    if (!hasCalendar.value) {
      const coming = standing.value.nextConsecutive;
      if (isDone) return t("comeNextShow");
      return coming?.missing === 1 ? t("now", { rewards: rewardsText(coming.rewards, language.value) }) : "";
    }
    const { today, months } = checkIn();
    const date = isDone ? addDays(today, 1) : today;
    const day = months[monthOf(date)]?.find((each) => each.date === date);
    const rewards = day ? rewardsText(day.rewards, language.value) : "";
    if (rewards) return t(isDone ? "tomorrow" : "today", { rewards });
    return isDone ? t("comeTomorrow") : "";
  });

  /** How far the next milestone is, unless the next check-in reaches it. */
  const milestone = computed(() => {
    const { nextConsecutive: streak, nextCumulative: all } = standing.value;
    if (streak && streak.missing > 1) {
      const rewards = rewardsText(streak.rewards, language.value);
      return t(byShow.value ? "milestoneShows" : "milestoneDays", { count: streak.missing, rewards });
    }
    if (!streak && all) {
      const rewards = rewardsText(all.rewards, language.value);
      const name = byShow.value ? "milestoneCumulativeShows" : "milestoneCumulativeDays";
      return t(name, { count: all.missing, rewards });
    }
    return "";
  });

  async function press(): Promise<void> {
    if (isBusy.value || !canCheckIn.value) {
      return;
    }
    isBusy.value = true;
    error.value = "";
    try {
      await checkInNow(room);
    } catch (caught) {
      error.value = errorText(FlywheelError.from(caught));
    } finally {
      isBusy.value = false;
    }
  }

  return {
    room,
    t,
    standing,
    rules,
    byShow,
    isStampCard,
    hasCalendar,
    canCheckIn,
    waitsFor,
    unit,
    inAll,
    done,
    next,
    milestone,
    isBusy,
    error,
    press,
  };
}
