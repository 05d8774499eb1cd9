package io.flywheel.client;

import com.google.protobuf.Duration;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.LeaveRoomResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a viewer in a room: enters, sends heartbeats, enters again when the session has ended, and
 * leaves. One thing is under way at a time. Everything is called on the session's loop.
 */
final class Presence {
  /** How long an act waits for the viewer to be in the room. */
  static final long ENTRY_PATIENCE_MILLIS = 10_000;

  /**
   * How long whoever leaves on the way in waits to be in, so that the leave comes after the entry.
   */
  private static final long LATE_ENTRY_MILLIS = 2_000;

  /**
   * After so many sessions in a row that end before their second heartbeat, somebody else is taken
   * to be the cause.
   */
  private static final int MAX_LOST_SESSIONS = 3;

  private static final long USUAL_INTERVAL_MILLIS = 30_000;

  private final FlywheelClient client;
  private final RoomSession.Builder settings;
  private final Loop loop;
  private final Observer observer;
  private final List<Waiter> waiters = new ArrayList<>();

  private RoomState state = RoomState.ENTERING;
  private @Nullable String token;
  private long intervalMillis = USUAL_INTERVAL_MILLIS;

  /** The entry that was asked for and not answered yet. Asked for again, it has one effect. */
  private @Nullable EnterRoomRequest unanswered;

  private boolean entryRepeated;
  private boolean busy;
  private Time.@Nullable Task timer;
  private int failures;
  private int lostSessions;
  private int beats;
  private boolean hasOddTimeZone;

  /** Whether the time until the app went behind has been counted. */
  private boolean settledBehind;

  private boolean over;
  private @Nullable Runnable afterEntry;

  /** Whoever is told of what happens. */
  interface Observer {
    void facts(List<Fact> facts);

    void state(RoomState state, @Nullable FlywheelException failure);

    /** After each entry. */
    void entered();
  }

  Presence(FlywheelClient client, RoomSession.Builder settings, Loop loop, Observer observer) {
    this.client = client;
    this.settings = settings;
    this.loop = loop;
    this.observer = observer;
  }

  void start() {
    observer.state(state, null);
    step();
  }

  /** Whether the viewer has left, or can't be in the room. */
  boolean isOver() {
    return over;
  }

  /** Gives a sign of life now, or looks again whether one makes sense. */
  void wake() {
    if (state == RoomState.ELSEWHERE) {
      lostSessions = 0;
      tell(RoomState.ENTERING, null);
    }
    step();
  }

  /** The token of the entry by which the viewer is in the room, as soon as that is so. */
  CompletableFuture<String> in() {
    Waiter waiter = new Waiter();
    if (over) {
      waiter.refuse(notInRoom());
    } else if (token != null) {
      waiter.entered.complete(token);
    } else {
      waiters.add(waiter);
      waiter.timer =
          loop.after(
              ENTRY_PATIENCE_MILLIS,
              () -> {
                waiters.remove(waiter);
                waiter.refuse(
                    FlywheelException.from(
                        Status.UNAVAILABLE.withDescription(
                            "not in the room after " + ENTRY_PATIENCE_MILLIS + " ms"),
                        null));
              });
      if (state == RoomState.ELSEWHERE) {
        wake();
      }
    }
    return waiter.entered;
  }

  /** An act was refused for want of the session that began with an entry: comes in again. */
  void lost(String entryToken) {
    if (entryToken.equals(token)) {
      token = null;
      step();
    }
  }

  /** Ends without a word to the service. */
  void abandon() {
    if (!over) {
      end(RoomState.LEFT, null);
    }
  }

  /** Leaves; the future completes when the service knows, and fails when it can't be told. */
  CompletableFuture<Void> leave() {
    CompletableFuture<Void> left = new CompletableFuture<>();
    end(RoomState.LEFT, null);
    Runnable tellService =
        () -> {
          afterEntry = null;
          tellLeave(left);
        };
    if (busy && unanswered != null) {
      afterEntry = tellService;
      Time.Task unused =
          loop.after(
              LATE_ENTRY_MILLIS,
              () -> {
                if (afterEntry != null) {
                  tellService.run();
                }
              });
    } else {
      tellService.run();
    }
    return left;
  }

  private void tellLeave(CompletableFuture<Void> left) {
    if (token == null && unanswered == null) {
      left.complete(null);
      return;
    }
    LeaveRoomRequest request =
        LeaveRoomRequest.newBuilder()
            .setRequestId(client.newId())
            .setRoomId(settings.roomId())
            .setViewerId(settings.viewerIdOrEmpty())
            .build();
    loop.when(
        client.room().leaveRoomAsync(request),
        (LeaveRoomResponse answer) -> {
          observer.facts(answer.getFactsList());
          left.complete(null);
        },
        left::completeExceptionally);
  }

  /** The next sign of life, if it is time for one and nothing is under way. */
  private void step() {
    if (busy || over || state == RoomState.ELSEWHERE) {
      return;
    }
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    Surroundings surroundings = client.surroundings();
    boolean behind = !surroundings.isInFront() && !settings.countsWhileBehind();
    if (behind && (token == null || settledBehind || !surroundings.hasNetwork())) {
      lostSessions = 0; // This silence ends the session, nobody else does.
      settledBehind = true;
      tell(RoomState.BEHIND, null);
    } else if (!surroundings.hasNetwork()) {
      lostSessions = 0;
      tell(RoomState.OFFLINE, null);
    } else if (token != null) {
      settledBehind = behind;
      beat(token);
    } else {
      settledBehind = false;
      enter();
    }
  }

