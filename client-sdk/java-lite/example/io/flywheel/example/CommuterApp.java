package io.flywheel.example;

import io.flywheel.client.FileStorage;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.client.Network;
import io.flywheel.client.RoomListener;
import io.flywheel.client.RoomSession;
import io.flywheel.client.RoomState;
import io.flywheel.client.Storage;
import io.flywheel.client.Watch;
import io.flywheel.client.WatchListener;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * An app as one has it on the way to work, with a console for its screen: {@code CommuterApp TARGET
 * TOKEN FOLDER}. It reads what happens to it, a line each ({@code tunnel}, {@code daylight}, {@code
 * background}, {@code foreground}, {@code like 3}, {@code check-in ID}, {@code leave}), and prints
 * what it shows. It may be killed at any time: started again on its folder, it goes on where it
 * was.
 */
public final class CommuterApp {
  private static final String PENDING_CHECK_IN = "pending-check-in";

  private final Storage storage;
  private final Phone phone = new Phone();
  private final FlywheelClient flywheel;

  private CommuterApp(String target, String token, File folder) {
    storage = new FileStorage(folder);
    flywheel =
        FlywheelClient.builder()
            .target(target)
            .plaintext()
            .token(token)
            .network(phone)
            .storage(storage)
            .deadline(60, TimeUnit.SECONDS)
            .userAgent("commuter/1.0")
            .build();
  }

  /** Runs the app until its console ends. */
  public static void main(String[] arguments) throws IOException {
    new CommuterApp(arguments[0], arguments[1], new File(arguments[2])).run();
  }

  private void run() throws IOException {
    RoomSession session =
        flywheel
            .joinRoom("room-1")
            .likeInterval(50, TimeUnit.MILLISECONDS)
            .listener(new Screen())
            .enter();
    Watch<WatchViewerResponse> watch =
        flywheel.viewer().watchViewer(WatchViewerRequest.getDefaultInstance(), new Standing());
    finishCheckIn();
    BufferedReader console =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = console.readLine(); line != null; line = console.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "tunnel":
          phone.set(false);
          break;
        case "daylight":
          phone.set(true);
          break;
        case "background":
          flywheel.setInFront(false);
          break;
        case "foreground":
          flywheel.setInFront(true);
          break;
        case "like":
          session.like(Integer.parseInt(words[1]));
          break;
        case "check-in":
          storage.write(PENDING_CHECK_IN, words[1].getBytes(StandardCharsets.UTF_8));
          finishCheckIn();
          break;
        case "leave":
          session.leave().whenComplete((left, failure) -> show(failure == null ? "left" : "gone"));
          break;
        default:
          show("unknown: " + line);
      }
    }
    watch.close();
    session.close();
    flywheel.close();
  }

  /**
   * Checks in under the id that lies in the storage, if one does. Whoever is killed before the
   * answer asks again under the same id, and gets the answer that was lost.
   */
  private void finishCheckIn() throws IOException {
    byte[] pending = storage.read(PENDING_CHECK_IN);
    if (pending == null) {
      return;
    }
    CheckInRequest request =
        CheckInRequest.newBuilder()
            .setRequestId(new String(pending, StandardCharsets.UTF_8))
            .build();
    flywheel
        .checkIn()
        .checkInAsync(request)
        .whenComplete((answer, failure) -> {
          if (failure == null) {
            checkedIn(answer);
          } else {
            show("check-in failed: " + failure.getMessage());
          }
        });
  }

  private void checkedIn(CheckInResponse answer) {
    try {
      storage.remove(PENDING_CHECK_IN);
    } catch (IOException e) {
      show("storage: " + e.getMessage()); // It is asked for again, and answered the same.
    }
    show(
        answer.getAlreadyCheckedIn()
            ? "checked in before"
            : "checked in, day " + answer.getStanding().getStreak());
  }

  private static void show(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** What the room shows. */
  private static final class Screen implements RoomListener {
    @Override
    public void onState(RoomState state, FlywheelException failure) {
      show("state " + state);
    }

    @Override
    public void onLikesWaiting(int count) {
      show("waiting " + count);
    }

    @Override
    public void onLikesLost(int count, FlywheelException failure) {
      show("lost " + count);
    }
  }

  /** What the viewer's page shows. */
  private static final class Standing implements WatchListener<WatchViewerResponse> {
    @Override
    public void onUpdate(WatchViewerResponse update) {
      if (update.hasSnapshot()) {
        show("standing");
      }
    }
  }

  /** What the phone knows of its network. */
  private static final class Phone implements Network {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean inDaylight = true;

    @Override
    public boolean isThere() {
      return inDaylight;
    }

    @Override
    public Listening onChange(Runnable listener) {
      listeners.add(listener);
      return () -> listeners.remove(listener);
    }

    void set(boolean nowInDaylight) {
      inDaylight = nowInDaylight;
      listeners.forEach(Runnable::run);
    }
  }
}
