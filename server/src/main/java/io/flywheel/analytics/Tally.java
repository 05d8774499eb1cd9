package io.flywheel.analytics;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The marks of one batch added up, so that each row is written once. Used by one thread. */
final class Tally {
  static final long MINUTE_MILLIS = 60_000;

  /** When a viewer came who never came. */
  static final long NEVER_CAME = Long.MAX_VALUE;

  private final int shard;
  private final Map<VisitKey, Visit> visits = new HashMap<>();
  private final SortedMap<MinuteKey, Counts> minutes = new TreeMap<>();
  private final SortedMap<RoomShard, Long> lastSeen = new TreeMap<>();
  private final SortedMap<Place, Long> begun = new TreeMap<>();

  /** What a batch adds to a visit. */
  static final class Visit {
    final VisitKey key;
    final Counts counts = new Counts();
    long enteredMillis = NEVER_CAME;
    long lastSeenMillis;
    long leftMillis;
    boolean firstVisit;

    private Visit(VisitKey key) {
      this.key = key;
    }
  }

  /** What the viewers of a lane did at a broadcast in a minute since 1970. */
  record MinuteKey(Place place, long minute, int shard) implements Comparable<MinuteKey> {
    private static final Comparator<MinuteKey> ORDER =
        Comparator.comparing(MinuteKey::place)
            .thenComparingLong(MinuteKey::minute)
            .thenComparingInt(MinuteKey::shard);

    @Override
    public int compareTo(MinuteKey other) {
      return ORDER.compare(this, other);
    }
  }

  /** The viewers of a lane in a room. */
  record RoomShard(String merchantId, String roomId, int shard) implements Comparable<RoomShard> {
    private static final Comparator<RoomShard> ORDER =
        Comparator.comparing(RoomShard::merchantId)
            .thenComparing(RoomShard::roomId)
            .thenComparingInt(RoomShard::shard);

    @Override
    public int compareTo(RoomShard other) {
      return ORDER.compare(this, other);
    }
  }

  private Tally(int shard) {
    this.shard = shard;
  }

  /**
   * Adds marks up.
   *
   * @param shard the lane's: every batch adds to a room's rows, and none waits for another's
   */
  static Tally of(List<Mark> marks, int shard) {
    Tally tally = new Tally(shard);
    marks.forEach(tally::add);
    return tally;
  }

  /** The visits, in the order of their key. */
  Collection<Visit> visits() {
    return visits.values().stream().sorted(Comparator.comparing(visit -> visit.key)).toList();
  }

  /** What happened in which minute. */
  SortedMap<MinuteKey, Counts> minutes() {
    return minutes;
  }

  /** The latest sign of life in each room. */
  SortedMap<RoomShard, Long> lastSeen() {
    return lastSeen;
  }

  /** The earliest sign of life in each broadcast. */
  SortedMap<Place, Long> begun() {
    return begun;
  }

  private void add(Mark mark) {
    Visit visit = visits.computeIfAbsent(mark.visit(), Visit::new);
    switch (mark) {
      case Mark.Seen seen -> addSeen(visit, seen);
      case Mark.Gone gone -> visit.leftMillis = Math.max(visit.leftMillis, gone.atMillis());
      case Mark.Counted counted -> {
        long minute = Math.floorDiv(counted.atMillis(), MINUTE_MILLIS);
        count(visit, minute, counted.figure(), counted.amount());
      }
      case Mark.Watched watched -> addWatched(visit, watched);
    }
  }

  private void addSeen(Visit visit, Mark.Seen seen) {
    Place place = visit.key.place();
    visit.enteredMillis = Math.min(visit.enteredMillis, seen.fromMillis());
    visit.lastSeenMillis = Math.max(visit.lastSeenMillis, seen.toMillis());
    visit.firstVisit |= seen.firstVisit();
    begun.merge(place, seen.fromMillis(), Math::min);
    lastSeen.merge(
        new RoomShard(place.merchantId(), place.roomId(), shard), seen.toMillis(), Math::max);
  }

  private void addWatched(Visit visit, Mark.Watched watched) {
    long end = watched.fromMillis() + watched.millis();
    for (long at = watched.fromMillis(); at < end; ) {
      long minute = Math.floorDiv(at, MINUTE_MILLIS);
      long next = Math.min(end, (minute + 1) * MINUTE_MILLIS);
      count(visit, minute, Figure.WATCHED_MILLIS, next - at);
      at = next;
    }
  }

  private void count(Visit visit, long minute, Figure figure, long amount) {
    visit.counts.add(figure, amount);
    minutes
        .computeIfAbsent(new MinuteKey(visit.key.place(), minute, shard), unused -> new Counts())
        .add(figure, amount);
  }
}
