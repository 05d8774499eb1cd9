package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.flywheel.v1.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InboxesTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  private static final ViewerKey ROOM = ViewerKey.room("shop", "room");
  private static final ViewerKey OTHER = ViewerKey.room("shop", "other");

  private final Words words = new Words();
  private final Words others = new Words();
  private final Inboxes inboxes = new Inboxes();

  private static final class Words implements Inbox<String> {
    @Override
    public Message pack(List<String> parts) {
      return StringValue.of(String.join(" ", parts));
    }
  }

  @Test
  void theTurnsOfABatchLeaveOneFollowUpAnInboxAndActor() {
    put(event("e1", "b", NOON), words, ROOM, "a", "b");
    put(event("e2", "b", NOON), words, OTHER, "c");
    put(event("e3", "b", NOON), words, ROOM, "d");
    put(event("e4", "b", NOON), others, ROOM, "e");
    assertThat(inboxes.pack(NOON))
        .extracting(FollowUps.Row::viewer, row -> ((StringValue) row.body()).getValue())
        .containsExactly(tuple(ROOM, "a b d"), tuple(OTHER, "c"), tuple(ROOM, "e"));
  }

  @Test
  void whatIsPutInIsTakenOutWhereItHappened() {
    put(event("e1", "b", NOON), words, ROOM, "a");
    put(event("e2", "c", NOON), words, ROOM, "b");
    assertThat(inboxes.pack(NOON))
        .extracting(
            FollowUps.Row::roomId,
            FollowUps.Row::broadcastId,
            row -> ((StringValue) row.body()).getValue())
        .containsExactly(tuple("room", "b", "a"), tuple("room", "c", "b"));
  }

  @Test
  void itHappensWhenTheLatestOfItDidAndIsDueAtOnce() {
    put(event("e1", "b", NOON.minusSeconds(5)), words, ROOM, "a");
    put(event("e2", "b", NOON.minusSeconds(3)), words, ROOM, "b");
    put(event("e3", "b", NOON.minusSeconds(9)), words, ROOM, "c");
    put(event("e4", "b", NOON.plusSeconds(2)), words, OTHER, "d");
    assertThat(inboxes.pack(NOON.plusNanos(1_500_000)))
        .extracting(FollowUps.Row::due)
        .containsExactly(NOON.minusSeconds(3), NOON.plusMillis(1));
  }

  @Test
  void noTwoFollowUpsHaveOneId() {
    Action one = event("e1", "b", NOON);
    inboxes.add(
        one,
        List.of(
            new Inboxes.Put<>(words, ROOM, "a"),
            new Inboxes.Put<>(words, OTHER, "b"),
            new Inboxes.Put<>(others, ROOM, "c")));
    put(event("e2", "c", NOON), words, ROOM, "d");
    // A timer is carried out again under its id.
    put(timer(NOON), words, ROOM, "e");
    Inboxes next = new Inboxes();
    next.add(timer(NOON.plusMillis(1)), List.of(new Inboxes.Put<>(words, ROOM, "f")));
    List<FollowUps.Row> rows = new ArrayList<>(inboxes.pack(NOON));
    rows.addAll(next.pack(NOON));
    assertThat(rows).hasSize(6).extracting(FollowUps.Row::id).doesNotHaveDuplicates();
  }

  private void put(Action action, Words inbox, ViewerKey target, String... parts) {
    List<Inboxes.Put<?>> puts = new ArrayList<>();
    for (String part : parts) {
      puts.add(new Inboxes.Put<>(inbox, target, part));
    }
    inboxes.add(action, puts);
  }

  private static Action event(String id, String broadcastId, Instant at) {
    ViewerKey viewer = new ViewerKey("shop", "anna");
    Event event = Event.getDefaultInstance();
    return new Action(viewer, "room", broadcastId, at, event, Action.event(viewer, id, event));
  }

  private static Action timer(Instant at) {
    ViewerKey viewer = new ViewerKey("shop", "anna");
    Id id = FollowUps.timerId(viewer, "matures");
    return new Action(viewer, "", "", at, StringValue.of("timer"), new Action.FollowUp(id));
  }
}
