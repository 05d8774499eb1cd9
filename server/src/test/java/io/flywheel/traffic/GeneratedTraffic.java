package io.flywheel.traffic;

import com.google.protobuf.Timestamp;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Watched;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Events such as {@link RecordedTraffic} makes of recordings, for machines without any: the same
 * for the same seed. Not to be instantiated.
 */
public final class GeneratedTraffic {
  private static final long START = Instant.parse("2026-01-12T10:00:00Z").getEpochSecond();
  private static final int VIEWERS = 150;
  private static final int DAYS = 6;
  private static final int SHOW_SECONDS = 7_200;

  private GeneratedTraffic() {}

  /** Six evenings' shows, in the order of time. */
  public static List<Event> events(int count, long seed) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int day = (int) ((long) i * DAYS / count);
      long part = (long) i * DAYS % count;
      long second = START + day * 86_400L + part * SHOW_SECONDS / count;
      // A few are in every show and write all the time, most of them seldom.
      int viewer = (int) (VIEWERS * Math.pow(random.nextDouble(), 3));
      Event.Builder event =
          Event.newBuilder()
              .setEventId("generated:" + seed + ":" + i)
              .setViewerId("u" + viewer)
              .setRoomId("room")
              .setBroadcastId("show" + day)
              .setOccurredAt(time(second));
      events.add(what(event, i, second, random).build());
    }
    return events;
  }

  private static Event.Builder what(Event.Builder event, int number, long second, Random random) {
    int kind = random.nextInt(10);
    if (kind < 1) {
      return event.setEntered(Entered.getDefaultInstance());
    } else if (kind < 4) {
      int length = 1 + random.nextInt(400);
      return event.setWatched(
          Watched.newBuilder().setStartedAt(time(second - length)).setEndedAt(time(second)));
    } else if (kind < 5) {
      return event.setOrdered(
          Ordered.newBuilder().setOrderId("o" + number).setAmountMinor(random.nextInt(5_000)));
    }
    return event.setCommented(Commented.newBuilder().setText("x".repeat(1 + random.nextInt(150))));
  }

  private static Timestamp time(long second) {
    return Timestamp.newBuilder().setSeconds(second).build();
  }
}