  private void enter() {
    if (state != RoomState.RECONNECTING) {
      tell(RoomState.ENTERING, null);
    }
    entryRepeated = unanswered != null;
    EnterRoomRequest request = unanswered == null ? entry() : unanswered;
    unanswered = request;
    busy = true;
    loop.when(client.room().enterRoomAsync(request), this::entered, this::failed);
  }

  private EnterRoomRequest entry() {
    return EnterRoomRequest.newBuilder()
        .setRequestId(client.newId())
        .setRoomId(settings.roomId())
        .setViewerId(settings.viewerIdOrEmpty())
        .setBroadcastId(settings.broadcastIdOrEmpty())
        .setTimeZone(timeZone())
        .build();
  }

  private void entered(EnterRoomResponse answer) {
    busy = false;
    unanswered = null;
    beats = 0;
    failures = 0;
    goOn(answer.getHeartbeatToken(), answer.getHeartbeatInterval());
    observer.facts(answer.getFactsList());
    if (over) {
      if (afterEntry != null) {
        afterEntry.run();
      }
      return;
    }
    for (Waiter waiter : new ArrayList<>(waiters)) {
      waiters.remove(waiter);
      waiter.admit(answer.getHeartbeatToken());
    }
    observer.entered();
    if (over || token == null) {
      return;
    }
    if (entryRepeated || !client.surroundings().isInFront()) {
      step(); // The answer may be of a session that has ended by now.
    } else {
      tell(RoomState.PRESENT, null);
      timer = loop.after(intervalMillis, this::step);
    }
  }

  private void beat(String heartbeatToken) {
    busy = true;
    HeartbeatRequest request =
        HeartbeatRequest.newBuilder()
            .setRequestId(client.newId())
            .setRoomId(settings.roomId())
            .setViewerId(settings.viewerIdOrEmpty())
            .setHeartbeatToken(heartbeatToken)
            .build();
    loop.when(
        client.room().heartbeatAsync(request),
        (HeartbeatResponse answer) -> beaten(heartbeatToken, answer),
        this::failed);
  }

  private void beaten(String heartbeatToken, HeartbeatResponse answer) {
    busy = false;
    failures = 0;
    beats++;
    if (beats > 1) {
      lostSessions = 0;
    }
    observer.facts(answer.getFactsList());
    if (over) {
      return;
    }
    if (!heartbeatToken.equals(token)) {
      step(); // The session was given up meanwhile.
      return;
    }
    goOn(answer.getHeartbeatToken(), answer.getHeartbeatInterval());
    if (client.surroundings().isInFront() || settings.countsWhileBehind()) {
      settledBehind = false;
      tell(RoomState.PRESENT, null);
      timer = loop.after(intervalMillis, this::step);
    } else {
      step();
    }
  }

  private void failed(FlywheelException failure) {
    busy = false;
    if (over) {
      if (afterEntry != null) {
        afterEntry.run();
      }
    } else if (endsSession(failure)) {
      lose();
    } else if (blamesTimeZone(failure)) {
      hasOddTimeZone = true;
      unanswered = null;
      step(); // Enters without it.
    } else if (failure.isCurable()) {
      lostSessions = 0; // The silence may end the session.
      failures++;
      tell(RoomState.RECONNECTING, failure);
      timer = loop.after(client.delayAfter(failures, failure), this::step);
    } else {
      end(RoomState.FAILED, failure);
    }
  }

  private static boolean endsSession(FlywheelException failure) {
    switch (failure.reason()) {
      case ERROR_REASON_SESSION_ENDED:
      case ERROR_REASON_NOT_IN_ROOM:
      case ERROR_REASON_BAD_HEARTBEAT_TOKEN:
        return true;
      default:
        return false;
    }
  }

  /** The session was ended: comes in again, unless that has been in vain. */
  private void lose() {
    token = null;
    lostSessions++;
    if (lostSessions > MAX_LOST_SESSIONS) {
      tell(RoomState.ELSEWHERE, null);
    } else {
      step();
    }
  }

  /** Whether the service does not know the time zone that the device names. */
  private boolean blamesTimeZone(FlywheelException failure) {
    if (settings.hasTimeZone()
        || hasOddTimeZone
        || failure.reason() != ErrorReason.ERROR_REASON_INVALID_FIELD) {
      return false;
    }
    for (FieldViolation violation : failure.fieldViolations()) {
      if (violation.field().equals("time_zone")) {
        return true;
      }
    }
    return false;
  }

  private String timeZone() {
    if (settings.hasTimeZone()) {
      return settings.timeZone();
    }
    return hasOddTimeZone ? "" : TimeZone.getDefault().getID();
  }

  private void goOn(String newToken, Duration interval) {
    token = newToken;
    long millis = interval.getSeconds() * 1_000 + interval.getNanos() / 1_000_000;
    intervalMillis = millis > 0 ? millis : USUAL_INTERVAL_MILLIS;
  }

  private void end(RoomState endState, @Nullable FlywheelException failure) {
    over = true;
    if (timer != null) {
      timer.cancel();
    }
    for (Waiter waiter : waiters) {
      waiter.refuse(failure == null ? notInRoom() : failure);
    }
    waiters.clear();
    tell(endState, failure);
  }

  private void tell(RoomState next, @Nullable FlywheelException failure) {
    if (next != state) {
      state = next;
      observer.state(next, failure);
    }
  }

  private static FlywheelException notInRoom() {
    return FlywheelException.from(
        Status.FAILED_PRECONDITION.withDescription("the viewer has left the room"), null);
  }

  /** Somebody who waits for the viewer to be in the room. */
  private static final class Waiter {
    private final CompletableFuture<String> entered = new CompletableFuture<>();
    private Time.@Nullable Task timer;

    void admit(String token) {
      stop();
      entered.complete(token);
    }

    void refuse(FlywheelException failure) {
      stop();
      entered.completeExceptionally(failure);
    }

    private void stop() {
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
