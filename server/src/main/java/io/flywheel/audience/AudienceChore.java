package io.flywheel.audience;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.chores.Chore;
import io.flywheel.platform.errors.ServiceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Walks all viewers once a day and brings the index up to date where it is not: with those who were
 * there before there was an index, and with what the journal no longer told. Thread-safe.
 */
final class AudienceChore implements Chore {
  private static final int STEP = 250;

  private final AudienceDao dao;
  private final AudienceIndex index;

  @Inject
  AudienceChore(AudienceDao dao, AudienceIndex index) {
    this.dao = dao;
    this.index = index;
  }

  @Override
  public String name() {
    return "index audience";
  }

  @Override
  public Duration rest() {
    return Duration.ofDays(1);
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    String[] from = new String(progress, StandardCharsets.US_ASCII).split(" ", -1);
    String merchantId = from[0];
    String after = from.length < 2 ? "" : from[1];
    if (merchantId.isEmpty()) {
      return dao.merchantAfter(handle, "").map(first -> position(first, ""));
    }
    List<String> viewers =
        dao.viewersAfter(
            handle, merchantId, after.isEmpty() ? ViewerKey.BEFORE_VIEWERS : after, STEP);
    try {
      if (!viewers.isEmpty()) {
        index.update(merchantId, viewers, Map.of());
      }
    } catch (ServiceException e) {
      viewers = List.of(); // a merchant without a program; nobody has done anything
    }
    return viewers.size() == STEP
        ? Optional.of(position(merchantId, viewers.getLast()))
        : dao.merchantAfter(handle, merchantId).map(next -> position(next, ""));
  }

  private static byte[] position(String merchantId, String viewerId) {
    return (merchantId + " " + viewerId).getBytes(StandardCharsets.US_ASCII);
  }
}
