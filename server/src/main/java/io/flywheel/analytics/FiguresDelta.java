package io.flywheel.analytics;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The form in which what a batch adds to a merchant's figures waits to be folded: some twenty bytes
 * a visit. All numbers are varints; times are differences to one that the form begins with.
 *
 * <pre>
 * delta: version, number of figures that its version knows, visits in all, time, place...
 * place: room, broadcast, seen (0 or 1), [begun, last seen], minutes, minute..., visits, visit...
 * minute: minute, counts
 * visit: viewer, flags, [entered, last seen], [left], counts
 * counts: a bit for each figure that is not zero, by the order of {@link Figure}, amount...
 * </pre>
 *
 * Not to be instantiated.
 */
final class FiguresDelta {
  private static final int VERSION = 1;

  private static final int FIRST_VISIT = 1;
  private static final int SEEN = 2;
  private static final int LEFT = 4;

  private static final int BUFFER_BYTES = 4_096;
  private static final Figure[] FIGURES = Figure.values();

  private FiguresDelta() {}

  /**
   * What a batch adds, by merchants.
   *
   * @param atMillis a time near those of the batch, which keeps differences short
   */
  static SortedMap<String, byte[]> pack(Tally tally, long atMillis) {
    SortedMap<String, Map<Place, Tally.Show>> merchants = new TreeMap<>();
    tally
        .shows()
        .forEach((place, show) ->
            merchants
                .computeIfAbsent(place.merchantId(), unused -> new TreeMap<>())
                .put(place, show));
    SortedMap<String, byte[]> deltas = new TreeMap<>();
    merchants.forEach((merchantId, shows) -> deltas.put(merchantId, pack(shows, atMillis)));
    return deltas;
  }

