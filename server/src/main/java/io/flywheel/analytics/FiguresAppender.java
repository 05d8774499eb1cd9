package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;

/**
 * Writes what a batch's marks come to as one row of a merchant, which is folded into the figures
 * later, with those of many other batches: a visit that several batches add to is written once.
 * Nothing is read for it, and no batch waits for another's row or for whoever folds. Thread-safe.
 */
final class FiguresAppender implements Appender<Mark> {
  private final PendingFigures pending;
  private final Clock clock;

  @Inject
  FiguresAppender(PendingFigures pending, Clock clock) {
    this.pending = pending;
    this.clock = clock;
  }

  @Override
  public void append(Script script, List<Mark> marks) {
    long now = clock.millis();
    SortedMap<String, byte[]> deltas = FiguresDelta.pack(Tally.of(marks), now);
    DeltaDao.append(script, deltas, now);
    deltas.forEach((merchantId, delta) -> pending.appended(merchantId, delta.length));
  }
}
