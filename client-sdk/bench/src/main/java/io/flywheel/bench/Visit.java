package io.flywheel.bench;

import com.google.protobuf.Message;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.Ids;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.EnterRoomRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What viewers call when they come into a room. Thread-safe. */
record Visit(List<FlywheelClient> clients, Population population) {
  private static final Duration MAX_WAIT_FOR_FOLLOW_UPS = Duration.ofSeconds(60);

  /** A visit of viewers of a new merchant, whose chests are open. */
  static Visit prepare(TestBed bed, EventSender sender, String merchant, int viewers)
      throws Exception {
    List<FlywheelClient> clients = bed.withProgram(merchant);
    Population population = new Population(merchant, viewers);
    sender.sendNew(clients, connection -> new Chests(population, connection, clients.size()));
    bed.awaitFollowUps(MAX_WAIT_FOR_FOLLOW_UPS);
    return new Visit(clients, population);
  }

  /** The calls of a viewer, in order. */
  enum Step {
    ENTER_ROOM("EnterRoom"),
    CHECK_IN("CheckIn"),
    CLAIM("ClaimTaskReward");

    private final String rpc;

    Step(String rpc) {
      this.rpc = rpc;
    }

    String rpc() {
      return rpc;
    }
  }

  /** One call of one viewer. */
  record Turn(Step step, int viewer) {}

  /**
   * All calls of so many viewers, in an order that lets each viewer pause between its own.
   *
   * @param pause how many viewers begin meanwhile
   */
  static List<Turn> turns(int viewers, int pause) {
    List<Turn> turns = new ArrayList<>();
    Step[] steps = Step.values();
    for (int slot = 0; slot < viewers + pause * (steps.length - 1); slot++) {
      for (int i = 0; i < steps.length; i++) {
        int viewer = slot - pause * i;
        if (viewer >= 0 && viewer < viewers) {
          turns.add(new Turn(steps[i], viewer));
        }
      }
    }
    return turns;
  }

  CompletableFuture<? extends Message> call(Turn turn) {
    FlywheelClient client = clients.get(turn.viewer % clients.size());
    String viewerId = population.viewerId(turn.viewer);
    String requestId = Ids.newId();
    return switch (turn.step) {
      case ENTER_ROOM ->
          client
              .room()
              .enterRoomAsync(
                  EnterRoomRequest.newBuilder()
                      .setRequestId(requestId)
                      .setViewerId(viewerId)
                      .setRoomId(population.roomId(turn.viewer))
                      .build());
      case CHECK_IN ->
          client
              .checkIn()
              .checkInAsync(
                  CheckInRequest.newBuilder()
                      .setRequestId(requestId)
                      .setViewerId(viewerId)
                      .build());
      case CLAIM ->
          client
              .task()
              .claimTaskRewardAsync(
                  ClaimTaskRewardRequest.newBuilder()
                      .setRequestId(requestId)
                      .setViewerId(viewerId)
                      .setTaskId("daily-chest")
                      .build());
    };
  }
}
