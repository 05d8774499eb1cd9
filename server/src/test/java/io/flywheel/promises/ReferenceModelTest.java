package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.points.LedgerAuditDao;
import io.flywheel.promises.ReferenceModel.Rule;
import io.flywheel.promises.ReferenceModel.Tally;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.TaskCause;
import io.flywheel.v1.TaskProgress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random events under changing programs, sent to two servers in turn, come to what a plain model
 * says.
 */
final class ReferenceModelTest extends TwoServers {
  private static final int VIEWERS = 20;
  private static final int PHASES = 4;
  private static final int CALLS_A_PHASE = 8;
  private static final List<String> TEXTS =
      List.of(
          "Hello",
          "hello ",
          "HELLO",
          "good  day",
          " Goodday",
          "",
          "   ",
          "bye",
          "ＢＹＥ",
          "well\tdone");

  ReferenceModelTest() {
    super(TestServer.builder());
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void eachViewerStandsAsAPlainModelSays(long seed) throws Exception {
    List<Viewer> viewers = new ArrayList<>();
    for (int i = 0; i < VIEWERS; i++) {
      viewers.add(new Viewer("v" + i, new Random(seed * 1_000 + i)));
    }
    Random random = new Random(seed);
    List<Rule> rules = List.of();
    for (int phase = 0; phase < PHASES; phase++) {
      rules = rules(phase, random);
      ways.get(phase % 2).apply("apply-" + phase, yaml(rules));
      List<Rule> inForce = rules;
      var unused =
          Threads.together(
              VIEWERS,
              i -> {
                viewers.get(i).act(ways, inForce);
                return i;
              });
    }
    assertThat(viewers).anyMatch(viewer -> viewer.model.paid().size() > 10);
    for (Viewer viewer : viewers) {
      viewer.compare(ways.get(0), rules, server.clock().instant(), seed);
    }
    assertThat(server.instance(LedgerAuditDao.class).findings(merchant)).isEmpty();
  }

  /** A viewer whose events follow each other, though not in the order of their times. */
  private static final class Viewer {
    private final String id;
    private final Random random;
    private final ReferenceModel model = new ReferenceModel();
    private final List<Event> sent = new ArrayList<>();

    Viewer(String id, Random random) {
      this.id = id;
      this.random = random;
    }

    void act(List<LivePlatform> ways, List<Rule> rules) {
      for (int call = 0; call < CALLS_A_PHASE; call++) {
        LivePlatform way = ways.get(random.nextInt(2));
        List<Event> events = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(8); i++) {
          boolean again = !sent.isEmpty() && random.nextInt(5) == 0;
          Event event = again ? sent.get(random.nextInt(sent.size())) : event(way);
          events.add(event);
          sent.add(event);
        }
        for (EventResult result : way.ingest(events).getResultsList()) {
          boolean isNew = model.take(events.get(result.getIndex()), rules);
          assertThat(result.getOutcome())
              .as(result.toString())
              .isEqualTo(
                  isNew
                      ? EventOutcome.EVENT_OUTCOME_ACCEPTED
                      : EventOutcome.EVENT_OUTCOME_DUPLICATE);
        }
      }
    }

    void compare(LivePlatform way, List<Rule> rules, Instant now, long seed) {
      String who = "viewer %s, seed %d".formatted(id, seed);
      Map<String, Long> paid = new TreeMap<>();
      for (PointsEntry entry : way.entries(id)) {
        TaskCause cause = entry.getCause().getTask();
        paid.merge(
            cause.getTaskId() + "/" + cause.getWindow() + "/" + cause.getTier(),
            entry.getAmount(),
            Long::sum);
      }
      assertThat(paid).as(who).isEqualTo(model.paid());
      assertThat(way.balance(id))
          .as(who)
          .isEqualTo(model.paid().values().stream().mapToLong(Long::longValue).sum());
      Map<String, TaskProgress> tasks =
          way.tasks(id).getTasksList().stream()
              .collect(Collectors.toMap(TaskProgress::getTaskId, task -> task));
      for (Rule rule : rules) {
        if (!rule.window().equals("broadcast")) {
          Tally tally = model.tally(rule, now);
          TaskProgress task = Objects.requireNonNull(tasks.get(rule.id()), rule.id());
          assertThat(List.of(task.getCount(), task.getRound()))
              .as("count and round of %s of %s", rule.id(), who)
              .isEqualTo(List.of(tally.count, tally.round));
        }
      }
    }

    private Event event(LivePlatform way) {
      Event.Builder event = way.event("e-" + id + "-" + sent.size(), id);
      long now = event.getOccurredAt().getSeconds();
      long second = now - random.nextInt(18 * 3_600);
      event
          .setRoomId("room" + random.nextInt(2))
          .setBroadcastId("show" + random.nextInt(3))
          .setOccurredAt(LivePlatform.time(Instant.ofEpochSecond(second)));
      switch (random.nextInt(6)) {
        case 0 -> event.getEnteredBuilder();
        case 1 -> event.getLikedBuilder().setCount(1 + random.nextInt(20));
        case 2 -> event.getCommentedBuilder().setText(TEXTS.get(random.nextInt(TEXTS.size())));
        case 3 ->
            event
                .getOrderedBuilder()
                .setOrderId("o-" + id + "-" + sent.size())
                .setAmountMinor(random.nextInt(4) * 500L);
        case 4 -> event.getCustomBuilder().setName("answer").setValue(random.nextInt(10));
        default ->
            event
                .getWatchedBuilder()
                .setEndedAt(LivePlatform.time(Instant.ofEpochSecond(second)))
                .setStartedAt(
                    LivePlatform.time(Instant.ofEpochSecond(second - 1 - random.nextInt(3_600))));
      }
      return event.build();
    }
  }

