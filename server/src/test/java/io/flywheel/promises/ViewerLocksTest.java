package io.flywheel.promises;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.Event;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A batch locks its own viewers and no others, however few a merchant has. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ViewerLocksTest {
  private static final String MERCHANT = "few";

  /** So few that a database would rather read all of them than look up half. */
  private static final int VIEWERS = 1_000;

  @Test
  void whoeverElseIsLockedNobodyWaitsFor() throws Exception {
    try (TestServer server = TestServer.start()) {
      LivePlatform platform = new LivePlatform(server, MERCHANT);
      platform.apply("apply", "name: Few viewers\n");
      assertThat(platform.ingest(likes(platform, "known", 0)).getAccepted()).isEqualTo(VIEWERS);
      Database database = server.instance(Database.class);
      try (Handle other = database.jdbi().open()) {
        other.begin();
        assertThat(lock(other, "v0")).isEqualTo("v0");
        // Had the batch to wait for the viewer, it would fail after the lock's timeout.
        List<Event> ofOthers = likes(platform, "meanwhile", 1);
        assertThat(platform.ingest(ofOthers).getAccepted()).isEqualTo(ofOthers.size());
        other.rollback();
      }
    }
  }

  private static List<Event> likes(LivePlatform platform, String prefix, int first) {
    return IntStream.range(first, VIEWERS)
        .mapToObj(i -> platform.liked(prefix + i, "v" + i))
        .collect(toImmutableList());
  }

  private static String lock(Handle handle, String viewerId) {
    return handle
        .createQuery(
            """
            SELECT viewer_id FROM viewer
            WHERE merchant_id = :merchantId AND viewer_id = :viewerId FOR UPDATE\
            """)
        .bind("merchantId", MERCHANT)
        .bind("viewerId", viewerId)
        .mapTo(String.class)
        .one();
  }
}
