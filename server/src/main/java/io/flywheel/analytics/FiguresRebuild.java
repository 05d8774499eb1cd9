package io.flywheel.analytics;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.BroadcastSlice;
import io.flywheel.broadcast.RoomSlice;
import io.flywheel.counting.Recorded;
import io.flywheel.counting.RecordedReferral;
import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalReader;
import io.flywheel.platform.db.Database;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.program.Programs;
import io.flywheel.v1.FigureDifference;
import io.flywheel.v1.RebuildFiguresResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One run over the journal that makes the figures again. Figures are written in the transaction
 * that writes the journal, so what both come to at one moment must be the same: the run looks at
 * the tables as they were at that moment, with what waited to be folded into them, and reads the
 * journal up to it. What differs is added to the tables, so that nothing is lost of what happens
 * meanwhile. Used by one thread, once.
 */
final class FiguresRebuild {
  private static final int ENTRIES_AT_ONCE = 5_000;
  private static final int SAY_EVERY = 100_000;
  private static final int VISITS_AT_ONCE = 200_000;
  private static final int MAX_TOLD = 20;

  /** How long after the journal's beginning a broadcast begins of which all is known. */
  private static final Duration RUN_UP = Duration.ofDays(1);

  /** For so long the journal may not have whom invites brought. */
  private static final Duration REFERRALS_WAIT = Duration.ofDays(1);

  /** What all runs share. */
  record Tools(
      Database database,
      JournalReader journal,
      Recorded recorded,
      RoomSlice rooms,
      BroadcastSlice broadcasts,
      FiguresReactor figures,
      RetentionReactor retention,
      Programs sections,
      ProgramStore programs,
      PendingFigures pending,
      DeltaDao deltas,
      RebuildDao dao,
      AnalyticsConfig config,
      Clock clock) {
    @Inject
    Tools {}
  }

  /** The client has gone. */
  static final class NobodyHears extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final Tools tools;
  private final String merchantId;
  private final Consumer<RebuildFiguresResponse> progress;
  private final Map<Long, CompiledProgram> versions = new HashMap<>();
  private final Map<Retelling.Step, List<RecordedReferral.Step>> referrals = new HashMap<>();
  private final NavigableMap<Tally.MinuteKey, Counts> minutes = new TreeMap<>();
  private final NavigableMap<RebuildDao.Cell, Long> cells = new TreeMap<>();

  /** The broadcasts of which the journal knows all. */
  private final SortedSet<Place> known = new TreeSet<>();

  private final RebuildDao.Repair repair = new RebuildDao.Repair();
  private final RebuildFiguresResponse.Builder found = RebuildFiguresResponse.newBuilder();
  private Instant since = Instant.MIN;
  private long said;

  /**
   * @param progress is told how far it has come; may throw {@link NobodyHears}
   */
  FiguresRebuild(Tools tools, String merchantId, Consumer<RebuildFiguresResponse> progress) {
    this.tools = tools;
    this.merchantId = merchantId;
    this.progress = progress;
  }

  /**
   * Compares, and mends if it is asked to.
   *
   * @throws io.flywheel.engine.JournalGapException if some of the journal was forgotten meanwhile
   */
  RebuildFiguresResponse run(boolean mend) {
    boolean whole = tools.journal().isWhole(merchantId);
    found.setWhole(whole);
    tools.pending().bringUpToDate(merchantId); // so that little is left to be kept in memory
    tools
        .database()
        .inSnapshot(handle -> {
          compare(handle, tools.journal().end(handle, merchantId));
          return null;
        });
    if (mend && found.getDifferent() > 0) {
      tools.pending().bringUpToDate(merchantId); // what was found is in the rows that are mended
      tools
          .database()
          .inTransaction(handle -> {
            tools.pending().lock(handle, merchantId);
            tools.dao().mend(handle, merchantId, repair);
            return null;
          });
      found.setMended(true);
    }
    return found.setDone(true).build();
  }

