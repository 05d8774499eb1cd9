package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.Fact;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holds the README's examples, and holds the README to them. */
@Timeout(30)
final class ReadmeTest {
  @TempDir File folder;

  private final List<RoomState> states = new CopyOnWriteArrayList<>();

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
  void aClientIsConfigured() {
    try (FlywheelClient flywheel =
        configured("localhost:1", () -> "token", Runnable::run, Network.unknown(), folder)) {
      assertThat(flywheel.storage()).isInstanceOf(FileStorage.class);
    }
  }

  @Test
  void aStayWorks() {
    RoomOfTests room = new RoomOfTests();
    try (LoopbackServer server = new LoopbackServer(room);
        FlywheelClient flywheel = server.client().build();
        RoomSession session = staying(flywheel)) {
      Patience.await(() -> room.likesInAll() == 1);
      flywheel.setInFront(false); // From ProcessLifecycleOwner, or onStop of your activity.
      Patience.await(() -> states.contains(RoomState.BEHIND));
      assertThat(session.state()).isEqualTo(RoomState.BEHIND);
    }
  }

  @Test
  void callsWork() throws Exception {
    try (LoopbackServer server = new LoopbackServer(new CheckIns());
        FlywheelClient flywheel = server.client().build()) {
      calls(flywheel, CheckInRequest.getDefaultInstance());
    }
  }

  private static FlywheelClient configured(
      String target, Supplier<String> tokens, Executor mainThread, Network network, File folder) {
    FlywheelClient flywheel =
        FlywheelClient.builder()
            .target(target) // TLS, unless you say plaintext().
            .tokens(tokens) // May block; asked again before a token ends.
            .callbacks(mainThread) // Such as context.getMainExecutor().
            .network(network) // Tells when there is none.
            .storage(
                new FileStorage(folder)) // Such as new File(context.getFilesDir(), "flywheel").
            .build();
    return flywheel;
  }

  private RoomSession staying(FlywheelClient flywheel) {
    RoomSession session =
        flywheel
            .joinRoom("room-1")
            .listener(
                new RoomListener() {
                  @Override
                  public void onFacts(List<Fact> facts) {
                    show(facts);
                  }

                  @Override
                  public void onState(RoomState state, @Nullable FlywheelException failure) {
                    show(state);
                  }
                })
            .enter();
    session.like(); // As often as the viewer taps.
    return session;
  }

  private static void calls(FlywheelClient flywheel, CheckInRequest request) throws Exception {
    CompletableFuture<CheckInResponse> told = new CompletableFuture<>();
    Answer<CheckInResponse> listener =
        new Answer<CheckInResponse>() {
          @Override
          public void onAnswer(CheckInResponse response) {
            told.complete(response);
          }

          @Override
          public void onFailure(FlywheelException failure) {
            told.completeExceptionally(failure);
          }
        };
    CheckInResponse answer = flywheel.checkIn().checkIn(request); // On a thread that may wait.
    CompletableFuture<CheckInResponse> later = flywheel.checkIn().checkInAsync(request);
    Call call =
        flywheel.checkIn().checkIn(request, listener); // The listener is called by callbacks.
    assertThat(later.get(10, TimeUnit.SECONDS)).isEqualTo(answer);
    assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(answer);
    call.cancel();
  }

  private static void show(List<Fact> facts) {
    assertThat(facts).isNotEmpty();
  }

  private void show(RoomState state) {
    states.add(state);
  }

  private static String squeeze(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static final class CheckIns extends CheckInServiceGrpc.CheckInServiceImplBase {
    @Override
    public void checkIn(CheckInRequest request, StreamObserver<CheckInResponse> observer) {
      observer.onNext(CheckInResponse.newBuilder().setAlreadyCheckedIn(true).build());
      observer.onCompleted();
    }
  }
}
