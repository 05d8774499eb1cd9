package io.flywheel.leaderboard;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.RankStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One board's ranks in one period. Rows that are read from the database and scores that are
 * committed meanwhile may come in any order: each score says how often it has moved, and the newest
 * one stands. Thread-safe.
 */
final class BoardIndex {
  private final RankStyle style;
  private final RankIndex ranks = new RankIndex();

  /** The distinct scores, for boards whose ranks count those above. */
  private final RankIndex distinct = new RankIndex();

  private final Map<Long, Integer> holders = new HashMap<>();

  /** How often those had moved whom the merchant has taken off. */
  private final Map<String, Long> removed = new HashMap<>();

  private final CompletableFuture<Void> read = new CompletableFuture<>();
  private final AtomicLong version = new AtomicLong();
  private final AtomicLong distinctVersion = new AtomicLong();
  private volatile long lastUsedMillis;

  BoardIndex(RankStyle style) {
    this.style = style;
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

  /** Takes a score that was read or committed. */
  synchronized void apply(String viewerId, Score score) {
    Long gone = removed.get(viewerId);
    if (gone != null && score.moves() <= gone) {
      return;
    }
    RankIndex.@Nullable Place before = ranks.find(viewerId);
    boolean changed =
        score.removed()
            ? ranks.remove(viewerId, score.moves())
            : ranks.put(viewerId, score.points(), score.reachedMillis(), score.moves());
    if (score.removed()) {
      removed.put(viewerId, score.moves());
    } else {
      removed.remove(viewerId);
    }
    if (changed) {
      if (style == RankStyle.RANK_STYLE_DENSE) {
        if (before != null) {
          hold(before.score(), -1);
        }
        if (!score.removed()) {
          hold(score.points(), 1);
        }
      }
      version.incrementAndGet();
    }
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

  int members() {
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

  /** The places around a viewer, the viewer's own among them. */
  List<BoardPlace> around(String viewerId, int each) {
    return ranks.around(viewerId, each).stream().map(this::place).toList();
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
    return BoardPlace.newBuilder()
        .setViewerId(place.member())
        .setPosition(place.position())
        .setRank(rank(place))
        .setScore(place.score())
        .setReachedAt(Timestamps.fromMillis(place.reachedMillis()))
        .build();
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
