package io.flywheel.leaderboard;

import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.BoardPeriodState;
import io.flywheel.v1.BoardPlace;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds boards, their periods and ranks for those who ask. Thread-safe. */
final class Boards {
  private final Engine engine;
  private final BoardIndexes indexes;
  private final PeriodSlice periods;
  private final Broadcasts broadcasts;
  private final FriendSlice friends;

  @Inject
  Boards(
      Engine engine,
      BoardIndexes indexes,
      PeriodSlice periods,
      Broadcasts broadcasts,
      FriendSlice friends) {
    this.broadcasts = broadcasts;
    this.friends = friends;
    this.engine = engine;
    this.indexes = indexes;
    this.periods = periods;
  }

  /**
   * Which board is asked for.
   *
   * @param roomId the room, for boards of a room; else anything
   * @param broadcastId the broadcast; empty: the one in which the caller would score now, as {@link
   *     Broadcasts#idOf} says
   * @param period as in {@link io.flywheel.v1.BoardCause}; empty: the one that is on
   */
  record Wanted(String boardId, String roomId, String broadcastId, String period) {}

  /** A board in a period, as it is now. */
  record Found(CompiledBoard board, BoardKey key, Period period, BoardIndex index) {
    BoardPeriodState state() {
      BoardPeriodState.Builder state =
          BoardPeriodState.newBuilder()
              .setPeriod(key.period())
              .setSettled(period.state() == Period.State.SETTLED)
              .setMembers(index.members());
      if (period.startsMillis() > 0) {
        state.setStartsAt(Timestamps.fromMillis(period.startsMillis()));
      }
      if (period.endsMillis() > 0) {
        state.setEndsAt(Timestamps.fromMillis(period.endsMillis()));
      }
      if (period.settlesMillis() > 0) {
        state.setSettlesAt(Timestamps.fromMillis(period.settlesMillis()));
      }
      return state.build();
    }

    /** A viewer's own place; null: none. */
    @Nullable BoardPlace own(ViewerKey viewer) {
      BoardPlace place = index.find(viewer.viewerId());
      return place == null ? null : place.toBuilder().setOwn(true).build();
    }
  }

  /**
   * A board that somebody asks for.
   *
   * @param isNew whether nobody has scored in the period, or what was scored is forgotten
   */
  record Located(CompiledBoard board, BoardKey key, Period period, boolean isNew) {}

  /**
   * Finds a board with its ranks.
   *
   * @throws ServiceException BOARD_NOT_FOUND, BOARD_LOADING, PROGRAM_NOT_FOUND
   */
  Found find(ViewerKey caller, Wanted wanted) {
    return shown(locate(caller, wanted));
  }

  /**
   * Finds a board.
   *
   * @throws ServiceException BOARD_NOT_FOUND, PROGRAM_NOT_FOUND
   */
  Located locate(ViewerKey caller, Wanted wanted) {
    Located located =
        engine.read(
            caller,
            view ->
                locate(view, CompiledBoards.of(view.program()).require(wanted.boardId()), wanted));
    if (located == null) {
      throw ServiceException.invalidField(
          "period", "empty (expected: a period of the board; its season is not on)");
    }
    return located;
  }

  /**
   * A board with its ranks, once: of what anybody may make up, such as a room that is not there,
   * nothing is kept.
   */
  private Found shown(Located located) {
    return located.isNew
        ? new Found(
            located.board(),
            located.key(),
            located.period(),
            BoardIndex.empty(located.board().board().getRanks()))
        : withRanks(located);
  }

  /**
   * A board with its ranks, for those who go on watching it.
   *
   * @throws ServiceException BOARD_LOADING if reading them takes longer than a caller should wait
   */
  Found withRanks(Located located) {
    return new Found(
        located.board(),
        located.key(),
        located.period(),
        indexes.get(located.key(), located.board().board().getRanks()));
  }

  /** The boards of the program whose period is on, in the program's order. */
  List<Found> all(ViewerKey caller, String roomId, String broadcastId) {
    List<Located> located =
        engine.read(
            caller,
            view ->
                CompiledBoards.of(view.program()).all().stream()
                    .filter(board -> !board.isOfRoom() || !roomId.isEmpty())
                    .map(board ->
                        locate(view, board, new Wanted(board.id(), roomId, broadcastId, "")))
                    .filter(one -> one != null)
                    .toList());
    return located.stream().map(this::shown).toList();
  }

  /**
   * The places of a viewer and the viewer's friends on a board among themselves, the best first.
   */
  List<BoardPlace> friends(ViewerKey viewer, Found board) {
    List<String> ids =
        new ArrayList<>(engine.read(viewer, view -> view.get(friends)).getViewerIdsList());
    ids.add(viewer.viewerId());
    return Places.among(board, ids);
  }

  private @Nullable Located locate(StateView view, CompiledBoard board, Wanted wanted) {
    if (board.isOfRoom() && wanted.roomId().isEmpty()) {
      throw ServiceException.invalidField(
          "room_id", "empty (expected: a room; the board is of a room)");
    }
    CompiledBoard.Named on =
        board.period(
            view.program().calendar(),
            view.at(),
            broadcasts.idOf(view, wanted.roomId(), wanted.broadcastId()));
    String period = wanted.period().isEmpty() && on != null ? on.name() : wanted.period();
    if (period.isEmpty()) {
      return null;
    }
    BoardKey key =
        new BoardKey(
            view.viewer().merchantId(),
            board.id(),
            board.isOfRoom() ? wanted.roomId() : "",
            period);
    Period known = view.peek(periods, key);
    boolean isNew = known.state() == Period.State.UNKNOWN;
    return new Located(
        board, key, on != null && isNew && on.name().equals(period) ? on.period() : known, isNew);
  }
}
