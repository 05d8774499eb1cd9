package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.ClaimTaskRewardResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holds the README's examples, and holds the README to them. */
@Timeout(30)
final class ReadmeTest {
  private final List<String> printed = new CopyOnWriteArrayList<>();

  @Test
  void everyExampleIsInThisFile() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String here = Files.readString(Path.of("src/test/java/io/flywheel/client/ReadmeTest.java"));
    List<String> examples = new ArrayList<>();
    Matcher matcher = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
    while (matcher.find()) {
      examples.add(squeeze(matcher.group(1)));
    }
    assertThat(examples).hasSize(4);
    for (String example : examples) {
      assertThat(squeeze(here).contains(example)).as(example).isTrue();
    }
  }

  @Test
  void callsWork() {
    try (LoopbackServer server = new LoopbackServer(new CheckIns(), new Balances())) {
      calls(server.target(), () -> "token");
    }
    assertThat(printed).containsExactly("streak: 3", "points: 40");
  }

  @Test
  void errorsWork() {
    try (LoopbackServer server = new LoopbackServer(new Claims());
        FlywheelClient client = server.client().build()) {
      assertThat(errors(client, ClaimTaskRewardRequest.getDefaultInstance())).isEqualTo("not yet");
    }
  }

  @Test
  void eventsWork() {
    AtomicInteger accepted = new AtomicInteger();
    try (LoopbackServer server = new LoopbackServer(new Events());
        FlywheelClient client = server.client().build()) {
      events(client, List.of(Event.getDefaultInstance(), Event.getDefaultInstance()), accepted);
    }
    assertThat(accepted.get()).isEqualTo(2);
  }

  @Test
  void watchingWorks() {
    try (LoopbackServer server = new LoopbackServer(new Viewers());
        FlywheelClient client = server.client().build();
        Watch<WatchViewerResponse> watch = watching(client)) {
      Patience.await(() -> printed.size() == 2);
      assertThat(watch.done()).isNotDone();
    }
    assertThat(printed).containsExactly("Viewer", "Fact");
  }

  private void calls(String target, Supplier<String> tokens) {
    try (FlywheelClient flywheel =
        FlywheelClient.builder()
            .target(target) // Such as "localhost:9090".
            .plaintext()
            .tokens(tokens) // Asked again before one ends, and when one is refused.
            .build()) {
      CheckInResponse checkIn =
          flywheel.checkIn().checkIn(CheckInRequest.newBuilder().setViewerId("viewer-1").build());
      print("streak: " + checkIn.getStanding().getStreak());

      CompletableFuture<GetBalanceResponse> balance =
          flywheel
              .points()
              .getBalanceAsync(GetBalanceRequest.newBuilder().setViewerId("viewer-1").build());
      print("points: " + balance.join().getBalance());
    }
  }

  private static String errors(FlywheelClient flywheel, ClaimTaskRewardRequest request) {
    try {
      flywheel.task().claimTaskReward(request);
    } catch (FlywheelException e) {
      switch (e.reason()) {
        case ERROR_REASON_TIER_NOT_REACHED:
          return "not yet";
        case ERROR_REASON_ALREADY_CLAIMED:
          return "you have it already";
        case ERROR_REASON_INVALID_FIELD:
          return e.fieldViolations().get(0).field() + " is wrong";
        default:
          throw e;
      }
    }
    return "here you are";
  }

  private static void events(FlywheelClient flywheel, List<Event> events, AtomicInteger accepted) {
    try (EventStream stream =
        flywheel
            .eventStream()
            .batchSize(500)
            .linger(20, TimeUnit.MILLISECONDS)
            .maxInFlight(4)
            .onAnswer((sent, answer) -> accepted.addAndGet(answer.getAccepted()))
            .open()) {
      for (Event event : events) {
        stream.send(event); // Waits while four batches are unanswered.
      }
    } // Everything was answered, or close() throws.
  }

  private Watch<WatchViewerResponse> watching(FlywheelClient flywheel) {
    Watch<WatchViewerResponse> watch =
        flywheel.watchViewer(
            "viewer-1",
            update -> {
              if (update.hasSnapshot()) {
                show(update.getSnapshot());
              } else {
                update.getChange().getFactsList().forEach(fact -> show(fact));
              }
            });
    return watch;
  }

  private void show(Message message) {
    print(message.getDescriptorForType().getName());
  }

  private void print(String line) {
    printed.add(line);
  }

  private static String squeeze(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static final class CheckIns extends CheckInServiceGrpc.CheckInServiceImplBase {
    @Override
    public void checkIn(CheckInRequest request, StreamObserver<CheckInResponse> observer) {
      CheckInResponse.Builder response = CheckInResponse.newBuilder();
      response.getStandingBuilder().setStreak(3);
      observer.onNext(response.build());
      observer.onCompleted();
    }
  }

  private static final class Balances extends PointsServiceGrpc.PointsServiceImplBase {
    @Override
    public void getBalance(GetBalanceRequest request, StreamObserver<GetBalanceResponse> observer) {
      observer.onNext(GetBalanceResponse.newBuilder().setBalance(40).build());
      observer.onCompleted();
    }
  }

  private static final class Claims extends TaskServiceGrpc.TaskServiceImplBase {
    @Override
    public void claimTaskReward(
        ClaimTaskRewardRequest request, StreamObserver<ClaimTaskRewardResponse> observer) {
      observer.onError(
          LoopbackServer.error(
              Status.Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_TIER_NOT_REACHED));
    }
  }

  private static final class Events extends EventServiceGrpc.EventServiceImplBase {
    @Override
    public StreamObserver<StreamEventsRequest> streamEvents(
        StreamObserver<StreamEventsResponse> observer) {
      return new StreamObserver<>() {
        @Override
        public void onNext(StreamEventsRequest request) {
          observer.onNext(
              StreamEventsResponse.newBuilder().setAccepted(request.getEventsCount()).build());
        }

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {
          observer.onCompleted();
        }
      };
    }
  }

  private static final class Viewers extends ViewerServiceGrpc.ViewerServiceImplBase {
    @Override
    public void watchViewer(
        WatchViewerRequest request, StreamObserver<WatchViewerResponse> observer) {
      WatchViewerResponse.Builder standing = WatchViewerResponse.newBuilder();
      standing.getSnapshotBuilder().setViewerId(request.getViewerId());
      observer.onNext(standing.build());
      WatchViewerResponse.Builder change = WatchViewerResponse.newBuilder();
      change.getChangeBuilder().addFactsBuilder();
      observer.onNext(change.build());
    }
  }
}
