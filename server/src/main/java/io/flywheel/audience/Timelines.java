package io.flywheel.audience;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalGapException;
import io.flywheel.engine.JournalReader;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Validation;
import io.flywheel.v1.Event;
import io.flywheel.v1.ListViewerActionsRequest;
import io.flywheel.v1.ListViewerActionsResponse;
import io.flywheel.v1.ViewerAction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/** Reads what single viewers did from the journal, which is of all viewers. Thread-safe. */
final class Timelines {
  private static final Duration LONGEST = Duration.ofDays(31);
  private static final int DEFAULT_PAGE_SIZE = 100;
  private static final int MAX_LOOKED_AT = 50_000;
  private static final int PART = 1_000;

  /** However many ask at once, the database is left to those who write. */
  private static final int MAX_AT_ONCE = 2;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final JournalReader journal;
  private final Clock clock;
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE);

  @Inject
  Timelines(JournalReader journal, Clock clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /** A page of what a viewer did. */
  ListViewerActionsResponse list(ViewerKey viewer, ListViewerActionsRequest request) {
    Instant since = instant("since", request.getSince());
    Instant until = request.hasUntil() ? instant("until", request.getUntil()) : clock.instant();
    if (!until.isAfter(since) || Duration.between(since, until).compareTo(LONGEST) > 0) {
      throw ServiceException.invalidField(
          "until", "%s (expected: after since, at most 31 days)".formatted(until));
    }
    JournalCursor from =
        request.getPageToken().isEmpty()
            ? journal.since(viewer.merchantId(), since)
            : cursor(viewer, request.getPageToken());
    if (!turns.tryAcquire()) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    try {
      int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
      return list(viewer, from, until, size);
    } finally {
      turns.release();
    }
  }

  private ListViewerActionsResponse list(
      ViewerKey viewer, JournalCursor from, Instant until, int size) {
    ListViewerActionsResponse.Builder answer = ListViewerActionsResponse.newBuilder();
    JournalCursor place = from;
    boolean more = true;
    // A part is never divided, for a cursor stands between parts; so a page may be some longer.
    for (int looked = 0; more && looked < MAX_LOOKED_AT && answer.getActionsCount() < size; ) {
      JournalChunk part;
      try {
        part = journal.next(place, PART);
      } catch (JournalGapException e) {
        throw ServiceException.invalidField(
            "since", "the journal no longer keeps all of that time (expected: a later one)");
      }
      for (JournalEntry entry : part.entries()) {
        long recorded = entry.orderMicros() / 1_000;
        if (recorded >= until.toEpochMilli()) {
          return answer.build();
        }
        if (entry.viewer().equals(viewer)) {
          answer.addActions(action(entry));
        }
      }
      looked += Math.max(1, part.entries().size());
      place = part.next();
      more = part.more();
    }
    return more ? answer.setNextPageToken(place.token()).build() : answer.build();
  }

  private static ViewerAction action(JournalEntry entry) {
    ViewerAction.Builder action =
        ViewerAction.newBuilder()
            .setOccurredAt(Timestamps.fromMillis(entry.at().toEpochMilli()))
            .setRoomId(entry.roomId())
            .setBroadcastId(entry.broadcastId())
            .setProgramVersion(entry.programVersion())
            .addAllFacts(entry.facts());
    entry
        .body(Event.getDefaultInstance())
        .ifPresentOrElse(
            action::setEvent,
            () ->
                action.setWhat(entry.bodyType().substring(entry.bodyType().lastIndexOf('.') + 1)));
    return action.build();
  }

  private static JournalCursor cursor(ViewerKey viewer, String token) {
    try {
      JournalCursor cursor = JournalCursor.of(token);
      if (cursor.merchantId().equals(viewer.merchantId())) {
        return cursor;
      }
    } catch (IllegalArgumentException e) {
      // refused below, as one of another merchant is
    }
    throw ServiceException.invalidField(
        "page_token", "it can't be read (expected: a next_page_token of this call)");
  }

  private static Instant instant(String field, com.google.protobuf.Timestamp time) {
    return Instant.ofEpochMilli(Validation.millis(field, time));
  }
}
