package io.flywheel.leaderboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.cluster.ClusterBus;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.BoardPeriodState;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.Team;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds boards, their periods and ranks for those who ask. Thread-safe. */
final class Boards {
  private static final int MAX_PERIODS_KEPT = 10_000;
  private static final Duration PERIODS_KEPT_FOR = Duration.ofMinutes(1);

  private final Engine engine;
  private final ProgramStore programs;
  private final Clock clock;
  private final BoardIndexes indexes;
  private final Database database;
  private final ClusterBus bus;
  private final BoardDao dao;
  private final PeriodSlice periods;
  private final Broadcasts broadcasts;
  private final FriendSlice friends;
  private final TeamRanks teamRanks;
  private final TeamSlice memberships;

  /** Periods that don't change for now, so that ranks are told without a look into the database. */
  private final Cache<BoardKey, Period> kept =
      Caffeine.newBuilder()
          .maximumSize(MAX_PERIODS_KEPT)
          .expireAfterWrite(PERIODS_KEPT_FOR)
          .build();

  @Inject
  Boards(
      Engine engine,
      ProgramStore programs,
      Clock clock,
      BoardIndexes indexes,
      Database database,
      ClusterBus bus,
      BoardDao dao,
      PeriodSlice periods,
      Broadcasts broadcasts,
      FriendSlice friends,
      TeamRanks teamRanks,
      TeamSlice memberships) {
    this.teamRanks = teamRanks;
    this.memberships = memberships;
    this.broadcasts = broadcasts;
    this.friends = friends;
    this.engine = engine;
    this.programs = programs;
    this.clock = clock;
    this.indexes = indexes;
    this.database = database;
    this.bus = bus;
    this.dao = dao;
    this.periods = periods;
  }

  /**
   * Which board is asked for.
   *
   * @param roomId the room, for boards of a room; for boards of teams the team whose members are
   *     asked for, or empty: the teams are; else anything
   * @param broadcastId the broadcast; empty: the one in which the caller would score now, as {@link
   *     Broadcasts#idOf} says
   * @param period as in {@link io.flywheel.v1.BoardCause}; empty: the one that is on
   */
  record Wanted(String boardId, String roomId, String broadcastId, String period) {}

  /**
   * A board in a period, as it is now.
   *
   * @param teams the ranks of teams, whose places are the board's; null: its places are of viewers
   */
  record Found(
      CompiledBoard board,
      BoardKey key,
      Period period,
      BoardIndex index,
      TeamRanks.@Nullable Ranks teams) {
    Found(CompiledBoard board, BoardKey key, Period period, BoardIndex index) {
      this(board, key, period, index, null);
    }

    Found(CompiledBoard board, BoardKey key, Period period, TeamRanks.Ranks teams) {
      this(board, key, period, teams.ofTeams(), teams);
    }

    /** Whether its places are of teams. */
    boolean isOfTeams() {
      return teams != null;
    }

    /**
     * Places of teams as they are shown.
     *
     * @param ownTeamId the viewer's team; empty: none
     */
    List<BoardPlace> ofTeams(List<BoardPlace> places, String ownTeamId) {
      return places.stream().map(place -> ofTeam(place, ownTeamId)).toList();
    }

    private BoardPlace ofTeam(BoardPlace place, String ownTeamId) {
      String teamId = place.getViewerId();
      TeamRanks.Ranks all = Objects.requireNonNull(teams);
      BoardPlace.Builder shown = all.withMembers(place).toBuilder().clearViewerId();
      Team team = board.teams().byId().get(teamId);
      shown.setTeam(
          team == null
              ? Team.newBuilder().setId(teamId).build()
              : team.toBuilder().clearRooms().build());
      if (place.getScore() == 0) {
        shown.clearReachedAt();
      }
      return shown.setOwn(teamId.equals(ownTeamId)).build();
    }

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
  }