  private static byte[] pack(Map<Place, Tally.Show> shows, long atMillis) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER_BYTES);
    CodedOutputStream output = CodedOutputStream.newInstance(bytes, BUFFER_BYTES);
    try {
      output.writeUInt32NoTag(VERSION);
      output.writeUInt32NoTag(Figure.COUNT);
      output.writeUInt32NoTag(shows.values().stream().mapToInt(show -> show.visits.size()).sum());
      output.writeUInt64NoTag(atMillis);
      for (Map.Entry<Place, Tally.Show> each : shows.entrySet()) {
        output.writeStringNoTag(each.getKey().roomId());
        output.writeStringNoTag(each.getKey().broadcastId());
        write(output, each.getValue(), atMillis);
      }
      output.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is none: it goes into memory
    }
    return bytes.toByteArray();
  }

  private static void write(CodedOutputStream output, Tally.Show show, long atMillis)
      throws IOException {
    output.writeUInt32NoTag(show.isSeen() ? 1 : 0);
    if (show.isSeen()) {
      output.writeSInt64NoTag(show.begunMillis - atMillis);
      output.writeSInt64NoTag(show.lastSeenMillis - atMillis);
    }
    output.writeUInt32NoTag(show.minutes.size());
    for (Map.Entry<Long, Counts> minute : show.minutes.entrySet()) {
      output.writeSInt64NoTag(minute.getKey() - minuteOf(atMillis));
      write(output, minute.getValue());
    }
    output.writeUInt32NoTag(show.visits.size());
    for (Tally.Visit visit : show.visits) {
      write(output, visit, atMillis);
    }
  }

  private static void write(CodedOutputStream output, Tally.Visit visit, long atMillis)
      throws IOException {
    boolean isSeen = visit.enteredMillis != Tally.NEVER_CAME;
    boolean hasLeft = visit.leftMillis != 0;
    output.writeStringNoTag(visit.key.viewerId());
    output.writeUInt32NoTag(
        (visit.firstVisit ? FIRST_VISIT : 0) | (isSeen ? SEEN : 0) | (hasLeft ? LEFT : 0));
    if (isSeen) {
      output.writeSInt64NoTag(visit.enteredMillis - atMillis);
      output.writeSInt64NoTag(visit.lastSeenMillis - atMillis);
    }
    if (hasLeft) {
      output.writeSInt64NoTag(visit.leftMillis - atMillis);
    }
    write(output, visit.counts);
  }

  private static void write(CodedOutputStream output, Counts counts) throws IOException {
    int figures = counts.figures();
    output.writeUInt32NoTag(figures);
    for (int left = figures; left != 0; left &= left - 1) {
      output.writeUInt64NoTag(counts.of(FIGURES[Integer.numberOfTrailingZeros(left)]));
    }
  }

  /**
   * Whether this version can read a delta: it is in a form and of figures that it knows, for nodes
   * of a later version may have written it.
   */
  static boolean isKnown(byte[] delta) {
    try {
      CodedInputStream input = CodedInputStream.newInstance(delta);
      return input.readUInt32() == VERSION && input.readUInt32() <= Figure.COUNT;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * How many visits a delta adds to.
   *
   * @throws UncheckedIOException if it can't be read
   */
  static int visits(byte[] delta) {
    try {
      return begin(delta).readUInt32();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a whole delta to what others come to. */
  static void addTo(Tally tally, String merchantId, byte[] delta) {
    addTo(tally, merchantId, delta, 0, 1);
  }

  /**
   * Adds one of several parts of a delta to what others come to; each visit is in one part, and all
   * else is in the first.
   *
   * @param part from 0 on
   * @throws UncheckedIOException if it can't be read; some of it may have been added
   */
  static void addTo(Tally tally, String merchantId, byte[] delta, int part, int parts) {
    try {
      CodedInputStream input = begin(delta);
      input.readUInt32();
      long atMillis = input.readUInt64();
      while (!input.isAtEnd()) {
        Place place = new Place(merchantId, input.readString(), input.readString());
        readShow(input, tally.show(place), atMillis, part == 0);
        for (int left = input.readUInt32(); left > 0; left--) {
          String viewerId = input.readString();
          boolean isIn = Math.floorMod(viewerId.hashCode(), parts) == part;
          readVisit(input, isIn ? tally.visit(new VisitKey(place, viewerId)) : null, atMillis);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CodedInputStream begin(byte[] delta) throws IOException {
    CodedInputStream input = CodedInputStream.newInstance(delta);
    int version = input.readUInt32();
    int figures = input.readUInt32();
    if (version != VERSION || figures > Figure.COUNT) {
      throw new IOException("a delta of version %d with %d figures".formatted(version, figures));
    }
    return input;
  }

  private static void readShow(CodedInputStream input, Tally.Show show, long atMillis, boolean isIn)
      throws IOException {
    if (input.readUInt32() != 0) {
      long begunMillis = atMillis + input.readSInt64();
      long lastSeenMillis = atMillis + input.readSInt64();
      if (isIn) {
        show.addSeen(begunMillis, lastSeenMillis);
      }
    }
    for (int left = input.readUInt32(); left > 0; left--) {
      long minute = minuteOf(atMillis) + input.readSInt64();
      readCounts(input, isIn ? show.minute(minute) : null);
    }
  }

  private static void readVisit(CodedInputStream input, Tally.@Nullable Visit visit, long atMillis)
      throws IOException {
    int flags = input.readUInt32();
    if ((flags & SEEN) != 0) {
      long enteredMillis = atMillis + input.readSInt64();
      long lastSeenMillis = atMillis + input.readSInt64();
      if (visit != null) {
        visit.addSeen(enteredMillis, lastSeenMillis);
      }
    }
    if ((flags & LEFT) != 0) {
      long leftMillis = atMillis + input.readSInt64();
      if (visit != null) {
        visit.addLeft(leftMillis);
      }
    }
    if (visit != null) {
      visit.firstVisit |= (flags & FIRST_VISIT) != 0;
    }
    readCounts(input, visit == null ? null : visit.counts);
  }

  private static void readCounts(CodedInputStream input, @Nullable Counts counts)
      throws IOException {
    for (int left = input.readUInt32(); left != 0; left &= left - 1) {
      long amount = input.readUInt64();
      if (counts != null) {
        counts.add(FIGURES[Integer.numberOfTrailingZeros(left)], amount);
      }
    }
  }

  private static long minuteOf(long millis) {
    return Math.floorDiv(millis, Tally.MINUTE_MILLIS);
  }
}
