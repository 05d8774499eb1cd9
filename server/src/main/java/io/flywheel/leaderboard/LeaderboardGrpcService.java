package io.flywheel.leaderboard;

import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.BoardSummary;
import io.flywheel.v1.GetFriendsBoardRequest;
import io.flywheel.v1.GetFriendsBoardResponse;
import io.flywheel.v1.GetLeaderboardRequest;
import io.flywheel.v1.GetLeaderboardResponse;
import io.flywheel.v1.GetLeagueRequest;
import io.flywheel.v1.GetLeagueResponse;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.GetRankResponse;
import io.flywheel.v1.JoinTeamRequest;
import io.flywheel.v1.JoinTeamResponse;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.ListLeaderboardsRequest;
import io.flywheel.v1.ListLeaderboardsResponse;
import io.flywheel.v1.SetBoardMemberRequest;
import io.flywheel.v1.SetBoardMemberResponse;
import io.flywheel.v1.WatchLeaderboardRequest;
import io.flywheel.v1.WatchLeaderboardResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** LeaderboardService. Thread-safe. */
final class LeaderboardGrpcService extends LeaderboardServiceGrpc.LeaderboardServiceImplBase {
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int DEFAULT_TOP = 10;

  private final Engine engine;
  private final ProgramStore programs;
  private final Boards boards;
  private final Faces faces;
  private final BoardHub hub;
  private final Leagues leagues;

  @Inject
  LeaderboardGrpcService(
      Engine engine,
      ProgramStore programs,
      Boards boards,
      Faces faces,
      BoardHub hub,
      Leagues leagues) {
    this.programs = programs;
    this.leagues = leagues;
    this.engine = engine;
    this.boards = boards;
    this.faces = faces;
    this.hub = hub;
  }

