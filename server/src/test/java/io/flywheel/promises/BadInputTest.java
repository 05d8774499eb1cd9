package io.flywheel.promises;

import io.flywheel.platform.auth.Role;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ExplainTaskRequest;
import io.flywheel.v1.GetCheckInCalendarRequest;
import io.flywheel.v1.GetProgramRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListProgramVersionsRequest;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.MakeUpCheckInRequest;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.Channel;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bad input gets the error that says what is wrong, and nothing changes. */
final class BadInputTest extends UnchangedDatabase {
  @Test
  void whatBreaksAFieldsRuleIsRefusedByTheFieldsName() {
    refused("room_id", () -> room(viewer).enterRoom(enter().setRoomId("").build()));
    refused("request_id", () -> room(viewer).enterRoom(enter().setRequestId("a b").build()));
    refused("viewer_id", () -> room(viewer).enterRoom(enter().setViewerId("x".repeat(65)).build()));
    refused("time_zone", () -> room(viewer).enterRoom(enter().setTimeZone("Mars/Base").build()));
    refused(
        "what",
        () ->
            room(viewer).act(ActRequest.newBuilder().setRequestId("r").setRoomId("room").build()));
    refused(
        "liked.count",
        () -> room(viewer).act(act().setLiked(Liked.newBuilder().setCount(1_001)).build()));
    refused("amount", () -> points(platform.channel()).adjustPoints(adjust().setAmount(0).build()));
    refused(
        "amount",
        () -> points(platform.channel()).adjustPoints(adjust().setAmount(1_000_001).build()));
    refused(
        "reason", () -> points(platform.channel()).adjustPoints(adjust().setReason("").build()));
    refused(
        "viewer_id",
        () -> points(platform.channel()).adjustPoints(adjust().setViewerId("").build()));
    refused("tier", () -> tasks(viewer).claimTaskReward(claim("like").setTier(20).build()));
    refused("task_id", () -> tasks(viewer).claimTaskReward(claim("No Such").build()));
    refused("viewer_id", () -> tasks(host).listTasks(ListTasksRequest.getDefaultInstance()));
  }

  @Test
  void badDatesAndPageTokensAreRefused() {
    for (String date : List.of("2026-02-30", "0000-00-00", "2026-13-01", "tomorrow", "2026-3-2")) {
      refused(
          "date",
          () ->
              checkIn(viewer)
                  .makeUpCheckIn(
                      MakeUpCheckInRequest.newBuilder().setRequestId("r").setDate(date).build()));
    }
    reason(
        "DAY_NOT_MISSED",
        () ->
            checkIn(viewer)
                .makeUpCheckIn(
                    MakeUpCheckInRequest.newBuilder()
                        .setRequestId("r")
                        .setDate("9999-12-31")
                        .build()));
    for (String month : List.of("2026-00", "2026-13", "26-1", "x")) {
      refused(
          "month",
          () ->
              checkIn(viewer)
                  .getCheckInCalendar(
                      GetCheckInCalendarRequest.newBuilder().setMonth(month).build()));
    }
    for (String token : List.of("x", "AAAA", "x".repeat(257), "0".repeat(32), "../../")) {
      refused(
          "page_token",
          () ->
              points(viewer)
                  .listPointsEntries(
                      ListPointsEntriesRequest.newBuilder().setPageToken(token).build()));
      refused(
          "page_token",
          () ->
              ViewerServiceGrpc.newBlockingStub(viewer)
                  .listGrants(ListGrantsRequest.newBuilder().setPageToken(token).build()));
      refused(
          "page_token",
          () ->
              program(host)
                  .listProgramVersions(
                      ListProgramVersionsRequest.newBuilder().setPageToken(token).build()));
    }
    for (int size : List.of(-1, 101, Integer.MAX_VALUE)) {
      refused(
          "page_size",
          () ->
              points(viewer)
                  .listPointsEntries(
                      ListPointsEntriesRequest.newBuilder().setPageSize(size).build()));
    }
  }

  @Test
  void whatIsUnknownIsSaidToBe() {
    reason("TASK_NOT_FOUND", () -> tasks(viewer).getTask(task("nothing")));
    reason("TASK_NOT_FOUND", () -> tasks(viewer).getTask(task("secret")));
    reason("TASK_NOT_FOUND", () -> tasks(viewer).claimTaskReward(claim("nothing").build()));
    reason("TIER_NOT_REACHED", () -> tasks(viewer).claimTaskReward(claim("claim").build()));
    reason(
        "TASK_NOT_FOUND",
        () ->
            tasks(viewer).explainTask(ExplainTaskRequest.newBuilder().setTaskId("secret").build()));
    reason(
        "VIEWER_NOT_FOUND",
        () ->
            ViewerServiceGrpc.newBlockingStub(host)
                .getViewer(GetViewerRequest.newBuilder().setViewerId("nobody").build()));
    reason(
        "PROGRAM_NOT_FOUND",
        () -> program(host).getProgram(GetProgramRequest.newBuilder().setVersion(99).build()));
    reason(
        "BAD_HEARTBEAT_TOKEN",
        () ->
            room(viewer)
                .heartbeat(
                    HeartbeatRequest.newBuilder()
                        .setRequestId("r")
                        .setRoomId("room")
                        .setHeartbeatToken("A".repeat(32))
                        .build()));
    reason("NOT_IN_ROOM", () -> room(viewer).act(act().build()));
    reason(
        "INSUFFICIENT_POINTS",
        () -> points(platform.channel()).adjustPoints(adjust().setAmount(-1_000).build()));
    Channel newcomer = new LivePlatform(server, "newcomer").as(Role.VIEWER, "v");
    reason("PROGRAM_NOT_FOUND", () -> room(newcomer).enterRoom(enter().build()));
    reason(
        "PROGRAM_NOT_FOUND",
        () -> tasks(newcomer).listTasks(ListTasksRequest.getDefaultInstance()));
  }
}
