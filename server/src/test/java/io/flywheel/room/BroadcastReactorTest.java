package io.flywheel.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcast;
import io.flywheel.broadcast.BroadcastSlice;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomSlice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.BroadcastEnded;
import io.flywheel.v1.BroadcastStarted;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Program;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Which broadcasts there are, without a database. */
class BroadcastReactorTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");

  private final Broadcasts broadcasts = new Broadcasts(new RoomSlice(), new BroadcastSlice());
  private RecordingTurn turn = fresh();

  @Example
  void aBroadcastIsClosedSevenDaysAfterItsEnd() {
    started(0);
    ended(Duration.ofHours(2).toMillis());
    assertThat(show().closesMillis())
        .isEqualTo(START.plus(Duration.ofHours(2)).plus(Duration.ofDays(7)).toEpochMilli());
  }

  @Example
  void aBroadcastWhoseEndNobodyTellsIsClosedThirtyDaysAfterItBegan() {
    liked(0);
    assertThat(show().closesMillis()).isEqualTo(START.plus(Duration.ofDays(30)).toEpochMilli());
    liked(Duration.ofDays(12).toMillis());
    assertThat(show().closesMillis()).isEqualTo(START.plus(Duration.ofDays(30)).toEpochMilli());
  }

  @Example
  void aBroadcastThatIsClosedForGoodNeverOpensAgain() {
    started(0);
    ended(1_000);
    long closes = show().closesMillis();
    assertThatThrownBy(() -> started(Duration.ofDays(8).toMillis()))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_BROADCAST_CLOSED));
    ended(Duration.ofDays(8).toMillis());
    assertThat(show().closesMillis()).isEqualTo(closes);
  }

  @Example
  void aBroadcastThatEndedByMistakeGoesOn() {
    started(0);
    ended(60_000);
    started(120_000);
    assertThat(show().isOn(START.plusSeconds(130).toEpochMilli())).isTrue();
    ended(3_600_000);
    assertThat(show().endMillis()).isEqualTo(START.plusSeconds(3_600).toEpochMilli());
    assertThat(show().startMillis()).isEqualTo(START.toEpochMilli());
  }

  @Example
  void whatNamesNoBroadcastHappensInTheOneThatIsOn() {
    started(0);
    ended(3_600_000);
    turn.setAt(START.plusSeconds(60));
    assertThat(broadcasts.idOf(turn, "room", "")).isEqualTo("show");
    assertThat(broadcasts.idOf(turn, "other", "")).isEqualTo("day:2026-03-02");
    turn.setAt(START.plusSeconds(3_600));
    assertThat(broadcasts.idOf(turn, "room", "")).isEqualTo("day:2026-03-02");
  }

  /** What the platform tells of a broadcast comes to the same in whatever order it arrives. */
  @Property(tries = 200)
  void newsOfABroadcastMakeTheSameOfItInAnyOrder(@ForAll long seed) {
    Random random = new Random(seed);
    List<Runnable> news = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      long millis = random.nextInt(5 * 86_400) * 1_000L;
      switch (random.nextInt(3)) {
        case 0 -> news.add(() -> started(millis));
        case 1 -> news.add(() -> ended(millis));
        default -> news.add(() -> liked(millis));
      }
    }
    Broadcast first = null;
    for (int order = 0; order < 4; order++) {
      turn = fresh();
      news.forEach(Runnable::run);
      first = first == null ? show() : first;
      assertThat(show()).isEqualTo(first);
      Collections.shuffle(news, random);
    }
  }

  private RecordingTurn fresh() {
    return new RecordingTurn(
        TestPrograms.compile(Program.getDefaultInstance()),
        ViewerKey.room("merchant", "room"),
        new BroadcastReactor(broadcasts));
  }

  private Broadcast show() {
    return broadcasts.broadcast(turn, "room", "show");
  }

  private void started(long millis) {
    run(millis, event(millis).setBroadcastStarted(BroadcastStarted.getDefaultInstance()));
  }

  private void ended(long millis) {
    run(millis, event(millis).setBroadcastEnded(BroadcastEnded.getDefaultInstance()));
  }

  private void liked(long millis) {
    run(millis, event(millis).setViewerId("v").setLiked(Liked.getDefaultInstance()));
  }

  private void run(long millis, Event.Builder event) {
    turn.run(START.plusMillis(millis), event.build());
  }

  private static Event.Builder event(long millis) {
    return Event.newBuilder()
        .setEventId("e" + millis)
        .setRoomId("room")
        .setBroadcastId("show")
        .setOccurredAt(Timestamps.fromMillis(START.toEpochMilli() + millis));
  }
}
