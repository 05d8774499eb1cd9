package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flywheel.v1.ActRequest;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stay in a room in time that the test moves, over a network that it switches. */
@Timeout(60)
final class RoomSessionTest {
  private static final int INTERVAL_MILLIS = RoomOfTests.INTERVAL_SECONDS * 1_000;
  private static final int HOUR_MILLIS = 3_600_000;

  private final String name = "rooms-" + Ids.newId();
  private final RoomOfTests room = new RoomOfTests();
  private final Server server;
  private final ManualTime time = new ManualTime();
  private final SwitchedNetwork network = new SwitchedNetwork();
  private final Storage storage = new MemoryStorage();
  private final List<RoomState> states = new CopyOnWriteArrayList<>();
  private final List<FlywheelClient> clients = new ArrayList<>();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile int waiting;

  RoomSessionTest() throws IOException {
    server = InProcessServerBuilder.forName(name).directExecutor().addService(room).build().start();
  }

  @AfterEach
  void close() {
    clients.forEach(FlywheelClient::close);
    server.shutdownNow();
  }

  @Test
  void aStayBeatsInTimeAndLeaves() {
    RoomSession session = enter(client());
    time.until(() -> session.state() == RoomState.PRESENT);
    assertThat(session.entered()).isCompleted();
    time.advance(INTERVAL_MILLIS - 1);
    assertThat(room.beats).isEmpty();
    time.advance(1);
    time.until(() -> room.beats.size() == 1);
    time.advance(INTERVAL_MILLIS);
    time.until(() -> room.beats.size() == 2);
    assertThat(room.beats.get(0).getHeartbeatToken())
        .isEqualTo("entry-" + room.entries.get(0).getRequestId());
    CompletableFuture<Void> left = session.leave();
    time.until(left::isDone);
    assertThat(room.leaves).hasSize(1);
    assertThat(states).containsExactly(RoomState.ENTERING, RoomState.PRESENT, RoomState.LEFT);
    time.advance(HOUR_MILLIS);
    assertThat(room.beats).hasSize(2);
  }

  @Test
  void behindNothingIsSentButTheTimeUntilThenCounts() {
    FlywheelClient client = client();
    RoomSession session = enter(client);
    time.until(() -> session.state() == RoomState.PRESENT);
    client.setInFront(false);
    time.until(() -> session.state() == RoomState.BEHIND);
    assertThat(room.beats).hasSize(1);
    time.advance(HOUR_MILLIS);
    assertThat(room.beats).hasSize(1);
    client.setInFront(true);
    time.until(() -> session.state() == RoomState.PRESENT);
    assertThat(room.beats).hasSize(2);
  }

  @Test
  void aShowThatIsListenedToCountsBehind() {
    FlywheelClient client = client();
    RoomSession session = client.joinRoom("r").viewer("anna").countWhileBehind().enter();
    time.until(() -> session.state() == RoomState.PRESENT);
    client.setInFront(false);
    time.until(() -> room.beats.size() == 1);
    time.advance(INTERVAL_MILLIS);
    time.until(() -> room.beats.size() == 2);
  }

  @Test
  void inATunnelNothingIsTriedAndLikesAreKept() {
    RoomSession session = enter(client());
    time.until(() -> session.state() == RoomState.PRESENT);
    network.set(false);
    time.until(() -> session.state() == RoomState.OFFLINE);
    int calls = room.beats.size() + room.acts.size();
    session.like(3);
    session.like(4);
    time.advance(600_000);
    assertThat(room.beats.size() + room.acts.size() - room.likes.size()).isLessThanOrEqualTo(calls);
    network.set(true);
    time.until(() -> session.state() == RoomState.PRESENT && waiting == 0);
    assertThat(room.likesInAll()).isEqualTo(7);
    assertThat(lost.get()).isZero();
  }

  @Test
  void likesAreGatheredIntoOneCall() {
    RoomSession session = enter(client());
    time.until(() -> session.state() == RoomState.PRESENT);
    for (int i = 0; i < 25; i++) {
      session.like();
    }
    time.advance(1_000);
    time.until(() -> waiting == 0);
    assertThat(room.acts).hasSize(1);
    assertThat(room.likesInAll()).isEqualTo(25);
  }

  @Test
  void likesOutliveTheProcessUnderTheirIds() {
    room.failure = Status.UNAVAILABLE.asRuntimeException();
    FlywheelClient first = client();
    RoomSession before = enter(first);
    before.like(5);
    time.advance(60_000);
    time.until(() -> waiting == 5);
    before.close();
    time.advance(0);
    first.close();
    assertThat(lost.get()).as("they lie in the storage").isZero();

    room.failure = null;
    RoomSession after = enter(client());
    time.until(() -> after.state() == RoomState.PRESENT && waiting == 0);
    assertThat(room.likesInAll()).isEqualTo(5);
  }

  @Test
  void likesWhoseAnswerWasLostWithTheProcessCountOnce() {
    FlywheelClient first = client();
    RoomSession before = enter(first);
    time.until(() -> before.state() == RoomState.PRESENT);
    room.losesAnswers = true;
    before.like(5);
    time.advance(1_000);
    time.until(() -> room.likesInAll() == 5);
    before.close();
    first.close();

    room.losesAnswers = false;
    RoomSession after = enter(client());
    after.like(2);
    time.advance(1_000);
    time.until(() -> waiting == 0);
    assertThat(ids()).as("the five under their id, the two under another").hasSize(2);
    assertThat(room.likesInAll()).isEqualTo(7);
  }

