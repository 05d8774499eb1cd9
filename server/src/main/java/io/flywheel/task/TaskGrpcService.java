package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Validation;
import io.flywheel.task.TaskStanding.Place;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.ClaimTaskRewardResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ExplainTaskRequest;
import io.flywheel.v1.ExplainTaskResponse;
import io.flywheel.v1.GetTaskRequest;
import io.flywheel.v1.GetTaskResponse;
import io.flywheel.v1.ListTaskTotalsRequest;
import io.flywheel.v1.ListTaskTotalsResponse;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.ListTasksResponse;
import io.flywheel.v1.TaskServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Serves TaskService. Thread-safe. */
final class TaskGrpcService extends TaskServiceGrpc.TaskServiceImplBase {
  /** How far back a task is explained. */
  private static final Duration OLDEST_EXPLAINED = Duration.ofDays(30);

  private final Engine engine;
  private final TaskStanding.Reader standings;
  private final TaskExplanation explanation;
  private final TotalsDao totals;
  private final Database database;

  @Inject
  TaskGrpcService(
      Engine engine,
      TaskStanding.Reader standings,
      TaskExplanation explanation,
      TotalsDao totals,
      Database database) {
    this.totals = totals;
    this.database = database;
    this.engine = engine;
    this.standings = standings;
    this.explanation = explanation;
  }

  @Override
  public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    Place place = new Place(request.getRoomId(), request.getBroadcastId());
    observer.onNext(engine.read(viewer, view -> list(view, place)));
    observer.onCompleted();
  }

  @Override
  public void getTask(GetTaskRequest request, StreamObserver<GetTaskResponse> observer) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    boolean seesHidden = Caller.current().role() != Role.VIEWER;
    observer.onNext(
        engine.read(
            viewer,
            view ->
                GetTaskResponse.newBuilder()
                    .setTask(
                        TaskProjection.of(
                            view,
                            find(
                                view,
                                request.getTaskId(),
                                new Place(request.getRoomId(), ""),
                                seesHidden)))
                    .build()));
    observer.onCompleted();
  }

  @Override
  public void claimTaskReward(
      ClaimTaskRewardRequest request, StreamObserver<ClaimTaskRewardResponse> observer) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    ViewerKey viewer = ViewerKey.of(caller, request.getViewerId());
    observer.onNext(
        engine.call(
            viewer,
            "",
            "",
            request.getRequestId(),
            request,
            new TaskReactor.Claim(request.getTaskId(), request.getTier(), request.getWindow()),
            ClaimTaskRewardResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  @Override
  public void explainTask(
      ExplainTaskRequest request, StreamObserver<ExplainTaskResponse> observer) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    boolean isStaff = Caller.current().role() != Role.VIEWER;
    observer.onNext(engine.read(viewer, now -> explain(viewAt(now, request), request, isStaff)));
    observer.onCompleted();
  }

  @Override
  public void listTaskTotals(
      ListTaskTotalsRequest request, StreamObserver<ListTaskTotalsResponse> observer) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    long firstDay = day("first_day", request.getFirstDay(), LocalDate.EPOCH);
    long lastDay = day("last_day", request.getLastDay(), LocalDate.of(9999, 12, 31));
    if (firstDay > lastDay) {
      throw ServiceException.invalidField(
          "last_day",
          "%s (expected: first_day, %s, or later)"
              .formatted(request.getLastDay(), request.getFirstDay()));
    }
    observer.onNext(
        ListTaskTotalsResponse.newBuilder()
            .addAllTasks(
                database.read(
                    handle -> totals.totals(handle, caller.merchantId(), firstDay, lastDay)))
            .build());
    observer.onCompleted();
  }

  private static long day(String field, String given, LocalDate byDefault) {
    try {
      return (given.isEmpty() ? byDefault : LocalDate.parse(given)).toEpochDay();
    } catch (DateTimeParseException e) {
      throw ServiceException.invalidField(
          field, "\"%s\" (expected: a day such as \"2026-11-01\")".formatted(given));
    }
  }

  private ExplainTaskResponse explain(StateView view, ExplainTaskRequest request, boolean isStaff) {
    if (isStaff && !view.profile().hasFirstSeenAt()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_VIEWER_NOT_FOUND,
          "viewer_id: " + view.viewer().viewerId() + " (expected: a viewer who has been seen)");
    }
    Place place = new Place(request.getRoomId(), request.getBroadcastId());
    TaskStanding standing = find(view, request.getTaskId(), place, isStaff);
    return explanation.explain(view, standing, request.getRoomId(), isStaff);
  }

  private static StateView viewAt(StateView now, ExplainTaskRequest request) {
    if (!request.hasAt()) {
      return now;
    }
    Instant at = Instant.ofEpochMilli(Validation.millis("at", request.getAt()));
    if (at.isAfter(now.at()) || at.isBefore(now.at().minus(OLDEST_EXPLAINED))) {
      throw ServiceException.invalidField(
          "at", at + " (expected: at most " + OLDEST_EXPLAINED.toDays() + " days ago)");
    }
    return new PastView(now, at);
  }

  private ListTasksResponse list(StateView view, Place place) {
    ListTasksResponse.Builder response = ListTasksResponse.newBuilder();
    TaskStates states = standings.states(view);
    List<TaskStanding> all = new ArrayList<>();
    standings.expectGoals(view, CompiledTasks.of(view).all(), place);
    for (CompiledTask task : CompiledTasks.of(view).all()) {
      TaskStanding standing = standings.read(view, states, task, place);
      all.add(standing);
      if (!task.audienceHolds(view)) {
        continue;
      }
      if (standing.isVisible()) {
        response.addTasks(TaskProjection.of(view, standing));
      } else {
        response.setHiddenTasks(response.getHiddenTasks() + 1);
      }
    }
    return response.addAllUnclaimed(TaskProjection.unclaimedEarlier(states, all)).build();
  }

  private TaskStanding find(StateView view, String taskId, Place place, boolean seesHidden) {
    CompiledTask task = CompiledTasks.of(view).find(taskId);
    if (task != null) {
      TaskStanding standing = standings.read(view, standings.states(view), task, place);
      if (seesHidden || standing.isVisible()) {
        return standing;
      }
    }
    throw ServiceException.of(
        ErrorReason.ERROR_REASON_TASK_NOT_FOUND,
        "task_id: " + taskId + " (expected: a task of the program in force)");
  }
}
