package io.flywheel.simulation;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.Commented;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Followed;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Shared;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * One viewer of a room, who comes, likes in bursts, writes, shares, buys now and then, leaves and
 * may come back. Each step is one call. Not thread-safe.
 */
public final class SimulatedViewer {
  /** How a kind of viewer spends its time: steps a minute, and how its steps divide, in percent. */
  private enum Temper {
    LURKER(4, 45, 5, 2, 20, 1),
    CHATTER(12, 35, 45, 5, 10, 2),
    FAN(16, 60, 20, 8, 5, 4),
    SHOPPER(8, 20, 10, 3, 45, 15);

    private final int stepsPerMinute;
    private final int likes;
    private final int comments;
    private final int shares;
    private final int clicks;
    private final int orders;

    Temper(int stepsPerMinute, int likes, int comments, int shares, int clicks, int orders) {
      this.stepsPerMinute = stepsPerMinute;
      this.likes = likes;
      this.comments = comments;
      this.shares = shares;
      this.clicks = clicks;
      this.orders = orders;
    }
  }

  private static final List<String> COMMENTS =
      List.of(
          "主播好！",
          "来了来了",
          "这个颜色真好看",
          "有优惠吗？",
          "已下单，期待",
          "666",
          "第一次来，关注了",
          "能试一下 L 码吗？",
          "价格可以再低一点吗",
          "上次买的很好用",
          "什么时候发货？",
          "打卡打卡",
          "想要同款",
          "声音有点小",
          "支持主播！",
          "哈哈哈哈",
          "Hello from Singapore!",
          "Does it come in blue?",
          "Love this one",
          "How long is shipping?",
          "Just ordered two",
          "First time here",
          "Can you show it again?",
          "Great price",
          "Good evening everyone",
          "wow");

  private static final List<String> CHANNELS = List.of("wechat", "moments", "weibo", "link");

  private final String id;
  private final String room;
  private final FlywheelClient self;
  private final FlywheelClient platform;
  private final Onlooker onlooker;
  private final Stay stay;
  private final RandomGenerator random;
  private final Temper temper;
  private boolean inRoom;
  private boolean followed;
  private boolean checkedIn;
  private String heartbeatToken = "";
  private long heartbeatDueNanos;
  private long leaveAtNanos;

  /**
   * A viewer who is not there yet.
   *
   * @param self for what the viewer may do
   * @param platform for what only the platform's services may report
   */
  public SimulatedViewer(
      String id,
      String room,
      FlywheelClient self,
      FlywheelClient platform,
      Onlooker onlooker,
      Stay stay,
      RandomGenerator random) {
    this.id = id;
    this.room = room;
    this.self = self;
    this.platform = platform;
    this.onlooker = onlooker;
    this.stay = stay;
    this.random = random;
    this.temper = Temper.values()[random.nextInt(Temper.values().length)];
  }

  /** The viewer's id. */
  public String id() {
    return id;
  }

  /** Does the next thing and returns how long the viewer then pauses. */
  public Duration step() {
    try {
      if (!inRoom) {
        return enter();
      } else if (System.nanoTime() >= leaveAtNanos) {
        leave();
        return Duration.ofSeconds(random.nextInt(10, 90));
      } else if (System.nanoTime() >= heartbeatDueNanos) {
        heartbeat();
      } else {
        amuse();
      }
      return pause();
    } catch (FlywheelException e) {
      onlooker.failed(e);
      if (e.reason() == ErrorReason.ERROR_REASON_SESSION_ENDED
          || e.reason() == ErrorReason.ERROR_REASON_NOT_IN_ROOM) {
        out();
      }
      return Duration.ofSeconds(2);
    }
  }

  /** Whether the viewer is in the room. */
  public boolean isInRoom() {
    return inRoom;
  }

  /** Leaves, if the viewer is in the room. */
  public void leave() {
    if (inRoom) {
      LeaveRoomRequest request =
          LeaveRoomRequest.newBuilder().setViewerId(id).setRoomId(room).build();
      did("leave", self.room().leaveRoom(request).getFactsList());
      out();
    }
  }

  private void out() {
    inRoom = false;
    onlooker.left();
  }

