package io.flywheel.event;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.engine.Action;
import io.flywheel.engine.Outcome;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventError;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.Fact;
import io.flywheel.v1.IngestEventsResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The events of one request, on their way to becoming its answer. Used by one thread at a time. */
final class EventBatch {
  private static final String[] FACT_NAMES = factNames();

  private final List<Event> events;
  private final boolean summary;
  private final @Nullable EventError[] errors;
  private final List<Action> actions;

  private EventBatch(
      List<Event> events, boolean summary, @Nullable EventError[] errors, List<Action> actions) {
    this.events = events;
    this.summary = summary;
    this.errors = errors;
    this.actions = actions;
  }

  /** Checks the events; those in order become actions. */
  static EventBatch check(
      String merchantId,
      List<Event> events,
      AnswerDetail detail,
      boolean backfill,
      EventRules rules) {
    long nowMillis = rules.nowMillis();
    @Nullable EventError[] errors = new EventError[events.size()];
    List<Action> actions = new ArrayList<>(events.size());
    for (int i = 0; i < errors.length; i++) {
      Event event = events.get(i);
      errors[i] = rules.check(event, i, nowMillis, backfill);
      if (errors[i] == null) {
        actions.add(action(merchantId, event));
      }
    }
    return new EventBatch(events, detail == AnswerDetail.ANSWER_DETAIL_SUMMARY, errors, actions);
  }

  /** What is to be submitted to the engine. */
  List<Action> actions() {
    return actions;
  }

  /** Waits until the actions are committed, and tells what became of every event. */
  IngestEventsResponse answer(List<CompletableFuture<Outcome>> outcomes) {
    // Those of a lane come about in order, so whoever waits for the last is seldom woken.
    for (int i = outcomes.size() - 1; i >= 0; i--) {
      outcomes.get(i).join();
    }
    Answer answer = new Answer();
    int next = 0;
    for (int i = 0; i < errors.length; i++) {
      EventError error = errors[i];
      if (error != null) {
        answer.rejected(i, error);
        continue;
      }
      switch (outcomes.get(next++).join()) {
        case Outcome.Done done -> answer.accepted(i, done.facts());
        case Outcome.Repeated repeated -> answer.duplicate(i);
        case Outcome.Rejected rejected -> answer.rejected(i, error(rejected.reason(), i));
      }
    }
    return answer.build();
  }

  private static Action action(String merchantId, Event event) {
    ViewerKey actor =
        EventRules.isOfBroadcast(event)
            ? ViewerKey.room(merchantId, event.getRoomId())
            : new ViewerKey(merchantId, event.getViewerId());
    Instant at =
        Instant.ofEpochSecond(event.getOccurredAt().getSeconds(), event.getOccurredAt().getNanos());
    return new Action(
        actor,
        event.getRoomId(),
        event.getBroadcastId(),
        at,
        event,
        Action.event(actor, event.getEventId(), event));
  }

  private static EventError error(ServiceException reason, int index) {
    EventError.Builder error =
        EventError.newBuilder()
            .setReason(ErrorTable.nameOf(reason.reason()))
            .setMessage(String.valueOf(reason.getMessage()));
    if (!reason.violations().isEmpty()) {
      error.setField("events[" + index + "]." + reason.violations().get(0).getField());
    }
    return error.build();
  }

  /** The names of Fact's fields by their numbers. */
  private static String[] factNames() {
    List<FieldDescriptor> fields = Fact.getDescriptor().getFields();
    int most = fields.stream().mapToInt(FieldDescriptor::getNumber).max().orElse(0);
    String[] names = new String[most + 1];
    Arrays.fill(names, "");
    fields.forEach(field -> names[field.getNumber()] = field.getName());
    return names;
  }

  /** The answer while it is put together. */
  private final class Answer {
    private final IngestEventsResponse.Builder response = IngestEventsResponse.newBuilder();
    private final long[] factCounts = new long[FACT_NAMES.length];

    void accepted(int index, List<Fact> facts) {
      response.setAccepted(response.getAccepted() + 1);
      for (Fact fact : facts) {
        factCounts[fact.getWhatCase().getNumber()]++;
      }
      if (!summary) {
        response.addResults(result(index, EventOutcome.EVENT_OUTCOME_ACCEPTED).addAllFacts(facts));
      }
    }

    void duplicate(int index) {
      response.setDuplicates(response.getDuplicates() + 1);
      if (!summary) {
        response.addResults(result(index, EventOutcome.EVENT_OUTCOME_DUPLICATE));
      }
    }

    void rejected(int index, EventError error) {
      response
          .setRejected(response.getRejected() + 1)
          .addResults(result(index, EventOutcome.EVENT_OUTCOME_REJECTED).setError(error));
    }

    IngestEventsResponse build() {
      for (int i = 0; i < factCounts.length; i++) {
        if (factCounts[i] > 0) {
          response.putFactCounts(FACT_NAMES[i], factCounts[i]);
        }
      }
      return response.build();
    }

    private EventResult.Builder result(int index, EventOutcome outcome) {
      return EventResult.newBuilder()
          .setIndex(index)
          .setEventId(events.get(index).getEventId())
          .setOutcome(outcome);
    }
  }
}
