package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Settlement;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.Commented;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Followed;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.Grant;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.JoinedGroup;
import io.flywheel.v1.LeadSubmitted;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.Shared;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.Watched;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A viewer goes through each built-in program and gets what it promises. */
final class TemplatesInUseTest {
  private TestServer server;
  private Channel platform;
  private int ids;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start();
    platform = server.channel(server.tokenFor("m", Role.PLATFORM, "p"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aNewRoomStampsACardForEachShow() {
    apply("new-room");
    for (int show = 1; show <= 10; show++) {
      report("ann", "show-" + show, entered());
      server.clock().advance(Duration.ofDays(3)); // a missed day costs nothing
    }
    // Two cards of five stamps: 5, 15 and 30 points each.
    assertThat(viewer("ann").getPoints().getBalance()).isEqualTo(100);
    assertThat(coupons("ann")).containsExactly("stamp-card", "stamp-card");
    assertThat(viewer("ann").getProfile().getBadgesList()).containsExactly("early-supporter");

    report("bob", "last", entered());
    report("bob", "last", event().setFollowed(Followed.getDefaultInstance()));
    report("bob", "last", comment("hi"));
    report("bob", "last", comment("!"));
    report("bob", "last", watched(Duration.ofMinutes(10)));
    report("bob", "last", event().setShared(Shared.getDefaultInstance()));
    assertThat(viewer("bob").getPoints().getBalance()).isEqualTo(5 + 20 + 10 + 15 + 10);
    // A hundred likes of two viewers are the room's goal, and both are rewarded.
    report("ann", "last", likes(50));
    report("bob", "last", likes(50));
    server.clock().advance(Duration.ofSeconds(10)); // goals of rooms wait so long
    settle();
    assertThat(viewer("bob").getPoints().getBalance()).isEqualTo(60 + 3);
    assertThat(viewer("ann").getPoints().getBalance()).isEqualTo(100 + 3);
  }

  @Test
  void theDailyHabitSavesAStreakAndRewardsAFullDay() {
    apply("daily-habit");
    Channel ann = server.channel(server.tokenFor("m", Role.VIEWER, "ann"));
    long points = 0;
    int[] pointsOfDay = {0, 5, 8, 12, 0, 0};
    for (int day = 1; day <= 5; day++) {
      checkIn(ann);
      points += pointsOfDay[day];
      assertThat(viewer("ann").getProfile().getStreak()).isEqualTo(day);
      server.clock().advance(Duration.ofDays(1));
    }
    // Five check-ins of a week from Monday on: a second freeze. Two days are missed, and saved.
    assertThat(viewer("ann").getCheckIn().getFreezes()).isEqualTo(2);
    server.clock().advance(Duration.ofDays(2));
    checkIn(ann);
    points += 0;
    assertThat(viewer("ann").getProfile().getStreak()).isGreaterThan(5);
    assertThat(viewer("ann").getPoints().getBalance()).isEqualTo(points);
    assertThat(viewer("ann").getCheckIn().getFreezes()).isZero();

    report("ann", "", likes(20));
    report("ann", "", watched(Duration.ofMinutes(5)));
    report("ann", "", comment("good evening"));
    report("ann", "", comment("Good  evening")); // the same once more
    assertThat(viewer("ann").getProfile().getCompletedTasksList())
        .contains("today-likes", "today-watch")
        .doesNotContain("full-day");
    report("ann", "", comment("what a day"));
    var unused =
        TaskServiceGrpc.newBlockingStub(ann)
            .claimTaskReward(
                ClaimTaskRewardRequest.newBuilder()
                    .setRequestId("claim")
                    .setTaskId("full-day")
                    .build());
    assertThat(viewer("ann").getPoints().getBalance()).isEqualTo(points + 3 + 5 + 5 + 10);
  }

  @Test
  void theSellingRoomLeadsFromAClickToTheNextOrderWithinItsBudget() {
    apply("shop-driver");
    report("ann", "show", entered());
    for (int i = 0; i < 3; i++) {
      report("ann", "show", event().setClicked(Clicked.newBuilder().setTarget("goods-" + i)));
      report("ann", "show", event().setClicked(Clicked.newBuilder().setTarget("goods-" + i)));
      server.clock().advance(Duration.ofSeconds(10));
    }
    assertThat(viewer("ann").getPoints().getBalance()).isEqualTo(2);
    server.clock().advance(Duration.ofMinutes(15));
    report("ann", "show", watched(Duration.ofMinutes(15)));
    assertThat(coupons("ann")).containsExactly("tonight-only");
    report("ann", "show", event().setLeadSubmitted(LeadSubmitted.getDefaultInstance()));
    report("ann", "show", event().setJoinedGroup(JoinedGroup.getDefaultInstance()));
    assertThat(viewer("ann").getPoints().getBalance()).isEqualTo(2 + 3 + 50 + 20);

    report("ann", "show", order(1_000)); // too small for the first order's gift, not for cash back
    assertThat(viewer("ann").getPoints().getPending()).isEqualTo(1);
    report("ann", "show", order(30_000));
    assertThat(viewer("ann").getPoints().getPending()).isEqualTo(1 + 200 + 30);
    report("ann", "show", order(2_000));
    assertThat(coupons("ann")).contains("second-order", "silver");
    assertThat(viewer("ann").getPoints().getPending()).isEqualTo(231 + 2 + 100);
    // However much is ordered in a day, fifty of the returned points are the most.
    report("ann", "show", order(1_000_000));
    assertThat(viewer("ann").getPoints().getPending()).isEqualTo(333 - 33 + 50 + 150);
    assertThat(viewer("ann").getProfile().getPrivilegesList())
        .containsExactly("priority-purchase", "vip");
    report("ann", "show", order(2_000));
    assertThat(coupons("ann")).contains("three-a-week", "members-weekly");
    server.clock().advance(Duration.ofDays(7));
    settle();
    assertThat(viewer("ann").getPoints().getPending()).isZero();
    assertThat(viewer("ann").getPoints().getBalance()).isEqualTo(75 + 500);
  }

  private void apply(String template) {
    var unused =
        ProgramServiceGrpc.newBlockingStub(platform)
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("apply")
                    .setSource(ProgramSource.newBuilder().setTemplate(template))
                    .build());
  }

  private void checkIn(Channel viewer) {
    var unused =
        List.of(
            RoomServiceGrpc.newBlockingStub(viewer)
                .enterRoom(
                    EnterRoomRequest.newBuilder()
                        .setRequestId("r" + ++ids)
                        .setRoomId("room")
                        .build()),
            CheckInServiceGrpc.newBlockingStub(viewer)
                .checkIn(CheckInRequest.newBuilder().setRequestId("r" + ++ids).build()));
  }

  private void report(String viewerId, String broadcastId, Event.Builder event) {
    IngestEventsResponse response =
        EventServiceGrpc.newBlockingStub(platform)
            .ingestEvents(
                IngestEventsRequest.newBuilder()
                    .addEvents(event.setViewerId(viewerId).setBroadcastId(broadcastId))
                    .build());
    assertThat(response.getAccepted()).as(response.toString()).isEqualTo(1);
  }

  private Event.Builder event() {
    return Event.newBuilder().setEventId("e" + ++ids).setRoomId("room").setOccurredAt(now());
  }

  private Event.Builder entered() {
    return event().setEntered(Entered.getDefaultInstance());
  }

  private Event.Builder likes(int count) {
    return event().setLiked(Liked.newBuilder().setCount(count));
  }

  private Event.Builder comment(String text) {
    return event().setCommented(Commented.newBuilder().setText(text));
  }

  private Event.Builder order(long amountMinor) {
    return event()
        .setOrdered(Ordered.newBuilder().setOrderId("o" + ids).setAmountMinor(amountMinor));
  }

  private Event.Builder watched(Duration time) {
    return event()
        .setWatched(
            Watched.newBuilder()
                .setStartedAt(Timestamps.fromMillis(server.clock().millis() - time.toMillis()))
                .setEndedAt(now()));
  }

  private Viewer viewer(String viewerId) {
    return ViewerServiceGrpc.newBlockingStub(platform)
        .getViewer(GetViewerRequest.newBuilder().setViewerId(viewerId).build())
        .getViewer();
  }

  private List<String> coupons(String viewerId) {
    return viewer(viewerId).getGrantsList().stream()
        .map(Grant::getReward)
        .filter(reward -> reward.hasCoupon())
        .map(reward -> reward.getCoupon().getCouponId())
        .toList();
  }

  private void settle() {
    try {
      int unused = server.instance(Settlement.class).settleDue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Timestamp now() {
    return Timestamps.fromMillis(server.clock().millis());
  }
}
