package io.flywheel.analytics;

import io.flywheel.broadcast.RoomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The marks of one batch added up, or those of many. What several come to, each added to another,
 * is the same in whichever order they come. Used by one thread.
 */
final class Tally {
  static final long MINUTE_MILLIS = 60_000;

  /** When a viewer came who never came. */
  static final long NEVER_CAME = Long.MAX_VALUE;

  private final Map<VisitKey, Visit> visits = new HashMap<>();
  private final Map<Place, Show> shows = new HashMap<>();

  /** The visit of the mark before: an action leaves several marks in one. */
  private @Nullable Visit latest;

  /** What is added to a broadcast. */
  static final class Show {
    final List<Visit> visits = new ArrayList<>();
    final Map<Long, Counts> minutes = new HashMap<>();
    long begunMillis = NEVER_CAME;
    long lastSeenMillis = Long.MIN_VALUE;

    private Show() {}

    /** Whether there was a sign of life. */
    boolean isSeen() {
      return lastSeenMillis != Long.MIN_VALUE;
    }

    void addSeen(long fromMillis, long toMillis) {
      begunMillis = Math.min(begunMillis, fromMillis);
      lastSeenMillis = Math.max(lastSeenMillis, toMillis);
    }

    /** What happened in a minute since 1970, to be added to. */
    Counts minute(long minute) {
      return minutes.computeIfAbsent(minute, unused -> new Counts());
    }
  }

  /** What is added to a visit. */
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

    void addSeen(long fromMillis, long toMillis) {
      enteredMillis = Math.min(enteredMillis, fromMillis);
      lastSeenMillis = Math.max(lastSeenMillis, toMillis);
    }

    void addLeft(long atMillis) {
      leftMillis = Math.max(leftMillis, atMillis);
    }
  }

  /** What viewers did at a broadcast in a minute since 1970. */
  record MinuteKey(Place place, long minute) implements Comparable<MinuteKey> {
    private static final Comparator<MinuteKey> ORDER =
        Comparator.comparing(MinuteKey::place).thenComparingLong(MinuteKey::minute);

    @Override
    public int compareTo(MinuteKey other) {
      return ORDER.compare(this, other);
    }
  }

  /** Nothing yet. */
  Tally() {}

  /** Adds marks up. */
  static Tally of(List<Mark> marks) {
    Tally tally = new Tally();
    marks.forEach(tally::add);
    return tally;
  }

  /** What is added to which broadcast. */
  Map<Place, Show> shows() {
    return shows;
  }

  /** The visits, in the order of their key. */
  List<Visit> visits() {
    List<Visit> all = new ArrayList<>(visits.size());
    new TreeMap<>(shows)
        .forEach((place, show) ->
            show.visits.stream()
                .sorted(Comparator.comparing((Visit visit) -> visit.key.viewerId()))
                .forEach(all::add));
    return all;
  }

  /** What happened in which minute. */
  SortedMap<MinuteKey, Counts> minutes() {
    SortedMap<MinuteKey, Counts> minutes = new TreeMap<>();
    shows.forEach((place, show) ->
        show.minutes.forEach(
            (minute, counts) -> minutes.put(new MinuteKey(place, minute), counts)));
    return minutes;
  }

  /** The latest sign of life in each room. */
  SortedMap<RoomKey, Long> lastSeen() {
    SortedMap<RoomKey, Long> lastSeen = new TreeMap<>();
    shows.forEach((place, show) -> {
      if (show.isSeen()) {
        RoomKey room = new RoomKey(place.merchantId(), place.roomId());
        lastSeen.merge(room, show.lastSeenMillis, Math::max);
      }
    });
    return lastSeen;
  }

  /** The earliest sign of life in each broadcast. */
  SortedMap<Place, Long> begun() {
    SortedMap<Place, Long> begun = new TreeMap<>();
    shows.forEach((place, show) -> {
      if (show.isSeen()) {
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
      case Mark.Gone gone -> visit.addLeft(gone.atMillis());
      case Mark.Counted counted -> {
        long minute = Math.floorDiv(counted.atMillis(), MINUTE_MILLIS);
        count(visit, minute, counted.figure(), counted.amount());
      }
      case Mark.Watched watched -> addWatched(visit, watched);
    }
  }

  /** What is added to a broadcast, to be added to. */
  Show show(Place place) {
    return shows.computeIfAbsent(place, unused -> new Show());
  }

  /** What is added to a visit, to be added to. */
  Visit visit(VisitKey key) {
    Visit visit = latest;
    if (visit == null || !visit.key.equals(key)) {
      visit = visits.computeIfAbsent(key, this::newVisit);
      latest = visit;
    }
    return visit;
  }

  private Visit newVisit(VisitKey key) {
    Show show = show(key.place());
    Visit visit = new Visit(key, show);
    show.visits.add(visit);
    return visit;
  }

  private static void addSeen(Visit visit, Mark.Seen seen) {
    visit.addSeen(seen.fromMillis(), seen.toMillis());
    visit.firstVisit |= seen.firstVisit();
    visit.show.addSeen(seen.fromMillis(), seen.toMillis());
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
    visit.show.minute(minute).add(figure, amount);
  }
}