  private Duration enter() {
    EnterRoomRequest request =
        EnterRoomRequest.newBuilder()
            .setViewerId(id)
            .setRoomId(room)
            .setTimeZone("Asia/Shanghai")
            .build();
    EnterRoomResponse answer = self.room().enterRoom(request);
    inRoom = true;
    onlooker.entered();
    did("enter", answer.getFactsList());
    heartbeatToken = answer.getHeartbeatToken();
    heartbeatDueNanos = System.nanoTime() + Durations.toNanos(answer.getHeartbeatInterval());
    leaveAtNanos = System.nanoTime() + stay.draw(random).toNanos();
    return Duration.ofMillis(random.nextInt(500, 4_000));
  }

  private void heartbeat() {
    HeartbeatRequest request =
        HeartbeatRequest.newBuilder()
            .setViewerId(id)
            .setRoomId(room)
            .setHeartbeatToken(heartbeatToken)
            .build();
    HeartbeatResponse answer = self.room().heartbeat(request);
    heartbeatToken = answer.getHeartbeatToken();
    heartbeatDueNanos = System.nanoTime() + Durations.toNanos(answer.getHeartbeatInterval());
    did("heartbeat", answer.getFactsList());
  }

  private void amuse() {
    if (!checkedIn && random.nextInt(100) < 60) {
      checkedIn = true; // Once is tried, whether or not the program has check-in.
      CheckInRequest request = CheckInRequest.newBuilder().setViewerId(id).build();
      did("check-in", self.checkIn().checkIn(request).getFactsList());
      return;
    }
    int dice = random.nextInt(100);
    if ((dice -= temper.likes) < 0) {
      act(
          "like",
          ActRequest.newBuilder().setLiked(Liked.newBuilder().setCount(random.nextInt(1, 30))));
    } else if ((dice -= temper.comments) < 0) {
      act(
          "comment",
          ActRequest.newBuilder().setCommented(Commented.newBuilder().setText(oneOf(COMMENTS))));
    } else if ((dice -= temper.shares) < 0) {
      act(
          "share",
          ActRequest.newBuilder().setShared(Shared.newBuilder().setChannel(oneOf(CHANNELS))));
    } else if ((dice -= temper.clicks) < 0) {
      act(
          "click",
          ActRequest.newBuilder()
              .setClicked(Clicked.newBuilder().setTarget("goods-" + random.nextInt(1, 20))));
    } else if (dice - temper.orders < 0) {
      order();
    } else if (!followed) {
      followed = true;
      act("follow", ActRequest.newBuilder().setFollowed(Followed.getDefaultInstance()));
    }
  }

  private void act(String name, ActRequest.Builder act) {
    ActRequest request = act.setViewerId(id).setRoomId(room).build();
    did(name, self.room().act(request).getFactsList());
  }

  /** Orders are not the viewer's to report: the shop does, with the platform's credentials. */
  private void order() {
    String orderId = UUID.randomUUID().toString();
    Event event =
        Event.newBuilder()
            .setEventId("order-" + orderId)
            .setViewerId(id)
            .setRoomId(room)
            .setOccurredAt(Timestamps.now())
            .setOrdered(
                Ordered.newBuilder()
                    .setOrderId(orderId)
                    .setAmountMinor(random.nextInt(990, 50_000)))
            .build();
    IngestEventsRequest request = IngestEventsRequest.newBuilder().addEvents(event).build();
    for (EventResult result : platform.event().ingestEvents(request).getResultsList()) {
      if (result.hasError()) {
        onlooker.rejected(result.getError().getReason());
      } else {
        did("order", result.getFactsList());
      }
    }
  }

  private void did(String action, List<Fact> facts) {
    onlooker.did(id, action, facts);
  }

  /**
   * Exponentially distributed, as the pauses of people who do not know of each other are;
   * heartbeats come in time.
   */
  private Duration pause() {
    double meanSeconds = 60.0 / temper.stepsPerMinute;
    long millis = Math.round(Math.min(30, random.nextExponential() * meanSeconds) * 1_000);
    long dueMillis = Math.max(0, (heartbeatDueNanos - System.nanoTime()) / 1_000_000);
    return Duration.ofMillis(Math.min(Math.max(millis, 50), Math.max(dueMillis, 50)));
  }

  private <T> T oneOf(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
