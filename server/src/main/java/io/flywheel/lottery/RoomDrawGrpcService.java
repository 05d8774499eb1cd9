package io.flywheel.lottery;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.profile.PublicProfiles;
import io.flywheel.v1.ListRoomDrawEntrantsRequest;
import io.flywheel.v1.ListRoomDrawEntrantsResponse;
import io.flywheel.v1.ListRoomDrawsRequest;
import io.flywheel.v1.ListRoomDrawsResponse;
import io.flywheel.v1.OwnRoomDraw;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RoomDrawServiceGrpc;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.RoomDrawView;
import io.flywheel.v1.RoomDrawWinner;
import io.flywheel.v1.StartRoomDrawRequest;
import io.flywheel.v1.StartRoomDrawResponse;
import io.flywheel.v1.WithdrawRoomDrawRequest;
import io.flywheel.v1.WithdrawRoomDrawResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** RoomDrawService. Thread-safe. */
final class RoomDrawGrpcService extends RoomDrawServiceGrpc.RoomDrawServiceImplBase {
  private static final String LIST = "room-draws";
  private static final String ENTRANTS = "room-draw-entrants";
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int MAX_TAGS = 1_000;

  private final Engine engine;
  private final Database database;
  private final Clock clock;
  private final RoomDrawDao dao;
  private final RoomDrawOwnSlice own;
  private final RoomDrawRules rules;
  private final PublicProfiles profiles;
  private final SecureRandom random = new SecureRandom();

  @Inject
  RoomDrawGrpcService(
      Engine engine,
      Database database,
      Clock clock,
      RoomDrawDao dao,
      RoomDrawOwnSlice own,
      RoomDrawRules rules,
      PublicProfiles profiles) {
    this.engine = engine;
    this.database = database;
    this.clock = clock;
    this.dao = dao;
    this.own = own;
    this.rules = rules;
    this.profiles = profiles;
  }

