package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSample;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.LevelRules;
import io.flywheel.v1.PreviewLevelsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Says whom other levels would move, before they are applied. Thread-safe. */
final class LevelPreviews {
  private static final int MAX_PREVIEWED = 5_000;
  private static final int PAGE = 500;
  private static final int MAX_SAMPLES = 10;

  /** However many ask at once, the database is left to those who write. */
  private static final int MAX_AT_ONCE = 2;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Engine engine;
  private final ViewerSample viewers;
  private final Levels levels;
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE);

  @Inject
  LevelPreviews(Engine engine, ViewerSample viewers, Levels levels) {
    this.engine = engine;
    this.viewers = viewers;
    this.levels = levels;
  }

  /**
   * What levels would do.
   *
   * @throws ServiceException INVALID_FIELD for levels that no program may have; OVERLOADED
   */
  PreviewLevelsResponse preview(String merchantId, LevelRules rules) {
    CompiledLevels next = LevelSection.draft(rules);
    if (!turns.tryAcquire()) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    try {
      return preview(merchantId, next);
    } finally {
      turns.release();
    }
  }

  private PreviewLevelsResponse preview(String merchantId, CompiledLevels next) {
    List<ViewerKey> sample = viewers.first(merchantId, MAX_PREVIEWED);
    List<LevelShift> shifts = new ArrayList<>(sample.size());
    for (int from = 0; from < sample.size(); from += PAGE) {
      List<ViewerKey> page = sample.subList(from, Math.min(from + PAGE, sample.size()));
      shifts.addAll(engine.readAll(page, view -> levels.shift(view, next)));
    }
    return PreviewLevelsResponse.newBuilder()
        .setViewers(Math.max(viewers.count(merchantId), sample.size()))
        .setLookedAt(sample.size())
        .setExact(sample.size() < MAX_PREVIEWED)
        .setWouldRise(count(shifts, LevelShift.Kind.RISES))
        .setWouldKeep(count(shifts, LevelShift.Kind.KEEPS))
        .setWouldFall(count(shifts, LevelShift.Kind.FALLS))
        .addAllSamples(
            shifts.stream()
                .filter(shift -> shift.kind() != LevelShift.Kind.STAYS)
                .sorted(Comparator.comparing(LevelShift::kind))
                .limit(MAX_SAMPLES)
                .map(LevelShift::viewer)
                .toList())
        .build();
  }

  private static int count(List<LevelShift> shifts, LevelShift.Kind kind) {
    return (int) shifts.stream().filter(shift -> shift.kind() == kind).count();
  }
}
