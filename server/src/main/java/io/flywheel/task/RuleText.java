package io.flywheel.task;

import io.flywheel.v1.CountBy;
import io.flywheel.v1.Payout;
import io.flywheel.v1.Reward;
import io.flywheel.v1.Task;
import io.flywheel.v1.Text;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WindowKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a viewer has to do for a task, and what counts, in one sentence: the merchant's description,
 * else words made from the rules. Not to be instantiated.
 */
final class RuleText {
  private static final Pattern LEAST_AMOUNT =
      Pattern.compile("event\\.ordered\\.amount_minor\\s*(>=?)\\s*(\\d{1,15})");
  private static final Pattern LEAST_LENGTH =
      Pattern.compile(
          "(?:size\\(\\s*event\\.commented\\.text\\s*\\)|event\\.commented\\.text\\.size\\(\\))"
              + "\\s*(>=?)\\s*(\\d{1,4})");

  private static final Pattern CONTAINS =
      Pattern.compile(
          "event\\.commented\\.text\\.contains\\(\\s*(['\"])([^'\"\\\\]{1,40})\\1\\s*\\)");
  private static final Pattern FIRST_ORDER = Pattern.compile("viewer\\.orders\\s*==\\s*1");
  private static final Pattern LEAST_STREAK =
      Pattern.compile("viewer\\.streak\\s*(>=?)\\s*(\\d{1,4})");
  private static final Pattern LEAST_CHECK_INS =
      Pattern.compile("viewer\\.check_ins\\s*(>=?)\\s*(\\d{1,4})");

  /** More tiers than these are told by the first and the last. */
  private static final int MAX_THRESHOLDS = 3;

  private RuleText() {}

  static Text of(Task task, String currency) {
    return task.hasDescription()
        ? task.getDescription()
        : Text.newBuilder()
            .setZh(String.join("，", parts(task, currency, true)))
            .setEn(String.join(", ", parts(task, currency, false)))
            .build();
  }

  private static List<String> parts(Task task, String currency, boolean zh) {
    List<String> parts = new ArrayList<>();
    parts.add(deed(task, currency, zh));
    parts.addAll(conditions(task, currency, zh));
    if (task.hasRateLimit()) {
      String per = time(task.getRateLimit().getPer().getSeconds(), zh);
      int times = task.getRateLimit().getTimes();
      parts.add(zh ? "每 " + per + "最多计 " + times + " 次" : "at most %d in %s".formatted(times, per));
    }
    pendingSeconds(task)
        .ifPresent(seconds ->
            parts.add(zh ? time(seconds, true) + "后到账" : "paid out after " + time(seconds, false)));
    if (task.getPayout() == Payout.PAYOUT_ON_CLAIM) {
      parts.add(zh ? "达成后领取" : "paid when you claim it");
    }
    return parts;
  }

  private static String deed(Task task, String currency, boolean zh) {
    String thresholds = thresholds(task, currency, zh);
    boolean byDays = task.getCount() == CountBy.COUNT_BY_DISTINCT_DAYS;
    String what = byDays ? dayDeed(task, thresholds, zh) : countDeed(task, thresholds, zh);
    String when = when(task.getWindow().getKind(), zh);
    return zh ? when + what : what + when;
  }