  /** Thresholds rise from version to version, and tasks come, go, and come back. */
  private static List<Rule> rules(int phase, Random random) {
    List<Rule> all =
        List.of(
            rule("likes", "like", "times", "once", false, 0, 0, "", phase, 10, 40, 90),
            rule("rounds", "like", "times", "day", true, 9, 0, "", phase, 7),
            rule("paced", "like", "times", "week", true, 0, 8, "", phase, 3, 5),
            rule("texts", "comment", "distinct_texts", "day", false, 0, 0, "", phase, 2, 3),
            rule("words", "comment", "times", "broadcast", false, 0, 2, "", phase, 3),
            rule("days", "enter", "distinct_days", "week", false, 0, 0, "", phase, 1),
            rule("both-days", "enter", "distinct_days", "once", false, 0, 0, "days", phase, 2),
            rule("spending", "order", "amount", "once", true, 0, 0, "", phase, 700),
            rule("orders", "order", "times", "once", false, 0, 0, "likes", phase, 1, 4),
            rule("answers", "custom", "amount", "day", true, 5, 0, "texts", phase, 6),
            rule("show", "watch", "seconds", "broadcast", false, 0, 0, "", phase, 600, 3_000),
            rule("today", "watch", "seconds", "day", true, 4, 0, "", phase, 1_500));
    List<Rule> kept = new ArrayList<>(all);
    kept.removeIf(rule -> !isRequired(rule, all) && random.nextInt(4) == 0);
    kept.add(rule("watched", "watch", "seconds", "once", false, 0, 0, "", 0, 1_000_000_000));
    return kept;
  }

  private static boolean isRequired(Rule rule, List<Rule> all) {
    return all.stream().anyMatch(other -> other.requires().equals(rule.id()));
  }

  private static Rule rule(
      String id,
      String trigger,
      String count,
      String window,
      boolean repeat,
      int cap,
      int rate,
      String requires,
      int phase,
      long... thresholds) {
    List<Long> rising = new ArrayList<>();
    List<Long> points = new ArrayList<>();
    for (long threshold : thresholds) {
      boolean small = count.startsWith("distinct");
      rising.add(small ? threshold : threshold + threshold * phase / 3);
      points.add(10L * (points.size() + 1) + phase);
    }
    return new Rule(id, trigger, count, window, repeat, cap, rate, requires, rising, points);
  }

  private static String yaml(List<Rule> rules) {
    StringBuilder yaml = new StringBuilder("time_zone: Asia/Shanghai\nday_starts_at: 4h\ntasks:\n");
    for (Rule rule : rules) {
      yaml.append(
          "- id: %s\n  title: A task\n  trigger: %s\n  count: %s\n  window: %s\n"
              .formatted(rule.id(), rule.trigger(), rule.count(), rule.window()));
      yaml.append(rule.trigger().equals("custom") ? "  custom: answer\n" : "");
      yaml.append(rule.repeat() ? "  repeat: true\n" : "");
      yaml.append(rule.cap() > 0 ? "  cap: {tiers: %d}\n".formatted(rule.cap()) : "");
      yaml.append(
          rule.rate() > 0 ? "  rate_limit: {times: %d, per: 3h}\n".formatted(rule.rate()) : "");
      yaml.append(rule.requires().isEmpty() ? "" : "  requires: [%s]\n".formatted(rule.requires()));
      yaml.append("  tiers:\n");
      for (int tier = 0; tier < rule.thresholds().size(); tier++) {
        yaml.append(
            "  - {threshold: %d, rewards: [points: %d]}\n"
                .formatted(rule.thresholds().get(tier), rule.points().get(tier)));
      }
    }
    return yaml.toString();
  }
}