  private void compare(Handle handle, JournalCursor end) {
    read(
        end,
        entry -> {
          if (since.equals(Instant.MIN)) {
            since = Instant.EPOCH.plusNanos(entry.orderMicros() * 1_000);
          }
          tools.recorded().referralOf(entry).ifPresent(step -> Retelling.collect(referrals, step));
        });
    if (!found.getWhole() && !since.equals(Instant.MIN)) {
      found.setSince(Timestamps.fromMillis(since.toEpochMilli()));
    }
    known.addAll(tools.dao().broadcastsSince(handle, merchantId, knownSinceMillis()));
    Tally waiting = tools.deltas().all(handle, merchantId);
    waiting.begun().forEach((place, millis) -> addWaiting(handle, place, millis));
    long parts = 1 + tools.dao().visits(handle, merchantId) / VISITS_AT_ONCE;
    for (int part = 0; part < parts; part++) {
      compareVisits(handle, end, waiting, part, parts);
    }
    compareMinutes(handle, waiting);
    if (found.getWhole()) {
      compareCells(handle);
    }
  }

  /** A broadcast of which something waits to be folded, such as that it began earlier. */
  private void addWaiting(Handle handle, Place place, long begunMillis) {
    long stored = tools.dao().startedMillis(handle, place).orElse(Tally.NEVER_CAME);
    if (Math.min(begunMillis, stored) >= knownSinceMillis()) {
      known.add(place);
    } else {
      known.remove(place);
    }
  }

  private long knownSinceMillis() {
    return found.getWhole() ? Long.MIN_VALUE : since.plus(RUN_UP).toEpochMilli();
  }

  /** Makes the visits of some viewers again; of one part alone they fit into memory. */
  private void compareVisits(
      Handle handle, JournalCursor end, Tally waiting, int part, long parts) {
    Tally tally = new Tally();
    Retelling retelling =
        new Retelling(
            List.of(tools.figures(), tools.retention()),
            tools.recorded(),
            tools.rooms(),
            tools.broadcasts(),
            this::program,
            referrals,
            row -> {
              switch (row) {
                case Mark mark -> tally.add(mark);
                case RetentionAppender.Row cell ->
                    cells.merge(
                        new RebuildDao.Cell(cell.firstDay(), cell.activeDay()),
                        (long) cell.change(),
                        Long::sum);
                default -> throw new IllegalStateException(row.getClass().getName());
              }
            });
    read(
        end,
        entry -> {
          if (!entry.viewer().isViewer()) {
            retelling.room(entry);
          } else if (isIn(entry.viewer().viewerId(), part, parts)) {
            retelling.viewer(entry);
          }
        });
    Map<VisitKey, Tally.Visit> rebuilt = new HashMap<>();
    tally.visits().stream()
        .filter(visit -> isKnown(visit.key.place()))
        .forEach(visit -> rebuilt.put(visit.key, visit));
    Map<VisitKey, Tally.Visit> toFold = new HashMap<>();
    waiting.visits().stream()
        .filter(visit -> isKnown(visit.key.place()) && isIn(visit.key.viewerId(), part, parts))
        .forEach(visit -> toFold.put(visit.key, visit));
    tools
        .dao()
        .forEachVisit(
            handle,
            merchantId,
            stored -> {
              VisitKey key = stored.key();
              if (isKnown(key.place()) && isIn(key.viewerId(), part, parts)) {
                compare(stored.plus(toFold.remove(key)), rebuilt.remove(key));
              }
            });
    toFold.forEach(
        (key, visit) -> compare(RebuildDao.StoredVisit.none(key).plus(visit), rebuilt.remove(key)));
    rebuilt.values().stream()
        .filter(visit -> !isForgotten(visit))
        .forEach(visit -> compare(RebuildDao.StoredVisit.none(visit.key), visit));
    tally
        .minutes()
        .forEach(
            (key, counts) -> minutes.computeIfAbsent(key, unused -> new Counts()).addAll(counts));
    tally.begun().forEach((place, millis) -> repair.begun.merge(place, millis, Math::min));
  }