  @Override
  public void listLeaderboards(
      ListLeaderboardsRequest request, StreamObserver<ListLeaderboardsResponse> response) {
    ViewerKey caller = caller();
    ListLeaderboardsResponse.Builder answer = ListLeaderboardsResponse.newBuilder();
    for (Boards.Found found : boards.all(caller, request.getRoomId(), request.getBroadcastId())) {
      BoardSummary.Builder board =
          answer.addBoardsBuilder().setBoard(found.board().board()).setPeriod(found.state());
      BoardPlace own = boards.own(caller, found);
      if (own != null) {
        board.setOwn(own);
      }
      if (found.isOfTeams() && answer.getTeamsCount() == 0) {
        answer
            .addAllTeams(found.board().teams().byId().values())
            .setTeamId(boards.teamOf(caller, request.getRoomId()));
      }
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void getLeaderboard(
      GetLeaderboardRequest request, StreamObserver<GetLeaderboardResponse> response) {
    ViewerKey caller = caller();
    Boards.Found found =
        boards.find(
            caller,
            new Boards.Wanted(
                request.getBoardId(),
                request.getRoomId(),
                request.getBroadcastId(),
                request.getPeriod()));
    PageTokens tokens = tokensOf(found.key());
    List<String> key = tokens.read(request.getPageToken());
    int first = key.isEmpty() ? 1 : Integer.parseInt(key.getFirst());
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    List<BoardPlace> places = places(caller.merchantId(), found, first, size + 1);
    List<BoardPlace> page = places.subList(0, Math.min(size, places.size()));
    BoardPlace own = boards.own(caller, found);
    GetLeaderboardResponse.Builder answer =
        GetLeaderboardResponse.newBuilder()
            .setBoard(found.board().board())
            .setPeriod(found.state())
            .addAllPlaces(asSeen(page, caller, own))
            .setCurrency(programs.recent(caller.merchantId()).program().getCurrency());
    if (own != null) {
      answer.setOwn(own);
    }
    if (places.size() > size) {
      answer.setNextPageToken(tokens.after(String.valueOf(first + size)));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void getRank(GetRankRequest request, StreamObserver<GetRankResponse> response) {
    Caller caller = Caller.current();
    ViewerKey viewer = ViewerKey.of(caller, request.getViewerId());
    Boards.Found found =
        boards.find(
            viewer,
            new Boards.Wanted(
                request.getBoardId(),
                request.getRoomId(),
                request.getBroadcastId(),
                request.getPeriod()));
    GetRankResponse.Builder answer = GetRankResponse.newBuilder().setPeriod(found.state());
    BoardPlace own = boards.own(viewer, found);
    if (own != null) {
      long members = Math.max(own.getPosition(), found.index().members());
      answer
          .setPlace(own)
          .setTopPermille((int) ((own.getPosition() * 1_000L + members - 1) / members));
      if (request.getAround() > 0) {
        answer.addAllAround(around(viewer, found, own, request.getAround()));
      }
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void watchLeaderboard(
      WatchLeaderboardRequest request, StreamObserver<WatchLeaderboardResponse> response) {
    hub.watch(
        caller(),
        new Boards.Wanted(request.getBoardId(), request.getRoomId(), request.getBroadcastId(), ""),
        request.getTop() == 0 ? DEFAULT_TOP : request.getTop(),
        (ServerCallStreamObserver<WatchLeaderboardResponse>) response);
  }

  @Override
  public void getFriendsBoard(
      GetFriendsBoardRequest request, StreamObserver<GetFriendsBoardResponse> response) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    Boards.Found found =
        boards.find(
            viewer,
            new Boards.Wanted(
                request.getBoardId(), request.getRoomId(), request.getBroadcastId(), ""));
    response.onNext(
        GetFriendsBoardResponse.newBuilder()
            .setPeriod(found.state())
            .addAllPlaces(seen(boards.friends(viewer, found), viewer))
            .build());
    response.onCompleted();
  }

  @Override
  public void getLeague(GetLeagueRequest request, StreamObserver<GetLeagueResponse> response) {
    Caller caller = Caller.current();
    boolean byCohort = caller.role() != Role.VIEWER && request.getViewerId().isEmpty();
    ViewerKey viewer =
        byCohort
            ? ViewerKey.merchant(caller.merchantId())
            : ViewerKey.of(caller, request.getViewerId());
    Leagues.Found found =
        byCohort
            ? leagues.at(
                viewer,
                request.getBoardId(),
                request.getDivisionId(),
                request.getCohort(),
                request.getPeriod())
            : leagues.of(viewer, request.getBoardId());
    GetLeagueResponse.Builder answer =
        found.answer().toBuilder().addAllPlaces(seen(found.places(), viewer));
    answer.getPlacesList().stream()
        .filter(BoardPlace::getOwn)
        .findFirst()
        .ifPresent(answer::setOwn);
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void joinTeam(JoinTeamRequest request, StreamObserver<JoinTeamResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.PLATFORM);
    response.onNext(
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new TeamReactor.JoinTeam(request.getTeamId()),
            JoinTeamResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void setBoardMember(
      SetBoardMemberRequest request, StreamObserver<SetBoardMemberResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    BoardKey key =
        new BoardKey(
            caller.merchantId(), request.getBoardId(), request.getRoomId(), request.getPeriod());
    response.onNext(
        engine.call(
            new ViewerKey(caller.merchantId(), request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new BoardReactor.SetMember(
                key,
                request.getRemoved(),
                AdjustmentCause.newBuilder()
                    .setReason(request.getReason())
                    .setAdjustedBy(caller.subject())
                    .build()),
            SetBoardMemberResponse.getDefaultInstance()));
    response.onCompleted();
  }

  private List<BoardPlace> places(String merchantId, Boards.Found found, int first, int size) {
    if (found.isOfTeams()) {
      return found.ofTeams(found.index().page(first, size), "");
    }
    return first == 1
        ? faces.top(merchantId, found.index(), size)
        : faces.show(merchantId, found.index().page(first, size));
  }

  private List<BoardPlace> around(ViewerKey viewer, Boards.Found found, BoardPlace own, int each) {
    String teamId = own.getTeam().getId();
    return found.isOfTeams()
        ? found.ofTeams(found.index().around(teamId, each), teamId)
        : faces.around(viewer, isViewer(), found.index(), each);
  }

  /** The places as the current caller sees them. */
  private List<BoardPlace> seen(List<BoardPlace> places, ViewerKey viewer) {
    return asSeen(faces.show(viewer.merchantId(), places), viewer, null);
  }

  /** Places with how their viewers are shown, as the current caller sees them. */
  private static List<BoardPlace> asSeen(
      List<BoardPlace> shown, ViewerKey viewer, @Nullable BoardPlace own) {
    return Faces.asSeenBy(viewer, isViewer(), shown, own);
  }

  private static boolean isViewer() {
    return Caller.current().role() == Role.VIEWER;
  }

  private static PageTokens tokensOf(BoardKey key) {
    return new PageTokens(
        "leaderboard", key.merchantId(), key.boardId(), key.roomId(), key.period());
  }

  /** Who asks; callers who are no viewers have no place of their own. */
  private static ViewerKey caller() {
    Caller caller = Caller.current();
    return caller.role() == Role.VIEWER
        ? new ViewerKey(caller.merchantId(), caller.subject())
        : ViewerKey.merchant(caller.merchantId());
  }
}
