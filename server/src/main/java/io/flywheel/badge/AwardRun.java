package io.flywheel.badge;

import com.google.common.collect.Lists;
import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Counter;
import io.flywheel.counting.Recorded;
import io.flywheel.engine.Action;
import io.flywheel.engine.Engine;
import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalGapException;
import io.flywheel.engine.JournalReader;
import io.flywheel.engine.Outcome;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.program.Programs;
import io.flywheel.program.StoredVersion;
import io.flywheel.v1.AwardBadgeRequest;
import io.flywheel.v1.Badge;
import io.flywheel.v1.BadgeAward;
import io.flywheel.v1.BadgeAwardState;
import io.flywheel.v1.BadgeAwardTier;
import io.flywheel.v1.BadgeHolder;
import io.flywheel.v1.ErrorReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A run over the journal for a badge. It reads what every viewer did from the journal's beginning
 * on, by the badge's rule, and then gives each viewer, in a turn of the viewer's own, what that
 * comes to: what was done under versions of the program that did not count it is added, once a run,
 * and tiers are given with the time of the event that crossed their threshold. A run that is begun
 * again after a crash reads again, and what it gave is not given twice. It keeps some 300 bytes in
 * memory for each viewer who did any of what is counted. Used by one thread, once.
 */
final class AwardRun {
  /** Batches that began under the version before may commit for so long after another one. */
  static final Duration SETTLING = Duration.ofMinutes(1);

  private static final int ENTRIES_AT_ONCE = 5_000;
  private static final int VIEWERS_AT_ONCE = 500;
  private static final int SAMPLES = 10;

  /** How often a run reads on for viewers who crossed a threshold while it gave. */
  private static final int ROUNDS = 5;

  private static final long NOTE_EVERY_MILLIS = 2_000;
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** What all runs share. */
  record Tools(
      Engine engine,
      Database database,
      JournalReader journal,
      Recorded recorded,
      Programs sections,
      ProgramStore programs,
      AwardDao dao,
      BadgeDao badges,
      BadgeSlice states,
      Clock clock) {
    @Inject
    Tools {}
  }

  /** Somebody else carries the run out by now. */
  static final class TakenOver extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final Tools tools;
  private final AwardKey key;
  private final OrderedAward ordered;
  private final String owner;
  private final BadgeAward.Builder shown;
  private final boolean wasGiving;
  private final Map<String, Retold> viewers = new TreeMap<>();
  private final Map<Long, Boolean> toAdd = new HashMap<>();
  private JournalCursor read;
  private long notedMillis;

  /**
   * @param owner who carries it out
   */
  AwardRun(Tools tools, AwardDao.Row row, String owner) {
    this.tools = tools;
    this.key = row.key();
    this.ordered = row.run().ordered();
    this.owner = owner;
    BadgeAward before = AwardReactor.shown(row.run());
    this.wasGiving = before.getState() == BadgeAwardState.BADGE_AWARD_STATE_GIVING;
    this.shown = before.toBuilder().setRead(0).setViewers(0).clearTiers().clearSamples();
    this.read = tools.journal.first(key.merchantId());
  }

  /**
   * Carries the run out.
   *
   * @throws TakenOver if it lost the run
   */
  void run() throws InterruptedException {
    CompiledProgram program = tools.programs.current(key.merchantId());
    CompiledBadge badge = CompiledBadges.of(program).find(key.badgeId());
    Counter counter = badge == null ? null : badge.counter();
    if (badge == null || counter == null || badge.rule() != ordered.getRule()) {
      fail("another version of the program has changed or dropped the badge");
      return;
    }
    try {
      note(BadgeAwardState.BADGE_AWARD_STATE_READING);
      readOn(badge, counter);
    } catch (JournalGapException e) {
      fail("the journal was forgotten while it was read; begin it again");
      return;
    }
    note(BadgeAwardState.BADGE_AWARD_STATE_GIVING);
    if (key.preview()) {
      preview(badge);
    } else {
      give(badge, counter);
    }
    shown.setEndedAt(Timestamps.fromMillis(tools.clock.millis()));
    note(BadgeAwardState.BADGE_AWARD_STATE_DONE);
  }

  /** Whether it is time to begin: what committed under the version before is in the journal. */
  boolean isDue() {
    Instant applied =
        tools.database.read(handle ->
            tools
                .programs
                .version(handle, key.merchantId(), ordered.getProgramVersion())
                .map(version ->
                    Instant.ofEpochMilli(Timestamps.toMillis(version.version().getAppliedAt())))
                .orElse(Instant.EPOCH));
    return !tools.clock.instant().isBefore(applied.plus(SETTLING));
  }

