package io.flywheel.audience;

import com.google.inject.Inject;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ExportAudienceRequest;
import io.flywheel.v1.ExportAudienceResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Sends viewers as CSV, as fast as the client reads. Thread-safe. */
final class Exports {
  private static final int MAX_AT_ONCE = 4;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  /** A client that reads nothing for so long is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long LOOK_MILLIS = 10;

  private final Audience audience;
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE);

  @Inject
  Exports(Audience audience) {
    this.audience = audience;
  }

  void send(
      String merchantId,
      ExportAudienceRequest request,
      ServerCallStreamObserver<ExportAudienceResponse> to) {
    if (!turns.tryAcquire()) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    try {
      to.onNext(ExportAudienceResponse.newBuilder().setCsv(Csv.HEADER).build());
      audience.forEach(
          merchantId,
          request.getFilter(),
          request.getOrder(),
          members -> {
            awaitReader(to);
            to.onNext(ExportAudienceResponse.newBuilder().setCsv(Csv.rows(members)).build());
          });
      to.onCompleted();
    } finally {
      turns.release();
    }
  }

  private static void awaitReader(ServerCallStreamObserver<ExportAudienceResponse> to) {
    long waited = 0;
    while (!to.isReady() && !to.isCancelled()) {
      if (waited > PATIENCE.toMillis()) {
        throw ServiceException.overloaded(RETRY_AFTER);
      }
      waited += LOOK_MILLIS;
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw ServiceException.overloaded(RETRY_AFTER);
      }
    }
    if (to.isCancelled()) {
      throw ServiceException.overloaded(RETRY_AFTER); // nobody hears it
    }
  }
}
