package io.flywheel.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Left;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.WatchRoomRequest;
import io.flywheel.v1.WatchRoomResponse;
import io.flywheel.v1.Watched;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A merchant with rooms, whose platform reports what happens in them. Thread-safe. */
final class Show {
  static final String PROGRAM =
      """
      time_zone: Asia/Shanghai
      presence: {heartbeat_interval: 30s, longest_silence: 90s}
      check_in: {consecutive: [{count: 1, rewards: [points: 7]}]}
      tasks:
      - {id: like, title: Like, trigger: like, repeat: true, tiers: [{threshold: 10, rewards: [points: 3, experience: 1]}]}
      - {id: claim, title: Claim, trigger: comment, payout: on_claim, tiers: [{threshold: 2, rewards: [points: 5]}]}
      """;

  private final TestServer server;
  private final String merchantId;
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();
  private static final AtomicInteger ids = new AtomicInteger();

  Show(TestServer server, String merchantId) {
    this.server = server;
    this.merchantId = merchantId;
  }

  /** A merchant with the program in force. */
  static Show open(TestServer server, String merchantId) {
    Show show = new Show(server, merchantId);
    show.apply("apply", PROGRAM);
    return show;
  }

  void apply(String requestId, String program) {
    var unused =
        ProgramServiceGrpc.newBlockingStub(as(Role.MERCHANT, "owner"))
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId(requestId)
                    .setSource(ProgramSource.newBuilder().setDocument(program))
                    .build());
  }

  Channel as(Role role, String subject) {
    return as(role, subject, "");
  }

  Channel as(Role role, String subject, String broadcastId) {
    return channels.computeIfAbsent(
        role + " " + subject + " " + broadcastId,
        unused -> server.channel(server.tokenFor(merchantId, role, subject, broadcastId)));
  }

  AnalyticsServiceGrpc.AnalyticsServiceBlockingStub figures() {
    return AnalyticsServiceGrpc.newBlockingStub(as(Role.HOST, "host"));
  }

  RoomReport report(String roomId, String broadcastId) {
    return figures()
        .getRoomReport(
            GetRoomReportRequest.newBuilder().setRoomId(roomId).setBroadcastId(broadcastId).build())
        .getReport();
  }

  StreamClient<WatchRoomRequest, WatchRoomResponse> watch(String roomId, int firstRequests) {
    StreamClient<WatchRoomRequest, WatchRoomResponse> watching = new StreamClient<>(firstRequests);
    AnalyticsServiceGrpc.newStub(as(Role.HOST, "host"))
        .watchRoom(WatchRoomRequest.newBuilder().setRoomId(roomId).build(), watching);
    return watching;
  }

  /** Something that happens now in the broadcast "b1" of the room "room". */
  Event.Builder event(String viewerId) {
    return Event.newBuilder()
        .setEventId("e" + ids.incrementAndGet())
        .setViewerId(viewerId)
        .setRoomId("room")
        .setBroadcastId("b1")
        .setOccurredAt(now());
  }

  Event.Builder entered(String viewerId) {
    return event(viewerId).setEntered(Entered.getDefaultInstance());
  }

  Event.Builder left(String viewerId) {
    return event(viewerId).setLeft(Left.getDefaultInstance());
  }

  Event.Builder liked(String viewerId, int count) {
    return event(viewerId).setLiked(Liked.newBuilder().setCount(count));
  }

  Event.Builder commented(String viewerId) {
    return event(viewerId).setCommented(Commented.newBuilder().setText("hello"));
  }

  Event.Builder ordered(String viewerId, long amountMinor) {
    return event(viewerId)
        .setOrdered(
            Ordered.newBuilder()
                .setOrderId("o" + ids.incrementAndGet())
                .setAmountMinor(amountMinor));
  }

  /** The viewer watched until now. */
  Event.Builder watched(String viewerId, Duration time) {
    return event(viewerId)
        .setWatched(
            Watched.newBuilder()
                .setStartedAt(Timestamps.fromMillis(server.clock().millis() - time.toMillis()))
                .setEndedAt(now()));
  }

  /** Reports events that are all taken. */
  void report(Event.Builder... events) {
    IngestEventsRequest.Builder request = IngestEventsRequest.newBuilder();
    List.of(events).forEach(request::addEvents);
    assertThat(
            EventServiceGrpc.newBlockingStub(as(Role.PLATFORM, "platform"))
                .ingestEvents(request.build())
                .getAccepted())
        .isEqualTo(events.length);
  }

  Timestamp now() {
    return Timestamps.fromMillis(server.clock().millis());
  }
}