  private static boolean isIn(String viewerId, int part, long parts) {
    return Math.floorMod(viewerId.hashCode(), parts) == part;
  }

  private boolean isKnown(Place place) {
    return found.getWhole() || known.contains(place);
  }

  /** Whether the tables have forgotten a visit that the journal still knows. */
  private boolean isForgotten(Tally.Visit visit) {
    Instant kept = tools.clock().instant().minus(tools.config().keepVisitsFor());
    return since.isBefore(kept) && visit.lastSeenMillis < kept.toEpochMilli();
  }

  private void compare(RebuildDao.StoredVisit stored, Tally.@Nullable Visit visit) {
    found.setVisits(found.getVisits() + 1);
    RebuildDao.StoredVisit rebuilt =
        visit == null
            ? RebuildDao.StoredVisit.none(stored.key())
            : new RebuildDao.StoredVisit(
                visit.key,
                visit.enteredMillis,
                visit.lastSeenMillis,
                visit.leftMillis,
                visit.firstVisit,
                visit.counts);
    Place place = stored.key().place();
    Differences differences =
        new Differences(
            FigureDifference.newBuilder()
                .setRoomId(place.roomId())
                .setBroadcastId(place.broadcastId())
                .setViewerId(stored.key().viewerId()));
    differences.add("entered_at", rebuilt.enteredMillis(), stored.enteredMillis());
    differences.add("last_seen_at", rebuilt.lastSeenMillis(), stored.lastSeenMillis());
    differences.add("left_at", rebuilt.leftMillis(), stored.leftMillis());
    if (found.getWhole()) {
      differences.add("first_visit", rebuilt.firstVisit() ? 1 : 0, stored.firstVisit() ? 1 : 0);
    }
    Counts missing =
        differences.counts(
            rebuilt.counts(), stored.counts(), isRecent(rebuilt.lastSeenMillis(), stored));
    if (differences.tell()) {
      repair.visits.add(
          new RebuildDao.VisitRepair(
              stored, found.getWhole() ? rebuilt : rebuilt.firstAs(stored), missing));
    }
  }

  private boolean isRecent(long rebuiltSeenMillis, RebuildDao.StoredVisit stored) {
    return isRecent(Math.max(rebuiltSeenMillis, stored.lastSeenMillis()));
  }

  private boolean isRecent(long millis) {
    return millis >= tools.clock().instant().minus(REFERRALS_WAIT).toEpochMilli();
  }

  private void compareMinutes(Handle handle, Tally waiting) {
    long keptFrom =
        tools.clock().instant().minus(tools.config().keepMinutesFor()).toEpochMilli()
                / Tally.MINUTE_MILLIS
            + 1;
    minutes.keySet().removeIf(key -> key.minute() < keptFrom || !isKnown(key.place()));
    SortedMap<Tally.MinuteKey, Counts> toFold = waiting.minutes();
    toFold.keySet().removeIf(key -> key.minute() < keptFrom || !isKnown(key.place()));
    tools
        .dao()
        .forEachMinute(
            handle,
            merchantId,
            keptFrom,
            (key, stored) -> {
              if (isKnown(key.place())) {
                Counts more = toFold.remove(key);
                if (more != null) {
                  stored.addAll(more);
                }
                compareMinute(key, stored);
              }
            });
    toFold.forEach(this::compareMinute);
    minutes.forEach((key, rebuilt) -> compare(key, rebuilt, new Counts()));
  }

  private void compareMinute(Tally.MinuteKey key, Counts stored) {
    Counts rebuilt = minutes.remove(key);
    compare(key, rebuilt == null ? new Counts() : rebuilt, stored);
  }

