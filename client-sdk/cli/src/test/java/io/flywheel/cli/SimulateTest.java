package io.flywheel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.LeaveRoomResponse;
import io.flywheel.v1.RoomServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SimulateTest {
  @TempDir private Path folder;

  @Test
  void everyViewerComesActsAndLeavesWithATokenOfItsOwn() throws Exception {
    Path secret =
        Files.writeString(folder.resolve("jwt.secret"), "0123456789abcdef0123456789abcdef");
    Room room = new Room();
    try (TestService service = new TestService(room, new CheckIns(room), new EventStore())) {
      Cli cli =
          Cli.run(
              service,
              "simulate",
              "--viewers",
              "20",
              "--duration",
              "6s",
              "--seed",
              "7",
              "--secret-file",
              secret.toString(),
              "--merchant",
              "m1");
      assertThat(cli.exitCode).as(cli.toString()).isEqualTo(0);
      assertThat(room.complaints).isEmpty();
      assertThat(room.entered).hasSize(20);
      assertThat(room.inRoom).isEmpty();
      assertThat(room.heartbeats.get()).isPositive();
      assertThat(room.acts.get()).isPositive();
      assertThat(room.checkIns.get()).isPositive();
      assertThat(cli.out).contains("enter 20", "errors    none");
    }
  }

  @Test
  void aMissingProgramEndsItWithTheRemedy() throws Exception {
    Path secret =
        Files.writeString(folder.resolve("jwt.secret"), "0123456789abcdef0123456789abcdef");
    Room room = new Room();
    room.noProgram = true;
    try (TestService service = new TestService(room)) {
      Cli cli = Cli.run(service, "simulate", "--viewers", "2", "--secret-file", secret.toString());
      assertThat(cli.exitCode).isEqualTo(1);
      assertThat(cli.err)
          .contains("PROGRAM_NOT_FOUND", "flywheel apply --template growth-flywheel");
    }
  }

  /** Holds every caller to the rules: its own name, in the room, the latest heartbeat token. */
  private static final class Room extends RoomServiceGrpc.RoomServiceImplBase {
    private final Set<String> entered = ConcurrentHashMap.newKeySet();
    private final Set<String> inRoom = ConcurrentHashMap.newKeySet();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final AtomicInteger heartbeats = new AtomicInteger();
    private final AtomicInteger acts = new AtomicInteger();
    private final AtomicInteger checkIns = new AtomicInteger();
    private volatile boolean noProgram;

    @Override
    public void enterRoom(EnterRoomRequest request, StreamObserver<EnterRoomResponse> observer) {
      if (noProgram) {
        observer.onError(
            TestService.error(Status.Code.NOT_FOUND, ErrorReason.ERROR_REASON_PROGRAM_NOT_FOUND));
        return;
      }
      check(request.getRequestId(), request.getViewerId());
      entered.add(request.getViewerId());
      expect(inRoom.add(request.getViewerId()), "entered twice");
      observer.onNext(
          EnterRoomResponse.newBuilder()
              .setHeartbeatToken(request.getViewerId() + "/1")
              .setHeartbeatInterval(Durations.fromSeconds(1))
              .build());
      observer.onCompleted();
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
      check(request.getRequestId(), request.getViewerId());
      String[] token = request.getHeartbeatToken().split("/", 2);
      expect(token[0].equals(request.getViewerId()), "a token of somebody else");
      heartbeats.incrementAndGet();
      observer.onNext(
          HeartbeatResponse.newBuilder()
              .setHeartbeatToken(token[0] + "/" + (Integer.parseInt(token[1]) + 1))
              .setHeartbeatInterval(Durations.fromSeconds(1))
              .build());
      observer.onCompleted();
    }

    @Override
    public void act(ActRequest request, StreamObserver<ActResponse> observer) {
      check(request.getRequestId(), request.getViewerId());
      expect(inRoom.contains(request.getViewerId()), "acted outside of the room");
      acts.incrementAndGet();
      observer.onNext(ActResponse.getDefaultInstance());
      observer.onCompleted();
    }

    @Override
    public void leaveRoom(LeaveRoomRequest request, StreamObserver<LeaveRoomResponse> observer) {
      check(request.getRequestId(), request.getViewerId());
      inRoom.remove(request.getViewerId());
      observer.onNext(LeaveRoomResponse.getDefaultInstance());
      observer.onCompleted();
    }

    private void check(String requestId, String viewer) {
      expect(!requestId.isEmpty(), "no request_id");
      expect(TestService.claim("sub").equals(viewer), "the token is not the viewer's");
      expect(TestService.claim("role").equals("viewer"), "the role is not viewer");
      expect(TestService.claim("merchant").equals("m1"), "the merchant is not m1");
    }

    private void expect(boolean holds, String complaint) {
      if (!holds) {
        complaints.add(complaint);
      }
    }
  }

  private static final class CheckIns extends CheckInServiceGrpc.CheckInServiceImplBase {
    private final Room room;

    CheckIns(Room room) {
      this.room = room;
    }

    @Override
    public void checkIn(CheckInRequest request, StreamObserver<CheckInResponse> observer) {
      room.check(request.getRequestId(), request.getViewerId());
      room.checkIns.incrementAndGet();
      observer.onNext(CheckInResponse.getDefaultInstance());
      observer.onCompleted();
    }
  }
}
