package io.flywheel.cli;

import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes each event once, and refuses those of viewers named "refused". Stops answering where it is
 * told to.
 */
final class EventStore extends EventServiceGrpc.EventServiceImplBase {
  private final Set<String> ids = new HashSet<>();
  private final Map<String, List<String>> idsByViewer = new HashMap<>();
  private final List<String> arrivals = new ArrayList<>();
  private int mutedAt = Integer.MAX_VALUE;
  private boolean backfill;

  /** From so many events on, nothing more is taken or answered. */
  synchronized void muteAt(int events) {
    mutedAt = events;
  }

  synchronized Set<String> ids() {
    return Set.copyOf(ids);
  }

  synchronized List<String> idsOf(String viewer) {
    return List.copyOf(idsByViewer.getOrDefault(viewer, List.of()));
  }

  /** Every event that came, repetitions too, since the last call of this method. */
  synchronized List<String> drainArrivals() {
    List<String> drained = List.copyOf(arrivals);
    arrivals.clear();
    return drained;
  }

  synchronized boolean sawBackfill() {
    return backfill;
  }

  @Override
  public void ingestEvents(
      IngestEventsRequest request, StreamObserver<IngestEventsResponse> observer) {
    IngestEventsResponse.Builder answer = IngestEventsResponse.newBuilder();
    for (Event event : request.getEventsList()) {
      answer.addResults(take(event, answer.getResultsCount()));
    }
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  @Override
  public StreamObserver<StreamEventsRequest> streamEvents(
      StreamObserver<StreamEventsResponse> observer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(StreamEventsRequest request) {
        StreamEventsResponse answer = answer(request);
        if (answer.getAccepted() + answer.getDuplicates() + answer.getRejected() > 0) {
          observer.onNext(answer);
        }
      }

      @Override
      public void onError(Throwable cancelled) {}

      @Override
      public void onCompleted() {
        observer.onCompleted();
      }
    };
  }

  private synchronized StreamEventsResponse answer(StreamEventsRequest request) {
    StreamEventsResponse.Builder answer = StreamEventsResponse.newBuilder();
    if (ids.size() >= mutedAt) {
      return answer.build();
    }
    backfill |= request.getBackfill();
    for (int i = 0; i < request.getEventsCount(); i++) {
      EventResult result = take(request.getEvents(i), i);
      switch (result.getOutcome()) {
        case EVENT_OUTCOME_ACCEPTED -> answer.setAccepted(answer.getAccepted() + 1);
        case EVENT_OUTCOME_DUPLICATE -> answer.setDuplicates(answer.getDuplicates() + 1);
        default -> answer.setRejected(answer.getRejected() + 1).addResults(result);
      }
    }
    return answer.putFactCounts("task_progressed", answer.getAccepted()).build();
  }

  private synchronized EventResult take(Event event, int index) {
    EventResult.Builder result =
        EventResult.newBuilder().setIndex(index).setEventId(event.getEventId());
    arrivals.add(event.getEventId());
    if (event.getViewerId().equals("refused")) {
      result.setOutcome(EventOutcome.EVENT_OUTCOME_REJECTED);
      result.getErrorBuilder().setReason("INVALID_FIELD").setMessage("viewer_id: refused");
    } else if (ids.add(event.getEventId())) {
      result.setOutcome(EventOutcome.EVENT_OUTCOME_ACCEPTED);
      idsByViewer
          .computeIfAbsent(event.getViewerId(), viewer -> new ArrayList<>())
          .add(event.getEventId());
    } else {
      result.setOutcome(EventOutcome.EVENT_OUTCOME_DUPLICATE);
    }
    return result.build();
  }
}
