package io.flywheel.promises;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.Commented;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListPointsEntriesResponse;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.ListTasksResponse;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.TaskServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.AbstractStub;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A merchant's live platform, with a connection to one server. Thread-safe. */
final class LivePlatform {
  private final TestServer server;
  private final String merchantId;
  private final Channel channel;

  LivePlatform(TestServer server, String merchantId) {
    this.server = server;
    this.merchantId = merchantId;
    this.channel = as(Role.PLATFORM, "platform");
  }

  /** A connection of somebody of the merchant. */
  Channel as(Role role, String subject) {
    return server.channel(server.tokenFor(merchantId, role, subject));
  }

  Channel channel() {
    return channel;
  }

  ApplyProgramResponse apply(String requestId, String program) {
    return within(ProgramServiceGrpc.newBlockingStub(channel))
        .applyProgram(
            ApplyProgramRequest.newBuilder()
                .setRequestId(requestId)
                .setSource(ProgramSource.newBuilder().setDocument(program))
                .build());
  }

  /** Something that happens in the room "room" now; what it is has to be set. */
  Event.Builder event(String eventId, String viewerId) {
    return Event.newBuilder()
        .setEventId(eventId)
        .setViewerId(viewerId)
        .setRoomId("room")
        .setOccurredAt(time(server.clock().instant()));
  }

  Event liked(String eventId, String viewerId) {
    return event(eventId, viewerId).setLiked(Liked.getDefaultInstance()).build();
  }

  Event commented(String eventId, String viewerId, String text) {
    return event(eventId, viewerId).setCommented(Commented.newBuilder().setText(text)).build();
  }

  Event custom(String eventId, String viewerId, String name) {
    return event(eventId, viewerId).setCustom(CustomEvent.newBuilder().setName(name)).build();
  }

  IngestEventsResponse ingest(List<Event> events) {
    return within(EventServiceGrpc.newBlockingStub(channel))
        .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(events).build());
  }

  EventResult ingest(Event event) {
    return ingest(List.of(event)).getResults(0);
  }

  ListTasksResponse tasks(String viewerId) {
    return within(TaskServiceGrpc.newBlockingStub(channel))
        .listTasks(ListTasksRequest.newBuilder().setViewerId(viewerId).setRoomId("room").build());
  }

  /** The count towards a task in its window now. */
  long count(String viewerId, String taskId) {
    return tasks(viewerId).getTasksList().stream()
        .filter(task -> task.getTaskId().equals(taskId))
        .findFirst()
        .orElseThrow()
        .getCount();
  }

  long balance(String viewerId) {
    return within(PointsServiceGrpc.newBlockingStub(channel))
        .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewerId).build())
        .getBalance();
  }

  /** All entries of a viewer, newest first. */
  List<PointsEntry> entries(String viewerId) {
    List<PointsEntry> entries = new ArrayList<>();
    ListPointsEntriesRequest.Builder request =
        ListPointsEntriesRequest.newBuilder().setViewerId(viewerId).setPageSize(100);
    do {
      ListPointsEntriesResponse page =
          within(PointsServiceGrpc.newBlockingStub(channel)).listPointsEntries(request.build());
      entries.addAll(page.getEntriesList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return entries;
  }

  /** No call of a test waits for ever. */
  static <S extends AbstractStub<S>> S within(S stub) {
    return stub.withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  static Timestamp time(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }
}
