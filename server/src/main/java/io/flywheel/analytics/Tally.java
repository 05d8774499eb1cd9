package io.flywheel.analytics;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The marks of one batch added up, so that each row is written once. Used by one thread. */
final class Tally {
  static final long MINUTE_MILLIS = 60_000;

  /** When a viewer came who never came. */
  static final long NEVER_CAME = Long.MAX_VALUE;

  private final int shard;
  private final Map<VisitKey, Visit> visits = new HashMap<>();
  private final Map<Place, Show> shows = new HashMap<>();

  /** The visit of the mark before: an action leaves several marks in one. */
  private @Nullable Visit latest;

  /** What a batch adds to a broadcast. */
  private static final class Show {
    final Map<Long, Counts> minutes = new HashMap<>();
    long begunMillis = NEVER_CAME;
    long lastSeenMillis = Long.MIN_VALUE;
  }

  /** What a batch adds to a visit. */
  static final class Visit {
    private final Show show;
    final VisitKey key;
    final Counts counts = new Counts();
    long enteredMillis = NEVER_CAME;
    long lastSeenMillis;
    long leftMillis;
    boolean firstVisit;

    private Visit(VisitKey key, Show show) {
      this.key = key;
      this.show = show;
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
    SortedMap<MinuteKey, Counts> minutes = new TreeMap<>();
    shows.forEach((place, show) ->
        show.minutes.forEach(
            (minute, counts) -> minutes.put(new MinuteKey(place, minute, shard), counts)));
    return minutes;
  }

  /** The latest sign of life in each room. */
  SortedMap<RoomShard, Long> lastSeen() {
    SortedMap<RoomShard, Long> lastSeen = new TreeMap<>();
    shows.forEach((place, show) -> {
      if (show.lastSeenMillis != Long.MIN_VALUE) {
        RoomShard room = new RoomShard(place.merchantId(), place.roomId(), shard);
        lastSeen.merge(room, show.lastSeenMillis, Math::max);
      }
    });
    return lastSeen;
  }

  /** The earliest sign of life in each broadcast. */
  SortedMap<Place, Long> begun() {
    SortedMap<Place, Long> begun = new TreeMap<>();
    shows.forEach((place, show) -> {
      if (show.lastSeenMillis != Long.MIN_VALUE) {
        begun.put(place, show.begunMillis);
      }
    });
    return begun;
  }

  /** Adds one more. */
  void add(Mark mark) {
    Visit visit = visit(mark.visit());
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

  private Visit visit(VisitKey key) {
    Visit visit = latest;
    if (visit == null || !visit.key.equals(key)) {
      visit =
          visits.computeIfAbsent(
              key,
              added -> new Visit(added, shows.computeIfAbsent(added.place(), p -> new Show())));
      latest = visit;
    }
    return visit;
  }

  private static void addSeen(Visit visit, Mark.Seen seen) {
    visit.enteredMillis = Math.min(visit.enteredMillis, seen.fromMillis());
    visit.lastSeenMillis = Math.max(visit.lastSeenMillis, seen.toMillis());
    visit.firstVisit |= seen.firstVisit();
    visit.show.begunMillis = Math.min(visit.show.begunMillis, seen.fromMillis());
    visit.show.lastSeenMillis = Math.max(visit.show.lastSeenMillis, seen.toMillis());
  }

  private static void addWatched(Visit visit, Mark.Watched watched) {
    long end = watched.fromMillis() + watched.millis();
    for (long at = watched.fromMillis(); at < end; ) {
      long minute = Math.floorDiv(at, MINUTE_MILLIS);
      long next = Math.min(end, (minute + 1) * MINUTE_MILLIS);
      count(visit, minute, Figure.WATCHED_MILLIS, next - at);
      at = next;
    }
  }

  private static void count(Visit visit, long minute, Figure figure, long amount) {
    visit.counts.add(figure, amount);
    visit.show.minutes.computeIfAbsent(minute, unused -> new Counts()).add(figure, amount);
  }
}
