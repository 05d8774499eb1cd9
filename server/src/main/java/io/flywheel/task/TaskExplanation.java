package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.StateView;
import io.flywheel.program.Condition;
import io.flywheel.v1.Cap;
import io.flywheel.v1.ExplainTaskResponse;
import io.flywheel.v1.RateLimit;
import io.flywheel.v1.RuleVerdict;
import io.flywheel.v1.Task;
import io.flywheel.v1.Text;
import io.flywheel.v1.WindowKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/** Says rule by rule why a viewer has or has not got what a task gives next. Thread-safe. */
final class TaskExplanation {
  private final TaskBudgets budgets;

  @Inject
  TaskExplanation(TaskBudgets budgets) {
    this.budgets = budgets;
  }

  /**
   * Explains a task to whoever asks.
   *
   * @param asWritten whether the program's own expressions and ids are told, which viewers can't
   *     read
   */
  ExplainTaskResponse explain(
      StateView view, TaskStanding standing, String roomId, boolean asWritten) {
    List<RuleVerdict> rules = new ArrayList<>();
    addRooms(rules, standing.task(), roomId.isEmpty() ? roomOf(view) : roomId, asWritten);
    addWindow(rules, view, standing);
    addAudience(rules, view, standing.task(), asWritten);
    addRequires(rules, view, standing);
    addCondition(rules, standing, asWritten);
    addRateLimit(rules, view, standing);
    addCap(rules, view, standing);
    addBudget(rules, view, standing.task());
    addTiers(rules, view, standing);
    ExplainTaskResponse.Builder response =
        ExplainTaskResponse.newBuilder()
            .setTask(TaskProjection.of(view, standing))
            .addAllRules(rules);
    rules.stream()
        .filter(rule -> !rule.getHolds())
        .findFirst()
        .ifPresent(rule -> response.setSummary(rule.getDetail()));
    return response.build();
  }

  private static String roomOf(StateView view) {
    return view.profile().getPresence().getRoomId();
  }

  private static void addRooms(
      List<RuleVerdict> rules, CompiledTask task, String roomId, boolean asWritten) {
    if (task.task().getRoomsCount() == 0) {
      return;
    }
    boolean holds = task.counter().countsIn(roomId);
    if (asWritten) {
      String rooms = String.join(", ", task.task().getRoomsList());
      String here = roomId.isEmpty() ? "-" : roomId;
      rules.add(
          verdict(
              "rooms",
              holds,
              "仅限直播间 " + rooms + "，当前：" + here,
              "It counts in the rooms " + rooms + "; the viewer is in: " + here));
    } else {
      rules.add(
          holds
              ? verdict("rooms", true, "当前直播间可参与", "It counts in this room")
              : verdict("rooms", false, "仅限指定直播间参与", "It counts in other rooms only"));
    }
  }

  private static void addAudience(
      List<RuleVerdict> rules, StateView view, CompiledTask task, boolean asWritten) {
    String audience = task.task().getAudience();
    if (audience.isEmpty()) {
      return;
    }
    Condition.Verdict verdict = task.audience(view);
    boolean holds = verdict.holds();
    if (asWritten && !verdict.problem().isEmpty()) {
      rules.add(
          verdict(
              "audience",
              false,
              "无法判断是否属于适用人群：%s（%s）".formatted(audience, verdict.problem()),
              "It could not be evaluated whether the viewer is among those with %s (%s)"
                  .formatted(audience, verdict.problem())));
    } else if (asWritten) {
      rules.add(
          verdict(
              "audience",
              holds,
              "适用人群：" + audience + (holds ? "，符合" : "，不符合"),
              "It is for viewers with " + audience + (holds ? ": met" : ": not met")));
    } else {
      rules.add(
          holds
              ? verdict("audience", true, "你在活动人群内", "You are among those whom it is for")
              : verdict("audience", false, "仅限指定人群参与", "It is for certain viewers only"));
    }
  }

  private static void addCondition(
      List<RuleVerdict> rules, TaskStanding standing, boolean asWritten) {
    String condition = standing.task().task().getCondition();
    if (condition.isEmpty()) {
      return;
    }
    String unreckoned = standing.record().getUnreckoned();
    if (unreckoned.isEmpty()) {
      rules.add(
          asWritten
              ? verdict(
                  "condition",
                  true,
                  "仅统计满足条件的行为：" + condition,
                  "Only what satisfies this counts: " + condition)
              : verdict(
                  "condition", true, "仅统计符合任务要求的行为", "Only what meets its conditions counts"));
    } else {
      rules.add(
          asWritten
              ? verdict(
                  "condition",
                  false,
                  "有行为无法判断是否满足条件，未计入：%s（%s）".formatted(condition, unreckoned),
                  "The condition could not be evaluated for an action, which did not count: %s (%s)"
                      .formatted(condition, unreckoned))
              : verdict(
                  "condition",
                  false,
                  "有行为无法判断是否符合任务要求，未计入",
                  "It could not be told whether an action meets the conditions, so it did not count"));
    }
  }

  private static void addWindow(List<RuleVerdict> rules, StateView view, TaskStanding standing) {
    CountingWindow window = standing.window();
    if (window != null) {
      rules.add(holdingWindow(standing.task(), window));
    } else if (view.at().toEpochMilli() < standing.task().window().startsAtMillis()) {
      rules.add(verdict("window", false, "活动尚未开始", "Its window has not begun yet"));
    } else {
      rules.add(verdict("window", false, "活动已结束", "Its window is over"));
    }
  }

