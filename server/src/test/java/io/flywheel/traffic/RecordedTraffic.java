package io.flywheel.traffic;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Watched;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Turns recordings of live rooms' chats into events. The folder of the recordings is named by the
 * environment variable FLYWHEEL_TRAFFIC_DIR.
 *
 * <p>A person's first row in a broadcast is an entry; what they write is a comment, whose text is
 * made up from its length since the recordings hold no texts; what they pay is an order; and the
 * time between two of their rows that lie less than five minutes apart was watched.
 *
 * <p>As a program, it prints the events of a recording as JSON Lines: {@code RecordedTraffic
 * live-2018.csv.gz}.
 */
public final class RecordedTraffic {
  private static final long LONGEST_PAUSE_SECONDS = 300;

  private final Path folder;
  private final String recording;
  private final int oneOf;
  private final Map<String, String> rooms = new HashMap<>();
  private final Map<String, Long> lastSeen = new HashMap<>();
  private final Set<String> entered = new HashSet<>();

  private RecordedTraffic(Path folder, String recording, int oneOf) {
    this.folder = folder;
    this.recording = recording;
    this.oneOf = oneOf;
  }

  /** The folder of the recordings; empty: this machine has none. */
  public static Optional<Path> folder() {
    return Optional.ofNullable(System.getenv("FLYWHEEL_TRAFFIC_DIR"))
        .map(Path::of)
        .filter(Files::isDirectory);
  }

  /** Hands over the events of a recording, in order. */
  public static void read(Path folder, String recording, Consumer<Event> events) {
    read(folder, recording, 1, events);
  }

  /** Hands over the events of one person of so many, in order. */
  static void read(Path folder, String recording, int oneOf, Consumer<Event> events) {
    new RecordedTraffic(folder, recording, oneOf).read(events);
  }

  public static void main(String[] args) {
    Path folder =
        folder()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "FLYWHEEL_TRAFFIC_DIR: not set (expected: the folder of the recordings)"));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    JsonFormat.Printer printer = JsonFormat.printer().omittingInsignificantWhitespace();
    read(
        folder,
        args[0],
        event -> {
          try {
            out.println(printer.print(event));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    out.flush();
  }

  private void read(Consumer<Event> events) {
    try (BufferedReader broadcasts = open("broadcasts.csv.gz");
        BufferedReader rows = open(recording)) {
      broadcasts
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .forEach(cells -> rooms.put(cells[0], cells[1]));
      List<String> lines = rows.lines().skip(1).toList();
      for (int row = 0; row < lines.size(); row++) {
        String[] cells = lines.get(row).split(",", -1);
        if (Integer.parseInt(cells[2]) % oneOf == 0) {
          convert(row, cells).forEach(events);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BufferedReader open(String name) throws IOException {
    return open(folder, name);
  }

  static BufferedReader open(Path folder, String name) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(folder.resolve(name))),
            StandardCharsets.UTF_8));
  }

  /** Columns: ts, stream, user, action, value, streak, role, len. */
  private List<Event> convert(int row, String[] cells) {
    long second = Long.parseLong(cells[0]);
    String broadcast = cells[1];
    String viewer = "u" + cells[2];
    Event.Builder base =
        Event.newBuilder()
            .setViewerId(viewer)
            .setRoomId(rooms.getOrDefault(broadcast, "room-unknown"))
            .setBroadcastId("s" + broadcast)
            .setOccurredAt(at(second));
    String id = recording + ":" + row + ":";
    List<Event> events = new ArrayList<>();
    if (entered.add(viewer + "/" + broadcast)) {
      events.add(
          base.clone().setEventId(id + "enter").setEntered(Entered.getDefaultInstance()).build());
    }
    Long last = lastSeen.put(viewer + "/" + broadcast, second);
    if (last != null && second > last && second - last < LONGEST_PAUSE_SECONDS) {
      events.add(
          base.clone()
              .setEventId(id + "watch")
              .setWatched(Watched.newBuilder().setStartedAt(at(last)).setEndedAt(at(second)))
              .build());
    }
    events.add(
        base.setEventId(id + cells[3]).build().toBuilder().mergeFrom(what(row, cells)).build());
    return events;
  }

  private static Event what(int row, String[] cells) {
    Event.Builder event = Event.newBuilder();
    String length = cells[7].isEmpty() ? "0" : cells[7];
    switch (cells[3]) {
      case "chat" -> event.setCommented(Commented.newBuilder().setText(textOf(length)));
      case "command" -> event.setCommented(Commented.newBuilder().setText("!" + textOf(length)));
      case "sub", "gift", "cheer" -> {
        long value = cells[4].isEmpty() ? 1 : Long.parseLong(cells[4]);
        event.setOrdered(
            Ordered.newBuilder()
                .setOrderId(row + "-" + cells[2])
                .setAmountMinor(value * (cells[3].equals("cheer") ? 1 : 2_500)));
      }
      default -> throw new IllegalArgumentException("unknown action " + cells[3]);
    }
    return event.build();
  }

  /** A text of this length that differs from those of other lengths. */
  private static String textOf(String length) {
    return "x".repeat(Math.min(900, Integer.parseInt(length)));
  }

  private static Timestamp at(long second) {
    return Timestamp.newBuilder().setSeconds(second).build();
  }
}