  /**
   * A board that somebody asks for.
   *
   * @param isNew whether nobody has scored in the period, or what was scored is forgotten
   */
  record Located(CompiledBoard board, BoardKey key, Period period, boolean isNew) {
    /** Whether the teams are asked for, rather than the members of one. */
    boolean isOfTeams() {
      return board.isOfTeams() && key.roomId().isEmpty();
    }
  }

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
    Located known = locateKnown(caller.merchantId(), wanted);
    if (known != null) {
      return known;
    }
    Located located =
        engine.read(
            caller,
            view ->
                locate(view, CompiledBoards.of(view.program()).require(wanted.boardId()), wanted));
    if (located == null) {
      throw ServiceException.invalidField(
          "period", "empty (expected: a period of the board; its season is not on)");
    }
    keep(located);
    return located;
  }

  /** A board of which all is known that it takes; null: it has to be looked up. */
  private @Nullable Located locateKnown(String merchantId, Wanted wanted) {
    CompiledProgram program = programs.recent(merchantId);
    CompiledBoard board = CompiledBoards.of(program).find(wanted.boardId());
    if (board == null || !isWhole(board, wanted)) {
      return null;
    }
    boolean isByPresence =
        board.isByBroadcast() && wanted.broadcastId().isEmpty() && wanted.period().isEmpty();
    Instant now = clock.instant();
    CompiledBoard.Named on =
        isByPresence ? null : board.period(program.calendar(), now, wanted.broadcastId());
    String name = wanted.period().isEmpty() && on != null ? on.name() : wanted.period();
    if (name.isEmpty()) {
      return null;
    }
    BoardKey key = board.key(merchantId, wanted.roomId(), name);
    Period period = kept.getIfPresent(key);
    return period == null || !period.isStill(now) ? null : new Located(board, key, period, false);
  }

  /** Whether all is named of which there is one board each. */
  private static boolean isWhole(CompiledBoard board, Wanted wanted) {
    if (board.isOfTeams()) {
      return wanted.roomId().isEmpty() || board.teams().byId().containsKey(wanted.roomId());
    }
    return !board.isOfRoom() || !wanted.roomId().isEmpty();
  }

  private void keep(Located located) {
    if (located.period().isStill(clock.instant())) {
      kept.put(located.key(), located.period());
    }
  }

  /**
   * A board with its ranks, once: of what anybody may make up, such as a room that is not there,
   * nothing is kept.
   */
  private Found shown(Located located) {
    CompiledBoard board = located.board();
    if (!located.isNew) {
      return withRanks(located);
    }
    return located.isOfTeams()
        ? new Found(board, located.key(), located.period(), TeamRanks.none(board))
        : new Found(
            board, located.key(), located.period(), BoardIndex.empty(board.board().getRanks()));
  }

  /**
   * A board with its ranks, for those who go on watching it.
   *
   * @throws ServiceException BOARD_LOADING if reading them takes longer than a caller should wait
   */
  Found withRanks(Located located) {
    if (located.isOfTeams()) {
      return new Found(
          located.board(),
          located.key(),
          located.period(),
          teamRanks.get(located.key(), located.board()));
    }
    return new Found(
        located.board(),
        located.key(),
        located.period(),
        indexes.get(located.key(), located.board().board().getRanks()));
  }

  /** Whether these are the ranks that commits move, and were not read anew meanwhile. */
  boolean areLatest(Found board) {
    TeamRanks.Ranks teams = board.teams();
    return teams == null
        ? board.index().equals(indexes.peek(board.key()))
        : teamRanks.areLatest(board.key(), teams);
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
                        locate(
                            view,
                            board,
                            new Wanted(
                                board.id(), board.isOfTeams() ? "" : roomId, broadcastId, "")))
                    .filter(one -> one != null)
                    .toList());
    return located.stream().map(this::shown).toList();
  }

  /**
   * The places of a viewer and the viewer's friends on a board among themselves, the best first.
   */
  List<BoardPlace> friends(ViewerKey viewer, Found board) {
    if (board.isOfTeams()) {
      throw ServiceException.invalidField(
          "room_id", "empty (expected: a team; the board is of teams)");
    }
    List<String> ids =
        new ArrayList<>(engine.read(viewer, view -> view.get(friends)).getViewerIdsList());
    ids.add(viewer.viewerId());
    return among(board, ids);
  }

  /** The places of some viewers on a board among themselves, the best first. */
  List<BoardPlace> among(Found board, Collection<String> viewerIds) {
    return Places.among(board.board().board().getRanks(), places(board, viewerIds));
  }

  /**
   * A viewer's own place: in a cluster with what another node has answered a moment ago, which this
   * one may not have heard; an estimate where the board is too large for the memory, and the viewer
   * not among the first. Null: none.
   */
  @Nullable BoardPlace own(ViewerKey viewer, Found board) {
    if (!viewer.isViewer()) {
      return null;
    }
    if (board.isOfTeams()) {
      return ownTeam(board, teamOf(viewer, ""));
    }
    List<String> viewerId = List.of(viewer.viewerId());
    if (bus.isOn()) {
      database
          .read(handle -> dao.scoresOf(handle, board.key(), viewerId))
          .forEach(row -> board.index().hear(row.viewerId(), row.score()));
    }
    List<BoardPlace> place = places(board, viewerId);
    return place.isEmpty() ? null : place.getFirst().toBuilder().setOwn(true).build();
  }

  /** The place of a viewer's team on a board of teams; null: it is not there. */
  static @Nullable BoardPlace ownTeam(Found board, String teamId) {
    BoardPlace place = teamId.isEmpty() ? null : board.index().find(teamId);
    return place == null ? null : board.ofTeams(List.of(place), teamId).getFirst();
  }

  /**
   * The team for which a viewer would score now; empty: for none.
   *
   * @param roomId the room in which, for teams of rooms
   */
  String teamOf(ViewerKey viewer, String roomId) {
    CompiledTeams teams = CompiledTeams.of(programs.recent(viewer.merchantId()));
    if (teams.areOfRooms()) {
      return teams.byRoom().getOrDefault(roomId, "");
    }
    if (teams.byId().isEmpty() || !viewer.isViewer()) {
      return "";
    }
    String joined = Memberships.now(engine.read(viewer, view -> view.get(memberships)));
    return teams.byId().containsKey(joined) ? joined : "";
  }

  /** The places of those of some viewers who are on a board, in no order. */
  private List<BoardPlace> places(Found board, Collection<String> viewerIds) {
    List<BoardPlace> places = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String viewerId : viewerIds) {
      BoardPlace place = board.index().find(viewerId);
      if (place != null) {
        places.add(place);
      } else if (board.index().isLimited()) {
        unknown.add(viewerId);
      }
    }
    if (!unknown.isEmpty()) {
      database.read(handle -> dao.scoresOf(handle, board.key(), unknown)).stream()
          .filter(row -> row.score().isShown())
          .map(row -> board.index().estimate(row.viewerId(), row.score()))
          .forEach(places::add);
    }
    return places;
  }

  private @Nullable Located locate(StateView view, CompiledBoard board, Wanted wanted) {
    if (board.isOfRoom() && wanted.roomId().isEmpty()) {
      throw ServiceException.invalidField(
          "room_id", "empty (expected: a room; the board is of a room)");
    }
    if (board.isOfTeams() && !wanted.roomId().isEmpty()) {
      board.teams().require("room_id", wanted.roomId());
    }
    String broadcastId =
        board.isByBroadcast()
            ? broadcasts.idOf(view, wanted.roomId(), wanted.broadcastId())
            : wanted.broadcastId();
    CompiledBoard.Named on = board.period(view.program().calendar(), view.at(), broadcastId);
    String period = wanted.period().isEmpty() && on != null ? on.name() : wanted.period();
    if (period.isEmpty()) {
      return null;
    }
    BoardKey key = board.key(view.viewer().merchantId(), wanted.roomId(), period);
    Period known = view.peek(periods, board.periodKey(key));
    boolean isNew = known.state() == Period.State.UNKNOWN;
    return new Located(
        board, key, on != null && isNew && on.name().equals(period) ? on.period() : known, isNew);
  }
}