  private void compare(Tally.MinuteKey key, Counts rebuilt, Counts stored) {
    found.setMinutes(found.getMinutes() + 1);
    long millis = key.minute() * Tally.MINUTE_MILLIS;
    Differences differences =
        new Differences(
            FigureDifference.newBuilder()
                .setRoomId(key.place().roomId())
                .setBroadcastId(key.place().broadcastId())
                .setMinute(Timestamps.fromMillis(millis)));
    Counts missing = differences.counts(rebuilt, stored, isRecent(millis));
    if (differences.tell()) {
      repair.minutes.put(key, missing);
    }
  }

  private void compareCells(Handle handle) {
    Map<RebuildDao.Cell, Long> stored = tools.dao().cells(handle, merchantId);
    SortedSet<RebuildDao.Cell> all = new TreeSet<>(stored.keySet());
    all.addAll(cells.keySet());
    for (RebuildDao.Cell cell : all) {
      found.setCells(found.getCells() + 1);
      long rebuilt = cells.getOrDefault(cell, 0L);
      long kept = stored.getOrDefault(cell, 0L);
      Differences differences =
          new Differences(
              FigureDifference.newBuilder()
                  .setFirstDay(LocalDate.ofEpochDay(cell.firstDay()).toString())
                  .setActiveDay(LocalDate.ofEpochDay(cell.activeDay()).toString()));
      differences.add("viewers", rebuilt, kept);
      if (differences.tell()) {
        repair.cells.put(cell, rebuilt - kept);
      }
    }
  }

  /** What of one row differs. */
  private final class Differences {
    private final FigureDifference.Builder where;
    private final List<FigureDifference> all = new ArrayList<>();

    Differences(FigureDifference.Builder where) {
      this.where = where;
    }

    void add(String figure, long rebuilt, long stored) {
      if (rebuilt != stored) {
        all.add(where.setFigure(figure).setRebuilt(rebuilt).setStored(stored).build());
      }
    }

    /** Adds the counts that differ, and returns what is missing of each. */
    Counts counts(Counts rebuilt, Counts stored, boolean isRecent) {
      Counts missing = new Counts();
      for (Figure figure : Figure.values()) {
        boolean isCompared =
            switch (figure) {
              case REFERRED, REFERRED_FOLLOWERS -> !isRecent;
              case NEW_FOLLOWERS, REPURCHASES -> found.getWhole();
              default -> true;
            };
        if (isCompared) {
          add(figure.column(), rebuilt.of(figure), stored.of(figure));
          missing.add(figure, rebuilt.of(figure) - stored.of(figure));
        }
      }
      return missing;
    }

    /** Tells of them, and returns whether there are any. */
    boolean tell() {
      if (all.isEmpty()) {
        return false;
      }
      found.setDifferent(found.getDifferent() + 1);
      for (FigureDifference each : all) {
        if (found.getDifferencesCount() < MAX_TOLD) {
          found.addDifferences(each);
        }
      }
      return true;
    }
  }

  private void read(JournalCursor end, Consumer<JournalEntry> taker) {
    JournalCursor place = tools.journal().first(merchantId);
    boolean more = true;
    while (more && !place.includes(end)) {
      JournalChunk chunk = tools.journal().next(place, ENTRIES_AT_ONCE);
      chunk.entries().stream().filter(end::includes).forEach(taker);
      found.setRead(found.getRead() + chunk.entries().size());
      if (found.getRead() / SAY_EVERY > said) {
        said = found.getRead() / SAY_EVERY;
        progress.accept(RebuildFiguresResponse.newBuilder().setRead(found.getRead()).build());
      }
      place = chunk.next();
      more = chunk.more();
    }
  }

  private CompiledProgram program(long version) {
    return versions.computeIfAbsent(
        version,
        unused ->
            tools
                .database()
                .read(handle -> tools.programs().version(handle, merchantId, version))
                .map(stored -> tools.sections().compile(version, stored.program()))
                .orElseThrow(() -> ProgramStore.notFound("version " + version)));
  }
}