  private static RuleVerdict holdingWindow(CompiledTask task, CountingWindow window) {
    String when = window.name();
    return switch (task.window().kind()) {
      case WINDOW_KIND_DAY ->
          verdict("window", true, "只统计今天（" + when + "）", "It counts today (" + when + ")");
      case WINDOW_KIND_WEEK ->
          verdict("window", true, "只统计本周（" + when + "）", "It counts this week (" + when + ")");
      case WINDOW_KIND_BROADCAST -> verdict("window", true, "只统计本场直播", "It counts in this show");
      case WINDOW_KIND_CUSTOM -> verdict("window", true, "活动进行中", "It counts now");
      default -> verdict("window", true, "一直累计，不清零", "It counts for good, from the first time on");
    };
  }

  private static void addRequires(List<RuleVerdict> rules, StateView view, TaskStanding standing) {
    if (standing.task().task().getRequiresCount() == 0) {
      return;
    }
    List<String> missing = standing.missingTasks();
    rules.add(
        missing.isEmpty()
            ? verdict("requires", true, "前置任务已完成", "The tasks before it are completed")
            : verdict(
                "requires",
                false,
                "需先完成：" + titles(view, missing, (zh, en) -> zh),
                "First complete: " + titles(view, missing, (zh, en) -> en.isEmpty() ? zh : en)));
  }

  private static void addRateLimit(List<RuleVerdict> rules, StateView view, TaskStanding standing) {
    if (!standing.task().task().hasRateLimit()) {
      return;
    }
    RateLimit limit = standing.task().task().getRateLimit();
    long used =
        limit.getTimes() - Counting.timesLeft(standing.task(), standing.record(), view.at());
    long seconds = limit.getPer().getSeconds();
    rules.add(
        verdict(
            "rate_limit",
            used < limit.getTimes(),
            "每 " + seconds + " 秒最多计 " + limit.getTimes() + " 次，本段已计 " + used + " 次",
            "It counts at most %d times in %d seconds; now: %d"
                .formatted(limit.getTimes(), seconds, used)));
  }

  private static void addCap(List<RuleVerdict> rules, StateView view, TaskStanding standing) {
    if (!standing.task().task().hasCap()) {
      return;
    }
    Cap cap = standing.task().task().getCap();
    String stretch = CountingWindow.stretchName(view.program().calendar(), cap.getPer(), view.at());
    long used =
        standing.record().getCapsList().stream()
            .filter(record -> record.getWindow().equals(stretch))
            .mapToLong(CapRecord::getTiers)
            .sum();
    rules.add(
        verdict(
            "cap",
            used < cap.getTiers(),
            "每人"
                + within(cap.getPer(), "每天", "每周", "")
                + "最多领取 "
                + cap.getTiers()
                + " 次，已领 "
                + used
                + " 次",
            "A viewer gets at most %d tiers%s; so far: %d"
                .formatted(cap.getTiers(), within(cap.getPer(), " a day", " a week", ""), used)));
  }

  private static String within(WindowKind kind, String day, String week, String once) {
    return switch (kind) {
      case WINDOW_KIND_DAY -> day;
      case WINDOW_KIND_WEEK -> week;
      default -> once;
    };
  }

  private void addBudget(List<RuleVerdict> rules, StateView view, CompiledTask task) {
    if (!task.task().hasBudget()) {
      return;
    }
    boolean left = budgets.isLeft(view, task);
    rules.add(
        verdict(
            "budget",
            left,
            left ? "活动预算充足" : "活动预算已用完",
            left ? "The budget is not used up" : "The budget is used up"));
  }

  private static void addTiers(List<RuleVerdict> rules, StateView view, TaskStanding standing) {
    String currency = view.program().program().getCurrency();
    CompiledTask task = standing.task();
    for (int tier = 0; tier < task.tierCount(); tier++) {
      long threshold = task.threshold(tier);
      long count = standing.count();
      String rule = "tiers[" + tier + "]";
      if (!standing.isNoted(tier) && count >= threshold) {
        rules.add(
            verdict(
                rule,
                false,
                "已达成，下一次行为时发放",
                "Reached; it is settled with the next action that counts"));
      } else if (!standing.isNoted(tier)) {
        rules.add(
            verdict(
                rule,
                false,
                distance(
                    "需要 %s，当前 %s，还差 %s", CountText.ZH, task.task(), currency, threshold, count),
                distance(
                    "Needs %s: %s so far, %s to go",
                    CountText.EN, task.task(), currency, threshold, count)));
      } else if (standing.isSettled(tier)) {
        rules.add(verdict(rule, true, "已达成并已发放", "Reached and settled"));
      } else if (task.isPaidOnClaim()) {
        rules.add(verdict(rule, false, "已达成，等待领取", "Reached; the reward waits to be claimed"));
      } else {
        rules.add(
            verdict(
                rule,
                false,
                "直播间目标已达成，参与者的奖励正在发放",
                "The room has reached it; those who contributed are being rewarded"));
      }
    }
  }

  private static String distance(
      String text, CountText language, Task task, String currency, long threshold, long count) {
    return text.formatted(
        language.of(task, currency, threshold),
        language.of(task, currency, count),
        language.of(task, currency, threshold - count));
  }

  private static String titles(StateView view, List<String> ids, BinaryOperator<String> language) {
    List<String> titles = new ArrayList<>();
    for (String id : ids) {
      CompiledTask task = CompiledTasks.of(view).find(id);
      titles.add(
          task == null
              ? id
              : language.apply(task.task().getTitle().getZh(), task.task().getTitle().getEn()));
    }
    return String.join(", ", titles);
  }

  private static RuleVerdict verdict(String rule, boolean holds, String zh, String en) {
    return RuleVerdict.newBuilder()
        .setRule(rule)
        .setHolds(holds)
        .setDetail(Text.newBuilder().setZh(zh).setEn(en))
        .build();
  }
}