  private static String countDeed(Task task, String n, boolean zh) {
    boolean once = task.getTiersCount() == 1 && task.getTiers(0).getThreshold() == 1;
    return switch (task.getTrigger()) {
      case TRIGGER_ENTER -> zh ? "来直播间 " + n + " 次" : once ? "Come in" : "Come in " + n + " times";
      case TRIGGER_LIKE -> zh ? "点赞 " + n + " 次" : once ? "Like" : "Like " + n + " times";
      case TRIGGER_COMMENT -> {
        boolean distinct = task.getCount() == CountBy.COUNT_BY_DISTINCT_TEXTS;
        yield zh
            ? "发 " + n + (distinct ? " 条不同的评论" : " 条评论")
            : once
                ? "Write a comment"
                : "Write " + n + (distinct ? " different" : "") + " comments";
      }
      case TRIGGER_SHARE -> zh ? "分享 " + n + " 次" : once ? "Share" : "Share " + n + " times";
      case TRIGGER_WATCH -> zh ? "观看 " + n : "Watch for " + n;
      case TRIGGER_FOLLOW -> zh ? "关注主播" : "Follow the host";
      case TRIGGER_CLICK -> zh ? "点开 " + n + " 次" : once ? "Open a link" : "Open " + n + " links";
      case TRIGGER_ORDER -> order(task, n, once, zh);
      case TRIGGER_REPURCHASE ->
          zh ? "再次下单 " + n + " 笔" : once ? "Order again" : "Order again " + n + " times";
      case TRIGGER_LEAD -> zh ? "留下联系方式" : "Leave your contact";
      case TRIGGER_JOIN_GROUP -> zh ? "加入粉丝群" : "Join the group";
      case TRIGGER_CHECK_IN ->
          zh ? "签到 " + n + " 次" : once ? "Check in" : "Check in " + n + " times";
      case TRIGGER_TIER_REACHED, TRIGGER_TASK_COMPLETED ->
          zh ? "完成 " + n + " 个任务" : once ? "Complete a task" : "Complete " + n + " tasks";
      case TRIGGER_POINTS_EARNED -> zh ? "累计获得 " + n + " 积分" : "Earn " + n + " points";
      case TRIGGER_GRANT_ISSUED ->
          zh ? "获得 " + n + " 项奖励" : once ? "Get a reward" : "Get " + n + " rewards";
      case TRIGGER_DRAW -> zh ? "抽奖 " + n + " 次" : once ? "Draw once" : "Draw " + n + " times";
      case TRIGGER_LEVEL_REACHED ->
          zh ? "升 " + n + " 级" : once ? "Rise a level" : "Rise " + n + " levels";
      case TRIGGER_TAG_ENTERED, TRIGGER_TAG_LEFT -> zh ? "专属于你的任务" : "A task just for you";
      case TRIGGER_INVITEE_ENTERED -> {
        String who = zh ? "邀请 " + n + " 位新朋友" : once ? "a friend" : n + " friends";
        yield zh ? who + "来直播间" : "Invite " + who;
      }
      case TRIGGER_INVITEE_STAYED ->
          zh
              ? "让 " + n + " 位朋友留下来看直播"
              : once
                  ? "Have a friend stay and watch"
                  : "Have friends stay and watch " + n + " times";
      case TRIGGER_INVITEE_ORDERED -> inviteeOrder(task, n, once, zh);
      case TRIGGER_BADGE_EARNED ->
          zh ? "获得 " + n + " 枚徽章" : once ? "Earn a badge" : "Earn " + n + " badges";
      default -> zh ? "达到 " + n : "Reach " + n;
    };
  }

  private static String order(Task task, String n, boolean once, boolean zh) {
    if (task.getCount() == CountBy.COUNT_BY_AMOUNT) {
      return zh ? "累计消费 " + n : "Spend " + n;
    }
    return zh ? "下单 " + n + " 笔" : once ? "Order something" : "Order " + n + " times";
  }

  private static String inviteeOrder(Task task, String n, boolean once, boolean zh) {
    return switch (task.getCount()) {
      case COUNT_BY_AMOUNT -> zh ? "好友累计消费 " + n : "Have friends spend " + n;
      case COUNT_BY_DISTINCT_INVITEES ->
          zh ? "有 " + n + " 位好友下单" : once ? "Have a friend order" : "Have " + n + " friends order";
      default ->
          zh
              ? "好友下单 " + n + " 笔"
              : once ? "Have a friend order" : "Have friends order " + n + " times";
    };
  }

  /** "Like on 3 different days". */
  private static String dayDeed(Task task, String n, boolean zh) {
    String what =
        switch (task.getTrigger()) {
          case TRIGGER_ENTER -> zh ? "来直播间" : "Come in";
          case TRIGGER_LIKE -> zh ? "点赞" : "Like";
          case TRIGGER_COMMENT -> zh ? "评论" : "Comment";
          case TRIGGER_SHARE -> zh ? "分享" : "Share";
          case TRIGGER_WATCH -> zh ? "看直播" : "Watch";
          case TRIGGER_ORDER, TRIGGER_REPURCHASE -> zh ? "下单" : "Order";
          case TRIGGER_CHECK_IN -> zh ? "签到" : "Check in";
          default -> zh ? "参与" : "Take part";
        };
    return zh ? "累计 " + n + what : what + " on " + n;
  }

  /** "10", "10, 100 or 300", "10 to 1000". */
  private static String thresholds(Task task, String currency, boolean zh) {
    CountText words = zh ? CountText.ZH : CountText.EN;
    LongFunction<String> word = threshold -> words.of(task, currency, threshold);
    int tiers = task.getTiersCount();
    String last = word.apply(task.getTiers(tiers - 1).getThreshold());
    if (tiers == 1) {
      return last;
    } else if (tiers > MAX_THRESHOLDS) {
      return word.apply(task.getTiers(0).getThreshold()) + (zh ? " 至 " : " to ") + last;
    }
    String before =
        task.getTiersList().subList(0, tiers - 1).stream()
            .map(tier -> word.apply(tier.getThreshold()))
            .collect(Collectors.joining(zh ? "、" : ", "));
    return before + (zh ? "、" : " or ") + last;
  }