  @Test
  void likesOfAnotherShowAreNotDelivered() {
    room.failure = Status.UNAVAILABLE.asRuntimeException();
    FlywheelClient first = client();
    RoomSession before = enter(first);
    before.like(5);
    time.advance(1_000);
    before.close();
    time.advance(0);
    first.close();
    time.advance(HOUR_MILLIS + 1_000);
    room.failure = null;
    RoomSession after = enter(client());
    time.until(() -> after.state() == RoomState.PRESENT && lost.get() == 5);
    assertThat(room.likesInAll()).isZero();
  }

  @Test
  void aDefectOfTheServiceEndsNoStayAndLosesNoLikes() {
    RoomSession session = enter(client());
    time.until(() -> session.state() == RoomState.PRESENT);
    room.failure = LoopbackServer.error(Status.Code.INTERNAL, ErrorReason.ERROR_REASON_INTERNAL);
    session.like(5);
    time.advance(INTERVAL_MILLIS);
    time.until(() -> session.state() == RoomState.RECONNECTING);
    room.failure = null;
    time.advance(INTERVAL_MILLIS);
    time.until(() -> session.state() == RoomState.PRESENT && waiting == 0);
    assertThat(room.likesInAll()).isEqualTo(5);
    assertThat(lost.get()).isZero();
  }

  @Test
  void whatIsUnderWayWhenTheClientIsClosedIsGivenUp() {
    FlywheelClient client = client();
    network.set(false);
    RoomSession session = enter(client);
    CompletableFuture<List<Fact>> comment = session.comment("hello");
    time.advance(0);
    assertThat(List.of(comment.isDone(), session.entered().isDone())).containsOnly(false);
    client.close();
    for (CompletableFuture<?> future :
        List.of(comment, session.entered(), session.comment("late"))) {
      ExecutionException given = catchThrowableOfType(ExecutionException.class, future::get);
      assertThat(given)
          .cause()
          .isInstanceOfSatisfying(
              FlywheelException.class,
              failure -> assertThat(failure.code()).isEqualTo(Status.Code.CANCELLED));
    }
  }

  @Test
  void anEntryThatWasNotAnsweredIsRepeatedUnderItsId() {
    room.losesAnswers = true;
    RoomSession session = enter(client());
    time.until(() -> room.entries.size() == 1);
    time.advance(120_000);
    assertThat(room.entries.size()).isGreaterThan(5);
    room.losesAnswers = false;
    time.advance(30_000);
    time.until(() -> session.state() == RoomState.PRESENT);
    assertThat(room.entries.stream().map(EnterRoomRequest::getRequestId).distinct()).hasSize(1);
    assertThat(room.beats).as("the answer may be of a session that has ended").isNotEmpty();
  }

  @Test
  void aSessionThatEndsAgainAndAgainIsElsewhereUntilTheViewerActs() {
    room.endsSessions = true;
    RoomSession session = enter(client());
    for (int i = 0; i < 5; i++) {
      time.until(() -> true);
      time.advance(INTERVAL_MILLIS);
    }
    time.until(() -> session.state() == RoomState.ELSEWHERE);
    int entries = room.entries.size();
    assertThat(entries).isEqualTo(4);
    time.advance(HOUR_MILLIS);
    assertThat(room.entries).hasSize(entries);
    room.endsSessions = false;
    CompletableFuture<List<Fact>> followed = session.follow();
    time.until(followed::isDone);
    assertThat(followed).isCompleted();
    assertThat(session.state()).isEqualTo(RoomState.PRESENT);
  }

  @Test
  void aTimeZoneThatTheServiceDoesNotKnowIsLeftOut() {
    room.refusesTimeZones = true;
    RoomSession session = enter(client());
    time.until(() -> session.state() == RoomState.PRESENT);
    assertThat(room.entries).hasSize(2);
  }

  @Test
  void aRefusalEndsTheStayWithItsReason() {
    room.failure =
        LoopbackServer.error(
            Status.Code.FAILED_PRECONDITION, io.flywheel.v1.ErrorReason.ERROR_REASON_ROOM_NOT_OPEN);
    RoomSession session = enter(client());
    time.until(() -> session.state() == RoomState.FAILED);
    assertThat(catchThrowableOfType(ExecutionException.class, () -> session.entered().get()))
        .hasMessageContaining("ROOM_NOT_OPEN");
    session.like(2);
    time.until(() -> lost.get() == 2);
  }

  @Test
  void tooManyLikesAreToldAndNotKept() {
    room.failure = Status.UNAVAILABLE.asRuntimeException();
    RoomSession session = enter(client());
    session.like(20_001);
    time.until(() -> lost.get() == 1);
    assertThat(waiting).isEqualTo(20_000);
  }

  private Set<String> ids() {
    return room.acts.stream().map(ActRequest::getRequestId).collect(Collectors.toSet());
  }

  private FlywheelClient client() {
    FlywheelClient client =
        FlywheelClient.builder()
            .transport((target, security) -> InProcessChannelBuilder.forName(name).directExecutor())
            .time(time)
            .randomness(new SecureRandom()::nextBytes)
            .network(network)
            .storage(storage)
            .build();
    clients.add(client);
    return client;
  }

  private RoomSession enter(FlywheelClient client) {
    return client
        .joinRoom("r")
        .viewer("anna")
        .listener(
            new RoomListener() {
              @Override
              public void onState(RoomState state, @Nullable FlywheelException failure) {
                states.add(state);
              }

              @Override
              public void onLikesWaiting(int count) {
                waiting = count;
              }

              @Override
              public void onLikesLost(int count, @Nullable FlywheelException failure) {
                lost.addAndGet(count);
              }
            })
        .enter();
  }
}