  private void fail(String why) {
    shown.setFailure(why).setEndedAt(Timestamps.fromMillis(tools.clock.millis()));
    note(BadgeAwardState.BADGE_AWARD_STATE_FAILED);
  }

  /** Reads what is in the journal by now. */
  private void readOn(CompiledBadge badge, Counter counter) {
    JournalCursor end = tools.journal.end(key.merchantId());
    boolean more = true;
    while (more) {
      JournalChunk chunk = tools.journal.next(read, ENTRIES_AT_ONCE);
      take(badge, counter, chunk.entries());
      read = chunk.next();
      more = chunk.more() && !read.includes(end);
      shown
          .setRead(shown.getRead() + chunk.entries().size())
          .setReadUntil(Timestamps.fromMillis(read.readUntil().toEpochMilli()));
      noteNowAndThen();
    }
  }

  private void take(CompiledBadge badge, Counter counter, List<JournalEntry> entries) {
    Map<ViewerKey, List<JournalEntry>> byViewer = new LinkedHashMap<>();
    for (JournalEntry entry : entries) {
      if (entry.viewer().isViewer() && tools.recorded.mayHave(counter.trigger(), entry)) {
        byViewer.computeIfAbsent(entry.viewer(), unused -> new ArrayList<>()).add(entry);
      }
    }
    if (!byViewer.isEmpty()) {
      var unused =
          tools.engine.readAll(
              List.copyOf(byViewer.keySet()),
              view -> take(badge, counter, view, byViewer.getOrDefault(view.viewer(), List.of())));
    }
  }

  private boolean take(
      CompiledBadge badge, Counter counter, StateView view, List<JournalEntry> entries) {
    Retold viewer =
        viewers.computeIfAbsent(
            view.viewer().viewerId(),
            unused ->
                new Retold(BadgeStates.tally(view.get(tools.states), badge).getAddedBefore()));
    for (JournalEntry entry : entries) {
      viewer.take(badge, counter, tools.recorded, view, entry, this::isToAdd);
    }
    return true;
  }

  /** Whether what was done under a version is to be added: it did not count it, nor did a run. */
  private boolean isToAdd(long version) {
    return version >= ordered.getFromVersion()
        && toAdd.computeIfAbsent(version, unused -> !counted(version));
  }

  private boolean counted(long version) {
    Optional<StoredVersion> stored =
        tools.database.read(handle -> tools.programs.version(handle, key.merchantId(), version));
    return stored
        .map(found -> tools.sections.fill(found.program()).getBadgesList())
        .orElse(List.of())
        .stream()
        .filter(badge -> badge.getId().equals(key.badgeId()))
        .filter(Badge::hasMetric)
        .anyMatch(badge -> CompiledBadge.ruleOf(badge) == ordered.getRule());
  }

  private void preview(CompiledBadge badge) {
    for (List<String> part : Lists.partition(List.copyOf(viewers.keySet()), VIEWERS_AT_ONCE)) {
      Map<String, Map<Long, Long>> had = had(part);
      for (String viewer : part) {
        Map<Long, Long> held = had.getOrDefault(viewer, Map.of());
        Map<Long, Long> earned = new TreeMap<>(viewer(viewer).crossed());
        earned.keySet().removeAll(held.keySet());
        show(viewer, badge, earned);
      }
      noteNowAndThen();
    }
  }

  private void give(CompiledBadge badge, Counter counter) throws InterruptedException {
    List<String> waiting = new ArrayList<>(viewers.keySet());
    for (int round = 1; round <= ROUNDS && !waiting.isEmpty(); round++) {
      if (round > 1) {
        readOn(badge, counter);
      }
      List<String> left = new ArrayList<>();
      for (List<String> part : Lists.partition(waiting, VIEWERS_AT_ONCE)) {
        left.addAll(give(badge, part, round < ROUNDS));
        noteNowAndThen();
      }
      waiting = left;
    }
  }

  /** Gives some viewers what they earned, and returns those for whom the run has to read on. */
  private List<String> give(CompiledBadge badge, List<String> part, boolean mayReadOn)
      throws InterruptedException {
    Map<String, Map<Long, Long>> had = had(part);
    List<String> taken =
        part.stream()
            .filter(viewer -> isNews(viewer(viewer), had.getOrDefault(viewer, Map.of())))
            .toList();
    List<CompletableFuture<Outcome>> outcomes =
        tools.engine.submitWhenRoom(
            taken.stream().map(viewer -> action(badge, viewer, mayReadOn)).toList());
    List<String> readOn = new ArrayList<>();
    for (int i = 0; i < taken.size(); i++) {
      switch (outcomes.get(i).join()) {
        case Outcome.Done done -> show(taken.get(i), badge, answer(done.answer().toByteArray()));
        case Outcome.Repeated again ->
            show(taken.get(i), badge, answer(again.answer().toByteArray()));
        case Outcome.Rejected rejected -> {
          if (!isReadOn(rejected.reason())) {
            throw rejected.reason();
          }
          readOn.add(taken.get(i));
        }
      }
    }
    return readOn;
  }