  private static String when(WindowKind window, boolean zh) {
    return switch (window) {
      case WINDOW_KIND_DAY -> zh ? "每天" : " a day";
      case WINDOW_KIND_WEEK -> zh ? "每周" : " a week";
      case WINDOW_KIND_BROADCAST -> zh ? "每场" : " a show";
      default -> "";
    };
  }

  /**
   * Words for the parts of a condition that must all hold. A part without words is not told in CEL:
   * that something else is asked for is.
   */
  private static List<String> conditions(Task task, String currency, boolean zh) {
    String condition = task.getCondition().strip();
    if (condition.isEmpty()) {
      return List.of();
    }
    List<String> clauses = List.of(condition.split("&&", -1));
    boolean isPlain =
        !condition.contains("||")
            && !condition.contains("?")
            && clauses.stream().allMatch(RuleText::isBalanced);
    List<Optional<String>> words =
        isPlain
            ? clauses.stream().map(clause -> clause(task, clause.strip(), currency, zh)).toList()
            : List.of(Optional.empty());
    List<String> told = new ArrayList<>(words.stream().flatMap(Optional::stream).toList());
    if (told.size() < words.size()) {
      told.add(zh ? "另有参与条件" : "other conditions apply");
    }
    return told;
  }

  /** Whether a part stands for itself, rather than inside of something that the split has cut. */
  private static boolean isBalanced(String clause) {
    return clause.chars().filter(letter -> letter == '(').count()
        == clause.chars().filter(letter -> letter == ')').count();
  }

  private static Optional<String> clause(Task task, String clause, String currency, boolean zh) {
    Matcher amount = LEAST_AMOUNT.matcher(clause);
    if (amount.matches()) {
      Task money =
          task.toBuilder()
              .setTrigger(Trigger.TRIGGER_ORDER)
              .setCount(CountBy.COUNT_BY_AMOUNT)
              .build();
      String least = (zh ? CountText.ZH : CountText.EN).of(money, currency, least(amount));
      return Optional.of(zh ? "单笔满 " + least : "orders from " + least);
    }
    Matcher length = LEAST_LENGTH.matcher(clause);
    if (length.matches()) {
      long least = least(length);
      return Optional.of(
          zh
              ? "至少 " + least + " 个字"
              : "at least " + least + (least == 1 ? " character" : " characters"));
    }
    Matcher contains = CONTAINS.matcher(clause);
    if (contains.matches()) {
      String text = contains.group(2);
      return Optional.of(zh ? "评论含“" + text + "”" : "with “" + text + "” in it");
    }
    if (FIRST_ORDER.matcher(clause).matches()) {
      return Optional.of(zh ? "限首单" : "first order only");
    }
    Matcher streak = LEAST_STREAK.matcher(clause);
    if (streak.matches()) {
      long least = least(streak);
      return Optional.of(
          zh ? "连续签到满 " + least + " 次" : "with a streak of %d or more".formatted(least));
    }
    Matcher checkIns = LEAST_CHECK_INS.matcher(clause);
    if (checkIns.matches()) {
      long least = least(checkIns);
      return Optional.of(
          zh ? "累计签到满 " + least + " 次" : "after %d or more check-ins".formatted(least));
    }
    return Optional.empty();
  }

  private static long least(Matcher comparison) {
    return Long.parseLong(comparison.group(2)) + (comparison.group(1).equals(">") ? 1 : 0);
  }

  /** The longest time that the points of any tier stay pending. */
  private static Optional<Long> pendingSeconds(Task task) {
    return task.getTiersList().stream()
        .flatMap(tier -> tier.getRewardsList().stream())
        .filter(Reward::hasPoints)
        .map(reward -> reward.getPoints().getPending().getSeconds())
        .filter(seconds -> seconds > 0)
        .max(Long::compare);
  }

  /** "1 分钟", "7 days": whole days as days. */
  private static String time(long seconds, boolean zh) {
    CountText words = zh ? CountText.ZH : CountText.EN;
    boolean isDays = seconds >= 86_400 && seconds % 86_400 == 0;
    Task counting =
        Task.newBuilder()
            .setTrigger(Trigger.TRIGGER_WATCH)
            .setCount(isDays ? CountBy.COUNT_BY_DISTINCT_DAYS : CountBy.COUNT_BY_SECONDS)
            .build();
    return words.of(counting, "", isDays ? seconds / 86_400 : seconds);
  }
}
