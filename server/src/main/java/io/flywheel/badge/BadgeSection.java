package io.flywheel.badge;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.name;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Counter;
import io.flywheel.counting.Triggers;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.TextExpression;
import io.flywheel.program.Texts;
import io.flywheel.v1.Badge;
import io.flywheel.v1.BadgeCount;
import io.flywheel.v1.BadgeTier;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Metric;
import io.flywheel.v1.Program;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.Window;
import io.flywheel.v1.WindowKind;

/**
 * What a program says of badges. A tier is earned once, so that no chain through it is endless.
 * Thread-safe.
 */
final class BadgeSection implements ProgramSection<CompiledBadges> {
  static final Names.Kind BADGE = new Names.Kind("a badge");

  private final Triggers triggers;

  @Inject
  BadgeSection(Triggers triggers) {
    this.triggers = triggers;
  }

  @Override
  public void fill(Program.Builder program) {
    program.getBadgesBuilderList().forEach(this::fill);
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getBadgesCount(); i++) {
      names.declare(BADGE, program.getBadges(i).getId(), path(i));
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getBadgesCount(); i++) {
      Badge badge = program.getBadges(i);
      String path = path(i) + ".";
      checkTexts(badge, path, findings);
      checkTimes(badge, path, findings);
      if (badge.hasMetric()) {
        triggers.check(badge.getMetric(), path + "metric.", program, names, findings);
        checkCounted(badge, path, findings);
      } else {
        checkGiven(badge, path, findings);
      }
    }
  }

  @Override
  public CompiledBadges compile(Program filled) {
    return new CompiledBadges(
        filled.getBadgesList().stream()
            .map(this::compile)
            .collect(ImmutableList.toImmutableList()));
  }

  private CompiledBadge compile(Badge badge) {
    String owner = "Badge " + badge.getId();
    Counter counter = badge.hasMetric() ? triggers.compile(badge.getMetric(), "", owner) : null;
    return new CompiledBadge(
        badge, counter, TextExpression.ofStored(subject(badge), badge.getThing(), owner));
  }

  private void fill(Badge.Builder badge) {
    if (!badge.hasMetric()) {
      return;
    }
    Metric.Builder metric = badge.getMetricBuilder();
    if (metric.getCount() == CountBy.COUNT_BY_UNSPECIFIED) {
      metric.setCount(
          badge.getCounted() == BadgeCount.BADGE_COUNT_DAYS_IN_A_ROW
              ? CountBy.COUNT_BY_TIMES
              : triggers.defaultCount(metric.getTrigger()));
    }
    if (badge.getCounted() == BadgeCount.BADGE_COUNT_UNSPECIFIED) {
      badge.setCounted(BadgeCount.BADGE_COUNT_IN_ALL);
    }
    if (badge.getWindow().getKind() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
      badge.getWindowBuilder().setKind(WindowKind.WINDOW_KIND_ONCE);
    }
  }

  private static void checkTexts(Badge badge, String path, Findings findings) {
    Texts.check(badge.hasTitle(), badge.getTitle(), path + "title", findings);
    if (badge.hasRiddle() && !badge.getHidden()) {
      findings.broken(
          path + "riddle", expected("given", "nothing; only a hidden badge gives a riddle"));
    }
    for (int i = 1; i < badge.getTiersCount(); i++) {
      long before = badge.getTiers(i - 1).getThreshold();
      long threshold = badge.getTiers(i).getThreshold();
      if (threshold <= before && !findings.isFaulty(path + "tiers[" + (i - 1) + "].threshold")) {
        findings.broken(
            path + "tiers[" + i + "].threshold",
            expected(
                "%,d".formatted(threshold), "more than the tier before, %,d".formatted(before)));
      }
    }
  }

  private static void checkTimes(Badge badge, String path, Findings findings) {
    if (badge.hasStartsAt()
        && badge.hasEndsAt()
        && Timestamps.compare(badge.getStartsAt(), badge.getEndsAt()) >= 0) {
      findings.broken(
          path + "ends_at",
          expected(
              Timestamps.toString(badge.getEndsAt()),
              "a time after starts_at, " + Timestamps.toString(badge.getStartsAt())));
    }
    checkWindow(badge.getWindow(), path + "window.", findings);
  }

  private static void checkWindow(Window window, String path, Findings findings) {
    boolean custom = window.getKind() == WindowKind.WINDOW_KIND_CUSTOM;
    onlyForCustom(window.hasStartsAt(), custom, path + "starts_at", findings);
    onlyForCustom(window.hasEndsAt(), custom, path + "ends_at", findings);
    if (custom
        && window.hasStartsAt()
        && window.hasEndsAt()
        && Timestamps.compare(window.getStartsAt(), window.getEndsAt()) >= 0) {
      findings.broken(
          path + "ends_at",
          expected(
              Timestamps.toString(window.getEndsAt()),
              "a time after starts_at, " + Timestamps.toString(window.getStartsAt())));
    }
  }

  private static void onlyForCustom(boolean given, boolean custom, String path, Findings findings) {
    if (custom && !given) {
      findings.broken(path, expected("missing", "a time; the window is custom"));
    } else if (!custom && given) {
      findings.broken(path, expected("given", "nothing; it is only for the window custom"));
    }
  }

  private void checkCounted(Badge badge, String path, Findings findings) {
    if (badge.getTiersCount() == 0) {
      findings.broken(path + "tiers", expected("none", "1 to 10 elements; something is counted"));
    }
    CountBy count = badge.getMetric().getCount();
    String at = path + "metric.count";
    switch (badge.getCounted()) {
      case BADGE_COUNT_DAYS_IN_A_ROW -> {
        if (count != CountBy.COUNT_BY_UNSPECIFIED && count != CountBy.COUNT_BY_TIMES) {
          findings.broken(
              at, expected(show(count), "nothing; days in a row are counted whatever else is"));
        }
        WindowKind window = badge.getWindow().getKind();
        if (window == WindowKind.WINDOW_KIND_DAY || window == WindowKind.WINDOW_KIND_BROADCAST) {
          findings.broken(
              path + "window",
              expected(
                  name(window.getValueDescriptor()),
                  "once, week or custom; days in a row are of several days"));
        }
      }
      case BADGE_COUNT_FOR_ONE_THING -> checkThing(badge, count, path, findings);
      default -> {}
    }
    if (!badge.getThing().isEmpty() && badge.getCounted() != BadgeCount.BADGE_COUNT_FOR_ONE_THING) {
      findings.broken(
          path + "thing", expected("given", "nothing; it is only for counted: for_one_thing"));
    }
    checkThresholds(badge, path, findings);
  }

  private void checkThing(Badge badge, CountBy count, String path, Findings findings) {
    switch (count) {
      case COUNT_BY_UNSPECIFIED, COUNT_BY_TIMES, COUNT_BY_AMOUNT, COUNT_BY_SECONDS -> {}
      default ->
          findings.broken(
              path + "metric.count",
              expected(show(count), "times, amount or seconds; of one thing a sum is kept"));
    }
    if (badge.getThing().isEmpty()) {
      findings.broken(
          path + "thing", expected("missing", "an expression that gives the thing's id"));
    } else {
      TextExpression.check(subject(badge), badge.getThing(), path + "thing", findings);
    }
  }

  /** A threshold that was written as a duration is of seconds of watch time. */
  private void checkThresholds(Badge badge, String path, Findings findings) {
    CountBy count = badge.getMetric().getCount();
    boolean seconds =
        badge.getMetric().getTrigger() == Trigger.TRIGGER_WATCH
            && badge.getCounted() != BadgeCount.BADGE_COUNT_DAYS_IN_A_ROW
            && (count == CountBy.COUNT_BY_UNSPECIFIED || count == CountBy.COUNT_BY_SECONDS);
    boolean distinct =
        count == CountBy.COUNT_BY_DISTINCT_TEXTS || count == CountBy.COUNT_BY_DISTINCT_KEYS;
    for (int i = 0; i < badge.getTiersCount(); i++) {
      BadgeTier tier = badge.getTiers(i);
      if (!seconds) {
        findings.refuseDuration(
            path + "tiers[" + i + "].threshold",
            "a whole number; durations are for badges that count seconds of watch time");
      }
      if (distinct && tier.getThreshold() > Counter.MAX_DISTINCT) {
        findings.broken(
            path + "tiers[" + i + "].threshold",
            expected(
                "%,d".formatted(tier.getThreshold()),
                "at most %,d; so many are told apart".formatted(Counter.MAX_DISTINCT)));
      }
    }
  }

  private static void checkGiven(Badge badge, String path, Findings findings) {
    onlyCounted(badge.getTiersCount() > 0, path + "tiers", findings);
    onlyCounted(
        badge.getCounted() != BadgeCount.BADGE_COUNT_UNSPECIFIED, path + "counted", findings);
    onlyCounted(!badge.getThing().isEmpty(), path + "thing", findings);
    onlyCounted(
        badge.getWindow().getKind() != WindowKind.WINDOW_KIND_UNSPECIFIED,
        path + "window",
        findings);
    onlyCounted(badge.hasStartsAt(), path + "starts_at", findings);
    onlyCounted(badge.hasEndsAt(), path + "ends_at", findings);
  }

  private static void onlyCounted(boolean given, String path, Findings findings) {
    if (given) {
      findings.broken(path, expected("given", "nothing; the badge has no metric"));
    }
  }

  private Subject subject(Badge badge) {
    return triggers.subject(badge.getMetric().getTrigger());
  }

  private static String show(CountBy count) {
    return name(count.getValueDescriptor());
  }

  private static String path(int index) {
    return "badges[" + index + "]";
  }

  /** Whether the journal keeps what a badge counts. */
  static boolean isRetroactive(CompiledBadge badge) {
    Counter counter = badge.counter();
    return counter != null
        && counter.count() != CountBy.COUNT_BY_DISTINCT_TEXTS
        && counter.trigger() != Trigger.TRIGGER_UNSPECIFIED
        && !badge.badge().getMetric().getCondition().contains(".text")
        && !badge.badge().getThing().contains(".text");
  }
}
