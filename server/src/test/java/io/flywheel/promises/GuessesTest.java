package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import org.junit.jupiter.api.Test;

/** What a server takes for granted of a viewer or a program was changed by another one. */
final class GuessesTest extends TwoServers {
  GuessesTest() {
    super(TestServer.builder());
  }

  @Test
  void aCallCountsWhereTheViewerIsByNow() {
    ways.get(0).apply("apply", program(10));
    for (String viewerId : new String[] {"anna", "ben"}) {
      enter(0, viewerId, "one");
      enter(1, viewerId, "two");
      assertThat(checkIn(0, viewerId).getFactsList())
          .filteredOn(Fact::hasCheckedIn)
          .singleElement()
          .satisfies(fact -> assertThat(fact.getCheckedIn().getRoomId()).isEqualTo("two"));
    }
  }

  @Test
  void aCallCountsByTheProgramThatIsInForceByNow() {
    ways.get(0).apply("apply", program(10));
    for (String viewerId : new String[] {"anna", "ben"}) {
      enter(0, viewerId, "one");
    }
    var unused = checkIn(0, "anna");
    assertThat(balance("anna")).isEqualTo(10);
    ways.get(1).apply("again", program(25));
    unused = checkIn(0, "ben");
    assertThat(balance("ben")).isEqualTo(25);
  }

  @Test
  void whoIsNewToTheServerKeepsWhatTheOtherOneGave() {
    ways.get(0).apply("apply", program(10));
    enter(0, "carl", "one");
    enter(1, "anna", "one");
    var unused = checkIn(1, "anna");
    assertThat(checkIn(0, "anna").getAlreadyCheckedIn()).isTrue();
    assertThat(balance("anna")).isEqualTo(10);
  }

  private static String program(int points) {
    return "check_in: {consecutive: [{count: 1, rewards: [points: " + points + "]}]}";
  }

  private void enter(int way, String viewerId, String roomId) {
    var unused =
        RoomServiceGrpc.newBlockingStub(ways.get(way).channel())
            .enterRoom(
                EnterRoomRequest.newBuilder()
                    .setViewerId(viewerId)
                    .setRequestId("enter-" + roomId)
                    .setRoomId(roomId)
                    .build());
  }

  private CheckInResponse checkIn(int way, String viewerId) {
    return CheckInServiceGrpc.newBlockingStub(ways.get(way).as(Role.VIEWER, viewerId))
        .checkIn(CheckInRequest.newBuilder().setRequestId("check-in-" + way).build());
  }

  private long balance(String viewerId) {
    return PointsServiceGrpc.newBlockingStub(ways.get(0).as(Role.VIEWER, viewerId))
        .getBalance(GetBalanceRequest.getDefaultInstance())
        .getBalance();
  }
}