  @Override
  public void startRoomDraw(
      StartRoomDrawRequest request, StreamObserver<StartRoomDrawResponse> response) {
    byte[] seed = new byte[FairNumber.SEED_BYTES];
    random.nextBytes(seed);
    response.onNext(
        engine.call(
            room(request.getRoomId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new RoomDrawReactor.Start(request.getRoomDrawId(), ByteString.copyFrom(seed)),
            StartRoomDrawResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void withdrawRoomDraw(
      WithdrawRoomDrawRequest request, StreamObserver<WithdrawRoomDrawResponse> response) {
    response.onNext(
        engine.call(
            room(request.getRoomId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new RoomDrawReactor.Withdraw(request.getNumber(), request.getReason()),
            WithdrawRoomDrawResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void listRoomDraws(
      ListRoomDrawsRequest request, StreamObserver<ListRoomDrawsResponse> response) {
    Caller caller = Caller.current();
    String merchantId = caller.merchantId();
    PageTokens tokens = new PageTokens(LIST, merchantId, request.getRoomId());
    long before = tokens.readNumber(request.getPageToken());
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    List<RoomDrawView> found =
        database.read(
            handle -> dao.draws(handle, merchantId, request.getRoomId(), before, size + 1));
    List<RoomDrawView> page = asOfNow(merchantId, found.subList(0, Math.min(size, found.size())));
    page = withFaces(caller, page);
    if (caller.role() == Role.VIEWER) {
      page = ofViewer(new ViewerKey(merchantId, caller.subject()), page);
    }
    ListRoomDrawsResponse.Builder answer = ListRoomDrawsResponse.newBuilder().addAllDraws(page);
    if (found.size() > size) {
      answer.setNextPageToken(tokens.before(page.getLast().getNumber()));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void listRoomDrawEntrants(
      ListRoomDrawEntrantsRequest request, StreamObserver<ListRoomDrawEntrantsResponse> response) {
    RoomDrawKey key =
        new RoomDrawKey(Caller.current().merchantId(), request.getRoomId(), request.getNumber());
    PageTokens tokens =
        new PageTokens(ENTRANTS, key.merchantId(), key.roomId(), Long.toString(key.number()));
    List<String> after = tokens.read(request.getPageToken());
    int size = request.getPageSize() == 0 ? MAX_TAGS : request.getPageSize();
    List<String> tags =
        database.read(handle -> {
          boolean hasEnded =
              dao.draws(handle, key.merchantId(), key.roomId(), key.number() + 1, 1).stream()
                  .anyMatch(view ->
                      view.getNumber() == key.number()
                          && view.getState() != RoomDrawState.ROOM_DRAW_STATE_OPEN);
          if (!hasEnded) {
            throw RoomDrawReactor.notFound(key.number());
          }
          return dao.tagsAfter(handle, key, after.isEmpty() ? "" : after.getFirst(), size + 1);
        });
    List<String> page = tags.subList(0, Math.min(size, tags.size()));
    ListRoomDrawEntrantsResponse.Builder answer =
        ListRoomDrawEntrantsResponse.newBuilder().addAllTags(page);
    if (tags.size() > size) {
      answer.setNextPageToken(tokens.after(page.getLast()));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  /** With how many have entered so far; one whose end has passed is closed, whoever notices. */
  private List<RoomDrawView> asOfNow(String merchantId, List<RoomDrawView> page) {
    List<Long> open =
        page.stream()
            .filter(view -> view.getState() == RoomDrawState.ROOM_DRAW_STATE_OPEN)
            .map(RoomDrawView::getNumber)
            .toList();
    if (open.isEmpty()) {
      return page;
    }
    Map<Long, Long> entered =
        database.read(handle -> dao.entered(handle, merchantId, page.getFirst().getRoomId(), open));
    return page.stream()
        .map(view -> {
          if (view.getState() != RoomDrawState.ROOM_DRAW_STATE_OPEN) {
            return view;
          }
          boolean isOver = clock.millis() >= Timestamps.toMillis(view.getClosesAt());
          return view.toBuilder()
              .setEntrants(entered.getOrDefault(view.getNumber(), 0L))
              .setState(isOver ? RoomDrawState.ROOM_DRAW_STATE_CLOSED : view.getState())
              .build();
        })
        .toList();
  }

  /** With what they are to a viewer; of those that the viewer left long ago the rows tell. */
  private List<RoomDrawView> ofViewer(ViewerKey viewer, List<RoomDrawView> page) {
    RoomDrawsOfViewer mine = engine.read(viewer, view -> view.get(own));
    Map<Long, String> tags =
        page.stream()
            .collect(
                Collectors.toMap(
                    RoomDrawView::getNumber,
                    view -> RoomDrawProofs.tag(view.getCommitment(), viewer.viewerId())));
    String roomId = page.isEmpty() ? "" : page.getFirst().getRoomId();
    Set<Long> entered =
        database.read(handle ->
            dao.withTags(
                handle,
                viewer.merchantId(),
                roomId,
                List.copyOf(tags.keySet()),
                List.copyOf(tags.values())));
    return page.stream()
        .map(view -> {
          RoomDrawPart part =
              OwnParts.find(mine, new RoomDrawKey(viewer.merchantId(), roomId, view.getNumber()));
          return view.toBuilder()
              .setOwn(
                  OwnRoomDraw.newBuilder()
                      .setTag(tags.getOrDefault(view.getNumber(), ""))
                      .setEntered(entered.contains(view.getNumber()))
                      .setProgress(part.getProgress() / rules.of(view.getRules()).counter().unit()))
              .build();
        })
        .toList();
  }

  /**
   * With how the winners are shown. No viewer learns the id of another one who wishes to stay
   * anonymous.
   */
  private List<RoomDrawView> withFaces(Caller caller, List<RoomDrawView> page) {
    Set<String> winners =
        page.stream()
            .flatMap(view -> view.getWinnersList().stream())
            .map(RoomDrawWinner::getViewerId)
            .collect(Collectors.toSet());
    if (winners.isEmpty()) {
      return page;
    }
    Map<String, PublicProfile> faces = profiles.of(caller.merchantId(), winners);
    return page.stream()
        .map(view -> {
          RoomDrawView.Builder shown = view.toBuilder();
          shown.getWinnersBuilderList().forEach(winner -> show(winner, caller, faces));
          return shown.build();
        })
        .toList();
  }

  private static void show(
      RoomDrawWinner.Builder winner, Caller caller, Map<String, PublicProfile> faces) {
    PublicProfile face =
        faces.getOrDefault(winner.getViewerId(), PublicProfile.getDefaultInstance());
    if (!face.equals(PublicProfile.getDefaultInstance())) {
      winner.setShownAs(face);
    }
    boolean isOwn = winner.getViewerId().equals(caller.subject());
    if (caller.role() == Role.VIEWER && face.getAnonymous() && !isOwn) {
      winner.clearViewerId();
    }
  }

  private static ViewerKey room(String roomId) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    return ViewerKey.room(caller.merchantId(), roomId);
  }
}
