package io.flywheel.leaderboard;

import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.WatchedThings;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.ErrorReason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the frames of a board that is watched: at most four a second, and only when it has changed.
 * Whether its members are shown otherwise, such as without their names, is looked at every few
 * frames. Used by one thread.
 */
final class BoardReader implements WatchedThings.Reader<BoardWatcher.Frame> {
  private static final Logger log = LoggerFactory.getLogger(BoardReader.class);

  private static final int MAX_TOP = 100;
  private static final Duration INTERVAL = Duration.ofMillis(250);

  /** How many frames pass until the program and the period are looked up again. */
  private static final int FRAMES_BETWEEN_LOOKS = 8;

  private final String merchantId;
  private final Boards.Wanted wanted;
  private final Boards boards;
  private final Faces faces;
  private final Semaphore turns;

  private Boards.@Nullable Found found;
  private int framesUntilLook;
  private long offeredNanos;
  private long version;
  private List<BoardPlace> shown = List.of();

  /**
   * A board's reader.
   *
   * @param turns one is taken for each look into the database, and none while ranks are read
   */
  BoardReader(
      String merchantId, Boards.Wanted wanted, Boards boards, Faces faces, Semaphore turns) {
    this.merchantId = merchantId;
    this.wanted = wanted;
    this.boards = boards;
    this.faces = faces;
    this.turns = turns;
  }

  @Override
  public BoardWatcher.@Nullable Frame read() {
    try {
      return readIfChanged();
    } catch (ServiceException e) {
      if (e.reason() == ErrorReason.ERROR_REASON_BOARD_LOADING) {
        return null;
      }
      throw e; // such as a board that the next version of the program has no more
    } catch (RuntimeException e) {
      log.warn("board {} of {} can't be shown; the next frame tries again", wanted, merchantId, e);
      return null;
    }
  }

  @Override
  public Duration pause() {
    return INTERVAL;
  }

  private BoardWatcher.@Nullable Frame readIfChanged() {
    Boards.Found known = found;
    if (known == null || framesUntilLook-- == 0 || !boards.areLatest(known)) {
      ViewerKey merchant = ViewerKey.merchant(merchantId);
      Boards.Found latest = boards.withRanks(inTurn(() -> boards.locate(merchant, wanted)));
      // Whose team is whose changes without the board; who watches looks that up now and then.
      boolean isOther =
          known == null
              || !latest.index().equals(known.index())
              || (latest.isOfTeams() && isLongSinceOffered());
      found = latest;
      framesUntilLook = FRAMES_BETWEEN_LOOKS;
      return frame(latest, isOther);
    }
    return known.index().version() == version ? null : frame(known, true);
  }

  /**
   * A frame of a board as it is now.
   *
   * @param isOther whether it is shown even if it looks like the one before
   * @return null: there is nothing new to show
   */
  private BoardWatcher.@Nullable Frame frame(Boards.Found board, boolean isOther) {
    long seen = board.index().version();
    List<BoardPlace> top = board.index().page(1, MAX_TOP);
    List<BoardPlace> faced =
        board.isOfTeams() ? board.ofTeams(top, "") : inTurn(() -> faces.show(merchantId, top));
    if (!isOther && seen == version && faced.equals(shown)) {
      return null;
    }
    version = seen; // a frame that could not be made is tried again
    shown = faced;
    offeredNanos = System.nanoTime();
    return new BoardWatcher.Frame(board, faced);
  }

  private boolean isLongSinceOffered() {
    return System.nanoTime() - offeredNanos > BoardWatcher.ESTIMATED_FOR.toNanos();
  }

  private <T> T inTurn(Supplier<T> look) {
    turns.acquireUninterruptibly();
    try {
      return look.get();
    } finally {
      turns.release();
    }
  }
}
