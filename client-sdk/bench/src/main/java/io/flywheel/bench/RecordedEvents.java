package io.flywheel.bench;

import com.google.protobuf.util.JsonFormat;
import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.Event;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Recorded traffic, JSON Lines of {@link Event}, plain or gzip. It is read before it is sent, so
 * that the rate is the service's and not the parser's. Not to be instantiated.
 */
final class RecordedEvents {
  private static final String MERCHANT = "bench-replay";
  private static final int MAX_EVENTS = 2_000_000;

  private RecordedEvents() {}

  /** Sends a file; returns when all is answered or the time is over. */
  static void replay(Path file, TestBed bed, Duration atMost, EventSender sender, Report report)
      throws Exception {
    report.part("replay of " + file.getFileName());
    List<FlywheelClient> clients = bed.withProgram(MERCHANT);
    List<List<Event>> shares = read(file, clients.size());
    CpuMeter cpu = CpuMeter.of(bed);
    long end = System.nanoTime() + atMost.toNanos();
    cpu.begin();
    EventSender.Sent sent =
        sender.sendRecorded(
            clients,
            connection -> {
              Iterator<Event> own = shares.get(connection).iterator();
              return () -> own.hasNext() && System.nanoTime() < end ? own.next() : null;
            });
    cpu.end();
    report.figure("replayed", (double) sent.events(), "events");
    report.figure("rate", sent.perSecond(), "events/s");
    report.note(sent.tally().toString());
    cpu.report(report, sent.events());
  }

  /** The events, divided by viewers, whose own stay in order. */
  static List<List<Event>> read(Path file, int shares) throws IOException {
    List<List<Event>> divided = new ArrayList<>();
    for (int i = 0; i < shares; i++) {
      divided.add(new ArrayList<>());
    }
    JsonFormat.Parser parser = JsonFormat.parser();
    try (BufferedReader lines = open(file)) {
      String line = lines.readLine();
      for (int events = 0; line != null && events < MAX_EVENTS; events++) {
        Event.Builder event = Event.newBuilder();
        parser.merge(line, event);
        divided.get(Math.floorMod(event.getViewerId().hashCode(), shares)).add(event.build());
        line = lines.readLine();
      }
    }
    return divided;
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
    InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
    return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
  }
}
