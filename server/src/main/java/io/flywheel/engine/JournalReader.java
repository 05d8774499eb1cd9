package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.JournalDao.Head;
import io.flywheel.engine.JournalDao.Place;
import io.flywheel.platform.db.Database;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jdbi.v3.core.Handle;

/**
 * Reads what the actions of a merchant were and what they set off. Every action that took effect is
 * read once, those of a viewer in the order in which they did, and none is skipped because it
 * commits late: a part ends at what all logs had come to at one moment, and whatever that rests on
 * was there at that moment, too. Thread-safe.
 *
 * <p>A reader that has to read everything registers: {@link #save} its cursor in the transaction in
 * which it does its work, under an id of its own; what it has not read is then kept for longer.
 */
@Singleton
public final class JournalReader {
  /** Of how many rows of a log the order is looked at, at a time. */
  private static final int WINDOW = 64;

  /** About how many entries are in the rows that are read by one statement. */
  private static final int MAX_ENTRIES = 1_000;

  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::order)
          .thenComparingLong(Place::log)
          .thenComparingLong(Place::number);

  private final Database database;
  private final JournalDao dao;

  @Inject
  JournalReader(Database database, JournalDao dao) {
    this.database = database;
    this.dao = dao;
  }

  /** Before the first that is kept. */
  public JournalCursor first(String merchantId) {
    return open(merchantId, Long.MIN_VALUE);
  }

  /** Before the first that was recorded at or after a time. */
  public JournalCursor since(String merchantId, Instant time) {
    return open(merchantId, time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000);
  }

  /** After everything that is there now. */
  public JournalCursor end(String merchantId) {
    return open(merchantId, Long.MAX_VALUE);
  }

  /** After everything that is there for a transaction. */
  public JournalCursor end(Handle handle, String merchantId) {
    return open(handle, merchantId, Long.MAX_VALUE);
  }

  /** Whether nothing of a merchant's was forgotten. */
  public boolean isWhole(String merchantId) {
    return database.inTransaction(handle ->
        dao.heads(handle, merchantId).stream()
            .allMatch(head ->
                head.log() != JournalDao.GONE && lastBefore(handle, head, Long.MIN_VALUE) == 0));
  }

  /**
   * The next part.
   *
   * @param limit about how many entries; a row of the journal is not divided, so it may be up to a
   *     batch more
   * @throws JournalGapException if some of it is no longer kept
   */
  public JournalChunk next(JournalCursor from, int limit) {
    return database.inTransaction(handle -> next(handle, from, limit));
  }

  /** Where a registered reader is; empty: there is none of this id. */
  public Optional<JournalCursor> saved(Handle handle, String merchantId, String readerId) {
    return dao.position(handle, merchantId, readerId).map(JournalReader::parse);
  }

  /**
   * Registers a reader, or moves it on, in a transaction.
   *
   * @param readerId up to 64 printable characters
   */
  public void save(Handle handle, String readerId, JournalCursor cursor) {
    dao.savePosition(handle, cursor.merchantId(), readerId, cursor.toBytes());
  }

  /**
   * Moves a registered reader on, unless it has come as far already; the lock on its place is held
   * until the transaction ends.
   *
   * @return whether it is registered
   */
  public boolean advance(Handle handle, String readerId, JournalCursor to) {
    Optional<JournalCursor> from =
        dao.lockPosition(handle, to.merchantId(), readerId).map(JournalReader::parse);
    if (from.isPresent() && !from.get().includes(to)) {
      save(handle, readerId, to);
    }
    return from.isPresent();
  }

  /** The places of the registered readers whose ids begin with a prefix, by their ids. */
  public SortedMap<String, JournalCursor> readers(Handle handle, String merchantId, String prefix) {
    SortedMap<String, JournalCursor> readers = new TreeMap<>();
    dao.readers(handle, merchantId, prefix)
        .forEach((id, position) -> readers.put(id, parse(position)));
    return readers;
  }

  /** Ends a reader's registration, so that nothing is kept for it. */
  public void remove(Handle handle, String merchantId, String readerId) {
    dao.removeReader(handle, merchantId, readerId);
  }

  static JournalCursor parse(byte[] position) {
    try {
      return JournalCursor.of(position);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("journal_reader.position can't be read", e);
    }
  }

  private JournalCursor open(String merchantId, long order) {
    return database.inTransaction(handle -> open(handle, merchantId, order));
  }

  private JournalCursor open(Handle handle, String merchantId, long order) {
    Map<Long, Long> numbers = new HashMap<>();
    long reached = 0;
    for (Head head : dao.heads(handle, merchantId)) {
      reached = Math.max(reached, head.order());
      if (head.log() != JournalDao.GONE) {
        numbers.put(head.log(), lastBefore(handle, head, order));
      }
    }
    return new JournalCursor(merchantId, reached, numbers);
  }

  /** The last number of a log that stands before a place in the order, by halving what is left. */
  private long lastBefore(Handle handle, Head head, long order) {
    if (head.order() < order) {
      return head.number();
    }
    long kept =
        dao.places(handle, head.merchantId(), head.log(), 0, head.number(), 1).stream()
            .mapToLong(Place::number)
            .findFirst()
            .orElse(head.number() + 1);
    long before = kept - 1;
    long notBefore = head.number() + 1;
    while (notBefore - before > 1) {
      long middle = before + (notBefore - before) / 2;
      boolean isBefore =
          dao.places(handle, head.merchantId(), head.log(), middle - 1, middle, 1).stream()
              .anyMatch(place -> place.order() < order);
      if (isBefore) {
        before = middle;
      } else {
        notBefore = middle;
      }
    }
    return before;
  }

  private JournalChunk next(Handle handle, JournalCursor from, int limit) {
    List<Head> heads = dao.heads(handle, from.merchantId());
    Map<Long, Long> numbers = new HashMap<>();
    PriorityQueue<Window> windows = new PriorityQueue<>(Comparator.comparing(Window::first, ORDER));
    for (Head head : heads) {
      if (head.log() == JournalDao.GONE) {
        requireReached(from, head);
        continue;
      }
      numbers.put(head.log(), from.number(head.log()));
      Window window = new Window(handle, head, from.number(head.log()));
      if (!window.isEmpty()) {
        windows.add(window);
      }
    }
    List<JournalEntry> entries = new ArrayList<>();
    long reached = from.reached();
    while (!windows.isEmpty() && entries.size() < limit) {
      Window window = windows.poll();
      Place place = window.first();
      read(from.merchantId(), place, window.take(limit - entries.size()), entries);
      numbers.put(place.log(), place.number());
      reached = Math.max(reached, place.order());
      if (!window.isEmpty()) {
        windows.add(window);
      }
    }
    return new JournalChunk(
        List.copyOf(entries),
        new JournalCursor(from.merchantId(), reached, numbers),
        !windows.isEmpty());
  }

  /** Logs that are gone ended before a place that the cursor has come to. */
  private static void requireReached(JournalCursor from, Head gone) {
    if (from.reached() < gone.order()) {
      throw new JournalGapException(from.merchantId());
    }
  }

  private static void read(
      String merchantId, Place place, byte[] body, List<JournalEntry> entries) {
    int index = 0;
    for (JournalRecord record : inflate(body).getRecordsList()) {
      ViewerKey viewer = new ViewerKey(merchantId, record.getViewerId());
      entries.add(
          new JournalEntry(viewer, place.log(), place.number(), index++, place.order(), record));
    }
  }

  private static JournalBatch inflate(byte[] body) {
    Inflater inflater = new Inflater(true);
    try (InputStream bytes = new InflaterInputStream(new ByteArrayInputStream(body), inflater)) {
      return JournalBatch.parseFrom(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a row of the journal can't be read", e);
    } finally {
      inflater.end();
    }
  }

  /** The places of a log that are to be read, up to its head. */
  private final class Window {
    private final Handle handle;
    private final Head head;
    private final Deque<Place> places = new ArrayDeque<>();
    private final Map<Long, byte[]> bodies = new HashMap<>();
    private long last;

    Window(Handle handle, Head head, long after) {
      this.handle = handle;
      this.head = head;
      this.last = after;
      fill();
    }

    boolean isEmpty() {
      return places.isEmpty();
    }

    Place first() {
      return places.getFirst();
    }

    /**
     * Takes what is in the first row.
     *
     * @param limit about how many entries are wanted, of this row and those behind it
     */
    byte[] take(int limit) {
      Place first = places.getFirst();
      if (!bodies.containsKey(first.number())) {
        readBodies(Math.min(limit, MAX_ENTRIES));
      }
      byte[] body = bodies.remove(first.number());
      if (body == null) {
        throw new JournalGapException(head.merchantId());
      }
      places.removeFirst();
      if (places.isEmpty()) {
        fill();
      }
      return body;
    }

    /** Reads the first row and as many behind it as have no more entries together. */
    private void readBodies(int limit) {
      Place first = places.getFirst();
      long upTo = first.number();
      int entries = 0;
      for (Place place : places) {
        entries += place.records();
        if (entries > limit) {
          break;
        }
        upTo = place.number();
      }
      bodies.putAll(dao.bodies(handle, head.merchantId(), head.log(), first.number(), upTo));
    }

    private void fill() {
      if (last >= head.number()) {
        return;
      }
      List<Place> found =
          dao.places(handle, head.merchantId(), head.log(), last, head.number(), WINDOW);
      if (found.isEmpty() || found.get(0).number() != last + 1) {
        throw new JournalGapException(head.merchantId());
      }
      places.addAll(found);
      last = found.get(found.size() - 1).number();
    }
  }
}
