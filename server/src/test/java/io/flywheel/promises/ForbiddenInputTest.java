package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.rpc.Code;
import io.flywheel.testing.Errors;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the caller's role, or the time or the size of what is reported, forbids is refused, and
 * nothing changes.
 */
final class ForbiddenInputTest extends UnchangedDatabase {
  @Test
  void everyoneDoesOnlyWhatTheirRoleAllowsAndOnlyForThemselves() {
    reason("NOT_ALLOWED", () -> room(viewer).enterRoom(enter().setViewerId("w").build()));
    reason("NOT_ALLOWED", () -> room(host).enterRoom(enter().setViewerId("v").build()));
    reason(
        "NOT_ALLOWED",
        () -> points(viewer).getBalance(GetBalanceRequest.newBuilder().setViewerId("w").build()));
    reason("NOT_ALLOWED", () -> points(viewer).adjustPoints(adjust().build()));
    reason("NOT_ALLOWED", () -> points(host).adjustPoints(adjust().build()));
    reason(
        "NOT_ALLOWED", () -> tasks(host).claimTaskReward(claim("like").setViewerId("v").build()));
    reason(
        "NOT_ALLOWED", () -> tasks(viewer).claimTaskReward(claim("like").setViewerId("w").build()));
    reason(
        "NOT_ALLOWED",
        () ->
            checkIn(viewer)
                .checkIn(CheckInRequest.newBuilder().setRequestId("r").setViewerId("w").build()));
    for (Channel channel : List.of(viewer, host)) {
      reason(
          "NOT_ALLOWED",
          () -> events(channel).ingestEvents(request(List.of(platform.liked("new", "v")))));
      reason(
          "NOT_ALLOWED",
          () ->
              program(channel)
                  .applyProgram(
                      ApplyProgramRequest.newBuilder()
                          .setRequestId("r")
                          .setSource(ProgramSource.newBuilder().setTemplate("growth-flywheel"))
                          .build()));
    }
  }

  @Test
  void aViewerOfAnotherMerchantIsAnotherViewer() {
    LivePlatform other = new LivePlatform(server, "other");
    assertThat(other.balance("v")).isZero();
    assertThat(other.count("v", "like")).isZero();
    assertThat(other.entries("v")).isEmpty();
    reason(
        "VIEWER_NOT_FOUND",
        () ->
            ViewerServiceGrpc.newBlockingStub(stranger)
                .getViewer(GetViewerRequest.newBuilder().setViewerId("v").build()));
    String token =
        points(host)
            .listPointsEntries(
                ListPointsEntriesRequest.newBuilder().setViewerId("v").setPageSize(1).build())
            .getNextPageToken();
    assertThat(token).isEmpty(); // one entry only, so that there is no token to be carried over
    refused(
        "page_token",
        () ->
            points(stranger)
                .listPointsEntries(
                    ListPointsEntriesRequest.newBuilder()
                        .setViewerId("v")
                        .setPageToken("0".repeat(32))
                        .build()));
  }

  @Test
  void eachBadEventIsRefusedByItself() {
    Instant now = server.clock().instant();
    List<Event> events = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    bad(events, expected, "INVALID_FIELD event_id", event -> event.setEventId(""));
    bad(events, expected, "INVALID_FIELD event_id", event -> event.setEventId("x".repeat(129)));
    bad(events, expected, "INVALID_FIELD viewer_id", event -> event.setViewerId("no blanks"));
    bad(events, expected, "INVALID_FIELD viewer_id", event -> event.setViewerId("观众"));
    bad(events, expected, "INVALID_FIELD room_id", event -> event.setRoomId("a/b"));
    bad(events, expected, "INVALID_FIELD occurred_at", event -> event.clearOccurredAt());
    bad(
        events,
        expected,
        "INVALID_FIELD occurred_at",
        event -> event.setOccurredAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE)));
    bad(
        events,
        expected,
        "EVENT_TIME_OUT_OF_RANGE occurred_at",
        event -> event.setOccurredAt(LivePlatform.time(now.plus(Duration.ofMinutes(6)))));
    bad(
        events,
        expected,
        "EVENT_TIME_OUT_OF_RANGE occurred_at",
        event -> event.setOccurredAt(LivePlatform.time(now.minus(Duration.ofDays(365)))));
    bad(events, expected, "INVALID_FIELD what", event -> event.clearWhat());
    bad(
        events,
        expected,
        "INVALID_FIELD liked.count",
        event -> event.getLikedBuilder().setCount(0));
    bad(
        events,
        expected,
        "INVALID_FIELD commented.text",
        event -> event.getCommentedBuilder().setText("x".repeat(1_001)));
    bad(
        events,
        expected,
        "INVALID_FIELD ordered.amount_minor",
        event -> event.getOrderedBuilder().setOrderId("o").setAmountMinor(-1));
    bad(events, expected, "INVALID_FIELD custom.name", event -> event.getCustomBuilder());
    List<String> found = new ArrayList<>();
    for (EventResult result : platform.ingest(events).getResultsList()) {
      assertThat(result.getOutcome()).isEqualTo(EventOutcome.EVENT_OUTCOME_REJECTED);
      found.add(
          result.getError().getReason()
              + " "
              + result.getError().getField().replace("events[" + result.getIndex() + "].", ""));
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void emptyHugeAndOversizedRequestsAreRefusedWhole() {
    refused("events", () -> events(platform.channel()).ingestEvents(request(List.of())));
    List<Event> many = new ArrayList<>();
    for (int i = 0; i <= 1_000; i++) {
      many.add(platform.liked("many" + i, "v"));
    }
    refused("events", () -> events(platform.channel()).ingestEvents(request(many)));
    List<Event> large = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      large.add(platform.commented("large" + i, "v", "x".repeat(1_000_000)));
    }
    Errors tooLarge = Errors.of(() -> events(platform.channel()).ingestEvents(request(large)));
    assertThat(tooLarge.reason()).isEqualTo("TOO_LARGE");
    assertThat(tooLarge.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
  }

  /** Adds an event that would be good but for one thing. */
  private void bad(
      List<Event> events,
      List<String> expected,
      String reasonAndField,
      java.util.function.Consumer<Event.Builder> harm) {
    Event.Builder event = platform.liked("bad" + events.size(), "v").toBuilder();
    harm.accept(event);
    events.add(event.build());
    expected.add(reasonAndField);
  }
}
