package io.flywheel.demo;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.Followed;
import io.flywheel.v1.Left;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Shared;
import io.flywheel.v1.Watched;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * What happened in the demo room on the days before it was first opened, so that calendars, streaks
 * and points have a past. The same day makes the same events. Immutable.
 */
final class DemoHistory {
  private static final int DAYS = 30;
  private static final int GUESTS_A_DAY = 12;

  /** So that today's check-in is the one of the seventh day in a row. */
  private static final int DAYS_OF_YOU = 6;

  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final LocalTime SHOW = LocalTime.of(19, 30);
  private static final List<String> WORDS =
      List.of("来了来了", "主播好！", "这个颜色真好看", "什么时候发货？", "打卡打卡", "支持主播！");

  private final LocalDate today;

  /** The days before today. */
  DemoHistory(LocalDate today) {
    this.today = today;
  }

  /** The events, in their order. */
  List<Event> events() {
    Random random = new Random(today.toEpochDay());
    List<Event> events = new ArrayList<>();
    for (int daysAgo = DAYS; daysAgo >= 1; daysAgo--) {
      LocalDate day = today.minusDays(daysAgo);
      for (int i = 0; i < DemoPeople.REGULARS; i++) {
        if (random.nextDouble() < DemoPeople.attendance(i)) {
          events.addAll(new Visit(DemoPeople.regular(i), day, random).events());
        }
      }
      Set<String> guests = new TreeSet<>();
      for (int i = 0; i < GUESTS_A_DAY; i++) {
        guests.add(DemoPeople.anyGuest(random));
      }
      for (String guest : guests) {
        events.addAll(new Visit(guest, day, random).events());
      }
      if (daysAgo <= DAYS_OF_YOU) {
        events.addAll(new Visit(DemoLinks.YOU, day, random).events());
      }
    }
    return events;
  }

  /** One viewer's evening. */
  private static final class Visit {
    private final String viewerId;
    private final LocalDate day;
    private final Random random;
    private final List<Event> events = new ArrayList<>();

    Visit(String viewerId, LocalDate day, Random random) {
      this.viewerId = viewerId;
      this.day = day;
      this.random = random;
    }

    List<Event> events() {
      boolean guest = DemoPeople.isGuest(viewerId);
      Instant came = day.atTime(SHOW).plusSeconds(random.nextInt(3_600)).atZone(ZONE).toInstant();
      Instant went = came.plusSeconds(guest ? random.nextInt(20, 400) : random.nextInt(900, 4_000));
      add(came, event -> event.setEntered(Entered.getDefaultInstance()));
      for (int i = random.nextInt(guest ? 2 : 8); i > 0; i--) {
        int taps = random.nextInt(5, 60);
        add(between(came, went), event -> event.setLiked(Liked.newBuilder().setCount(taps)));
      }
      for (int i = random.nextInt(guest ? 2 : 5); i > 0; i--) {
        String text = WORDS.get(random.nextInt(WORDS.size()));
        add(between(came, went), event -> event.setCommented(Commented.newBuilder().setText(text)));
      }
      if (random.nextInt(guest ? 20 : 3) == 0) {
        add(
            between(came, went),
            event -> event.setShared(Shared.newBuilder().setChannel("wechat")));
      }
      if (random.nextInt(guest ? 15 : 4) == 0) {
        add(between(came, went), event -> event.setFollowed(Followed.getDefaultInstance()));
      }
      if (random.nextInt(guest ? 40 : 8) == 0) {
        String orderId = "demo-" + day + "-" + viewerId;
        int amountMinor = random.nextInt(1_990, 39_900);
        add(
            between(came, went),
            event ->
                event.setOrdered(
                    Ordered.newBuilder().setOrderId(orderId).setAmountMinor(amountMinor)));
      }
      events.sort((a, b) -> Timestamps.compare(a.getOccurredAt(), b.getOccurredAt()));
      add(
          went,
          event ->
              event.setWatched(
                  Watched.newBuilder().setStartedAt(time(came)).setEndedAt(time(went))));
      add(went, event -> event.setLeft(Left.getDefaultInstance()));
      return events;
    }

    private interface What {
      Event.Builder of(Event.Builder event);
    }

    private void add(Instant at, What what) {
      events.add(
          what.of(
                  Event.newBuilder()
                      .setEventId("demo:" + day + ":" + viewerId + ":" + events.size())
                      .setViewerId(viewerId)
                      .setRoomId(DemoRoom.ROOM)
                      .setOccurredAt(time(at)))
              .build());
    }

    private Instant between(Instant from, Instant to) {
      return from.plusMillis(random.nextLong(1, Duration.between(from, to).toMillis()));
    }

    private static Timestamp time(Instant instant) {
      return Timestamps.fromMillis(instant.toEpochMilli());
    }
  }
}