  private static boolean isReadOn(ServiceException reason) {
    return reason.reason() == ErrorReason.ERROR_REASON_OVERLOADED;
  }

  /** Whether a turn of the viewer could change anything. */
  private boolean isNews(Retold viewer, Map<Long, Long> had) {
    return wasGiving
        || viewer.added().getWindowsCount() > 0
        || viewer.crossed().entrySet().stream()
            .anyMatch(crossing -> {
              Long earned = had.get(crossing.getKey());
              return earned == null || earned > crossing.getValue();
            });
  }

  private Action action(CompiledBadge badge, String viewerId, boolean mayReadOn) {
    ViewerKey viewer = new ViewerKey(key.merchantId(), viewerId);
    AwardBadgeRequest request =
        AwardBadgeRequest.newBuilder()
            .setRequestId("award-" + ordered.getAwardId())
            .setBadgeId(key.badgeId())
            .setAnnounce(ordered.getAnnounce())
            .build();
    Retold retold = viewer(viewerId);
    return new Action(
        viewer,
        "",
        "",
        tools.clock.instant(),
        new BadgeReactor.Award(
            badge,
            ordered.getProgramVersion(),
            retold.added(),
            retold.crossed(),
            mayReadOn,
            !ordered.getAnnounce()),
        Action.request(viewer, false, request.getRequestId(), request));
  }

  private static Map<Long, Long> answer(byte[] answer) {
    try {
      Map<Long, Long> earned = new TreeMap<>();
      BadgeAward.parseFrom(answer)
          .getSamplesList()
          .forEach(
              tier -> earned.put(tier.getThreshold(), Timestamps.toMillis(tier.getEarnedAt())));
      return earned;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an award's answer can't be read", e);
    }
  }

  /** Adds to what is told of the run a viewer who earns some tiers. */
  private void show(String viewer, CompiledBadge badge, Map<Long, Long> earned) {
    if (earned.isEmpty()) {
      return;
    }
    shown.setViewers(shown.getViewers() + 1);
    Map<Long, Long> counts = new HashMap<>();
    shown.getTiersList().forEach(tier -> counts.put(tier.getThreshold(), tier.getViewers()));
    earned.keySet().forEach(threshold -> counts.merge(threshold, 1L, Long::sum));
    shown.clearTiers();
    badge
        .tiers()
        .forEach(tier ->
            shown.addTiers(
                BadgeAwardTier.newBuilder()
                    .setThreshold(tier.getThreshold())
                    .setViewers(counts.getOrDefault(tier.getThreshold(), 0L))));
    if (shown.getViewers() <= SAMPLES) {
      long highest = earned.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
      shown.addSamples(
          BadgeHolder.newBuilder()
              .setViewerId(viewer)
              .setThreshold(highest)
              .setEarnedAt(Timestamps.fromMillis(earned.getOrDefault(highest, 0L)))
              .setRetroactive(true));
    }
  }

  private Retold viewer(String viewerId) {
    @Nullable Retold viewer = viewers.get(viewerId);
    return viewer == null ? new Retold(0) : viewer;
  }

  private Map<String, Map<Long, Long>> had(List<String> part) {
    return tools.database.read(
        handle -> tools.badges.had(handle, key.merchantId(), key.badgeId(), part));
  }

  private void noteNowAndThen() {
    if (tools.clock.millis() - notedMillis >= NOTE_EVERY_MILLIS) {
      note(shown.getState());
    }
  }

  private void note(BadgeAwardState state) {
    shown.setState(state);
    notedMillis = tools.clock.millis();
    boolean done =
        state == BadgeAwardState.BADGE_AWARD_STATE_DONE
            || state == BadgeAwardState.BADGE_AWARD_STATE_FAILED;
    AwardProgress progress =
        AwardProgress.newBuilder()
            .setAwardId(ordered.getAwardId())
            .setShown(shown.build().toByteString())
            .build();
    boolean mine =
        tools.database.inTransaction(handle ->
            tools.dao.note(handle, key, owner, progress, done, notedMillis + LEASE.toMillis()));
    if (!mine) {
      throw new TakenOver();
    }
  }

  /** Takes the run; false: somebody else has it. */
  boolean take() {
    long now = tools.clock.millis();
    return tools.database.inTransaction(
        handle -> tools.dao.take(handle, key, owner, now, now + LEASE.toMillis()));
  }
}
