package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.engine.JournalGapException;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.RebuildFiguresResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Makes figures again from the journal, one merchant's at a time. Thread-safe. */
final class Rebuilds {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

  private final FiguresRebuild.Tools tools;
  private final Semaphore turn = new Semaphore(1);

  @Inject
  Rebuilds(FiguresRebuild.Tools tools) {
    this.tools = tools;
  }

  void run(String merchantId, boolean mend, ServerCallStreamObserver<RebuildFiguresResponse> to) {
    try {
      if (!turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw ServiceException.overloaded(RETRY_AFTER);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    try {
      to.onNext(
          new FiguresRebuild(
                  tools,
                  merchantId,
                  progress -> {
                    if (to.isCancelled()) {
                      throw new FiguresRebuild.NobodyHears();
                    }
                    to.onNext(progress); // a few in all
                  })
              .run(mend));
      to.onCompleted();
    } catch (JournalGapException e) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_CURSOR_TOO_OLD,
          "the journal was forgotten while it was read (expected: to be kept for as long as reading"
              + " it takes; call again)");
    } catch (FiguresRebuild.NobodyHears e) {
      // there is nobody to answer
    } finally {
      turn.release();
    }
  }
}
