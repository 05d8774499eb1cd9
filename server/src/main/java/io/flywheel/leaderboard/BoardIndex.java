package io.flywheel.leaderboard;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.RankStyle;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One board's ranks in one period. Rows that are read from the database and scores that are
 * committed meanwhile may come in any order: each score says how often it has moved, and the newest
 * one stands.
 *
 * <p>Where a board has more members than there is memory for, it is {@linkplain #limit limited}: it
 * keeps its first places, and of all others how many have about which score. The first places stay
 * exact whatever is committed: whoever is not among them is behind the last of them, and who falls
 * to the last place, where nobody knows who else may be ahead, leaves them. Thread-safe.
 */
final class BoardIndex {
  /** What a limited board remembers of those who fell: the rows that are being read meanwhile. */
  private static final int MAX_FALLEN = 10_000;

  private final RankStyle style;

  /** The least score that has a place. */
  private final long leastShown;

  private final RankIndex ranks = new RankIndex();

  /** The distinct scores, for boards whose ranks count those above. */
  private final RankIndex distinct = new RankIndex();

  private final Map<Long, Integer> holders = new HashMap<>();

  /**
   * How often those had moved who have no place: the merchant has taken them off, or nothing is
   * left of their scores.
   */
  private final Map<String, Long> gone = new HashMap<>();

  /**
   * How often those had moved whose scores fell while the board was limited, the latest: what was
   * higher before and comes only now must not bring them back among the first places.
   */
  private final Map<String, Long> fallen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_FALLEN;
        }
      };

  private final CompletableFuture<Void> read = new CompletableFuture<>();
  private final AtomicLong version = new AtomicLong();
  private final AtomicLong distinctVersion = new AtomicLong();
  private volatile long lastUsedMillis;
  private volatile @Nullable Top top;

  /** All members by their scores, where the board is limited. */
  @GuardedBy("this")
  private @Nullable ScoreHistogram scores;

  /** What all members have scored together; of a limited board as they were counted. */
  @GuardedBy("this")
  private long sum;

  /** The time of the latest event that is part of it. */
  @GuardedBy("this")
  private long reachedMillis;

  /** How many those are; 0: the board is not limited. */
  private volatile int counted;

  /** How many places a limited board keeps; 0: it is not limited. */
  private volatile int limit;

  /** Whether there are members of whom no more is known than that they were counted. */
  @GuardedBy("this")
  private boolean forgotten;

  /**
   * The top as it was shown at a version.
   *
   * @param size how many places were asked for
   * @param atNanos when their viewers were looked at
   */
  private record Top(long version, int size, List<BoardPlace> places, long atNanos) {}

  BoardIndex(RankStyle style) {
    this(style, 1);
  }

  private BoardIndex(RankStyle style, long leastShown) {
    this.style = style;
    this.leastShown = leastShown;
  }

  /** The ranks of teams, which have places also where nobody has scored for them. */
  static BoardIndex ofTeams(RankStyle style) {
    return new BoardIndex(style, 0);
  }

  /** The ranks of a board that has no members. */
  static BoardIndex empty(RankStyle style) {
    BoardIndex index = new BoardIndex(style);
    index.readAll();
    return index;
  }

  RankStyle style() {
    return style;
  }

  /** Takes a score that was committed. */
  synchronized void apply(String viewerId, Score score) {
    take(viewerId, score, score.moves() == 1);
  }

  /** Takes a score that was committed and is lower than the one before. */
  synchronized void lower(String viewerId, Score score) {
    if (isLimited()) {
      fallen.merge(viewerId, score.moves(), Math::max);
    }
    take(viewerId, score, false);
  }

  /** Takes a row of a member that was looked up, as if what is newer in it had been heard. */
  synchronized void hear(String viewerId, Score score) {
    Score known = ranks.known(viewerId);
    if (known == null ? !isLimited() : known.moves() < score.moves()) {
      take(viewerId, score, false);
    }
  }

  /** Takes a row that was read. */
  synchronized void read(String viewerId, Score score) {
    take(viewerId, score, true);
  }

  /**
   * Takes a score.
   *
   * @param isCounted whether a limited board has not counted the member by another one; who scores
   *     for the first time while the rows are read may be counted twice, until they are read anew
   */
  @GuardedBy("this")
  private void take(String viewerId, Score score, boolean isCounted) {
    if (score.moves() <= gone.getOrDefault(viewerId, 0L)
        || score.moves() < fallen.getOrDefault(viewerId, 0L)) {
      return;
    }
    if (scores != null) {
      if (isCounted && isShown(score)) {
        scores.add(score.points());
        counted = scores.members();
        sum += score.points();
        reachedMillis = Math.max(reachedMillis, score.reachedMillis());
      }
      if (!isAmongFirst(viewerId, score)) {
        forgotten = true;
        return;
      }
    }
    RankIndex.@Nullable Place before = ranks.find(viewerId);
    boolean changed =
        isShown(score)
            ? ranks.put(viewerId, score.points(), score.reachedMillis(), score.moves())
            : ranks.remove(viewerId, score.moves());
    if (isShown(score)) {
      gone.remove(viewerId);
    } else {
      gone.put(viewerId, score.moves());
    }
    if (changed) {
      addUp(before, score);
      if (style == RankStyle.RANK_STYLE_DENSE) {
        if (before != null) {
          hold(before.score(), -1);
        }
        if (isShown(score)) {
          hold(score.points(), 1);
        }
      }
      if (before != null && before.isAheadOf(score)) {
        forgetIfLast(viewerId);
      }
      trim();
      version.incrementAndGet();
    }
  }

  private boolean isShown(Score score) {
    return !score.removed() && score.points() >= leastShown;
  }

  /** A limited board has counted whoever comes among its first places. */
  @GuardedBy("this")
  private void addUp(RankIndex.@Nullable Place before, Score score) {
    long now = isShown(score) ? score.points() : 0;
    if (before != null) {
      sum += now - before.score();
    } else if (scores == null) {
      sum += now;
    }
    if (isShown(score)) {
      reachedMillis = Math.max(reachedMillis, score.reachedMillis());
    } else if (before != null && before.reachedMillis() == reachedMillis) {
      reachedMillis = ranks.latestReached();
    }
  }

  /** What all members have scored together. */
  synchronized TeamTotal total() {
    return new TeamTotal(sum, reachedMillis, members());
  }

  /**
   * Keeps no more than so many of the first places from now on. A board that is limited stays so
   * until it is read anew.
   */
  synchronized void limit(int places) {
    if (scores == null) {
      ScoreHistogram all = new ScoreHistogram();
      ranks.forEachScore(all::add);
      scores = all;
      counted = all.members();
      limit = places;
      trim();
      version.incrementAndGet();
    }
  }

  /** Whether only the first places are known, and of all others about how many stand where. */
  boolean isLimited() {
    return limit > 0;
  }

  /** Whether a score of a limited board may be among the first places, or was. */
  @GuardedBy("this")
  private boolean isAmongFirst(String viewerId, Score score) {
    return ranks.find(viewerId) != null
        || !isShown(score)
        || (!forgotten && ranks.size() < limit)
        || isAheadOfLast(viewerId, score);
  }

  /** Whoever is behind the last one that is known may be behind others who are not. */
  private boolean isAheadOfLast(String viewerId, Score score) {
    List<RankIndex.Place> last = ranks.page(ranks.size(), 1);
    return !last.isEmpty() && last.getFirst().isBehind(score, viewerId);
  }

  /** Forgets the last places beyond the limit, a tenth of them at a time. */
  @GuardedBy("this")
  private void trim() {
    if (limit > 0 && ranks.size() > limit + limit / 10) {
      forgotten = true;
      for (RankIndex.Place place : ranks.page(limit + 1, Integer.MAX_VALUE)) {
        forget(place);
      }
    }
  }

  /** Whoever has fallen to the last of the places may be behind others who are not known. */
  @GuardedBy("this")
  private void forgetIfLast(String viewerId) {
    List<RankIndex.Place> last = ranks.page(ranks.size(), 1);
    if (forgotten && !last.isEmpty() && last.getFirst().member().equals(viewerId)) {
      forget(last.getFirst());
    }
  }

  @GuardedBy("this")
  private void forget(RankIndex.Place place) {
    ranks.remove(place.member(), Long.MAX_VALUE);
    if (style == RankStyle.RANK_STYLE_DENSE) {
      hold(place.score(), -1);
    }
  }

  /**
   * About where a member of a limited board stands that is not among the first places.
   *
   * @param score the member's, of the table
   */
  synchronized BoardPlace estimate(String viewerId, Score score) {
    ScoreHistogram all = Objects.requireNonNull(scores);
    int position = Math.max(all.countAbove(score.points()), ranks.size()) + 1;
    return BoardPlace.newBuilder()
        .setViewerId(viewerId)
        .setPosition(position)
        .setRank(position)
        .setScore(score.points())
        .setReachedAt(Timestamps.fromMillis(score.reachedMillis()))
        .setEstimated(true)
        .build();
  }

  /** All rows were read. */
  void readAll() {
    read.complete(null);
  }

  /** The rows can't be read. */
  void fail(RuntimeException reason) {
    read.completeExceptionally(reason);
  }

  /**
   * Waits for the rows to be read.
   *
   * @return whether they are
   */
  boolean await(long millis) throws InterruptedException {
    try {
      read.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : new IllegalStateException(e);
    }
  }

  boolean isRead() {
    return read.isDone();
  }

  /** Grows with every change, so that whoever watches knows whether to look again. */
  long version() {
    return version.get();
  }

  /** How many members the board has; of a limited one about. */
  int members() {
    return Math.max(counted, ranks.size());
  }

  /** How many members are in memory. */
  int kept() {
    return ranks.size();
  }

  /** Notes that somebody asked for it. */
  void use(long nowMillis) {
    lastUsedMillis = nowMillis;
  }

  long lastUsedMillis() {
    return lastUsedMillis;
  }

  /** The places from a position on. */
  List<BoardPlace> page(int first, int limit) {
    return ranks.page(first, limit).stream().map(this::place).toList();
  }

  /**
   * So many places from the top on, as they are shown: made once for all who ask while the board
   * stands still.
   *
   * @param shown adds to places how their viewers are shown
   * @param keptForNanos how long the viewers are not looked at again
   */
  List<BoardPlace> top(int size, long keptForNanos, UnaryOperator<List<BoardPlace>> shown) {
    Top known = top;
    long now = System.nanoTime();
    long seen = version();
    if (known == null
        || known.version != seen
        || known.size < size
        || now - known.atNanos > keptForNanos) {
      known = new Top(seen, size, shown.apply(page(1, size)), now);
      top = known;
    }
    return known.places.subList(0, Math.min(size, known.places.size()));
  }

  /** The places around a viewer, the viewer's own among them. */
  List<BoardPlace> around(String viewerId, int each) {
    return ranks.around(viewerId, each).stream().map(this::place).toList();
  }

  /** The same places, for those who add how their viewers are shown. */
  List<BoardPlace.Builder> aroundToShow(String viewerId, int each) {
    return ranks.around(viewerId, each).stream().map(this::builder).toList();
  }

  /** A viewer's place; null: none. */
  @Nullable BoardPlace find(String viewerId) {
    RankIndex.Place place = ranks.find(viewerId);
    return place == null ? null : place(place);
  }

  /** What is known of a member; null: nothing. */
  @Nullable Score known(String viewerId) {
    return ranks.known(viewerId);
  }

  private BoardPlace place(RankIndex.Place place) {
    return builder(place).build();
  }

  private BoardPlace.Builder builder(RankIndex.Place place) {
    return BoardPlace.newBuilder()
        .setViewerId(place.member())
        .setPosition(place.position())
        .setRank(rank(place))
        .setScore(place.score())
        .setReachedAt(Timestamps.fromMillis(place.reachedMillis()));
  }

  private int rank(RankIndex.Place place) {
    return switch (style) {
      case RANK_STYLE_COMPETITION -> ranks.countAbove(place.score()) + 1;
      case RANK_STYLE_DENSE -> distinct.countAbove(place.score()) + 1;
      default -> place.position();
    };
  }

  private void hold(long score, int more) {
    int held = holders.merge(score, more, Integer::sum);
    String member = Long.toString(score);
    if (held == 0) {
      holders.remove(score);
      distinct.remove(member, distinctVersion.incrementAndGet());
    } else if (held == more) {
      distinct.put(member, score, 0, distinctVersion.incrementAndGet());
    }
  }
}
