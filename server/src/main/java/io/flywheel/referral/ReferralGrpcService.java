package io.flywheel.referral;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.CampaignStanding;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.CreateInviteResponse;
import io.flywheel.v1.DecideReferralReviewRequest;
import io.flywheel.v1.DecideReferralReviewResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Gathering;
import io.flywheel.v1.GetGatheringRequest;
import io.flywheel.v1.GetGatheringResponse;
import io.flywheel.v1.GetInviteRequest;
import io.flywheel.v1.GetInviteResponse;
import io.flywheel.v1.GetReferralReportRequest;
import io.flywheel.v1.GetReferralReportResponse;
import io.flywheel.v1.GetReferralRequest;
import io.flywheel.v1.GetReferralResponse;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.Invitee;
import io.flywheel.v1.InviteeStep;
import io.flywheel.v1.JoinGatheringRequest;
import io.flywheel.v1.JoinGatheringResponse;
import io.flywheel.v1.LeaveGatheringRequest;
import io.flywheel.v1.LeaveGatheringResponse;
import io.flywheel.v1.ListGatheringsRequest;
import io.flywheel.v1.ListGatheringsResponse;
import io.flywheel.v1.ListInviteesRequest;
import io.flywheel.v1.ListInviteesResponse;
import io.flywheel.v1.ListReferralReviewsRequest;
import io.flywheel.v1.ListReferralReviewsResponse;
import io.flywheel.v1.ListSharersRequest;
import io.flywheel.v1.ListSharersResponse;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralReview;
import io.flywheel.v1.ReferralServiceGrpc;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.Sharer;
import io.flywheel.v1.ShownMember;
import io.flywheel.v1.StartGatheringRequest;
import io.flywheel.v1.StartGatheringResponse;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** ReferralService. Thread-safe. */
final class ReferralGrpcService extends ReferralServiceGrpc.ReferralServiceImplBase {
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int DEFAULT_DAYS = 7;
  private static final int CANDIDATES = 4;

  /** After every viewer's id in the order of letters. */
  private static final String LAST = "~";

  private final Engine engine;
  private final Database database;
  private final ProgramStore programs;
  private final Clock clock;
  private final ReferralDao dao;
  private final ReferralStateSlice states;
  private final InviteSlice invites;
  private final GatheringSlice gatherings;
  private final SharerSlice sharers;
  private final SecureRandom random = new SecureRandom();

  @Inject
  ReferralGrpcService(
      Engine engine,
      Database database,
      ProgramStore programs,
      Clock clock,
      ReferralDao dao,
      ReferralStateSlice states,
      InviteSlice invites,
      GatheringSlice gatherings,
      SharerSlice sharers) {
    this.engine = engine;
    this.database = database;
    this.programs = programs;
    this.clock = clock;
    this.dao = dao;
    this.states = states;
    this.invites = invites;
    this.gatherings = gatherings;
    this.sharers = sharers;
  }

  @Override
  public void createInvite(
      CreateInviteRequest request, StreamObserver<CreateInviteResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    response.onNext(
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new InviteReactor.Create(
                request.getCampaignId(),
                request.getShared(),
                request.getRoomId(),
                identity(caller, request.hasIdentity(), request.getIdentity()),
                newCodes()),
            CreateInviteResponse.getDefaultInstance()));
    response.onCompleted();
  }

  private ImmutableList<String> newCodes() {
    return Stream.generate(() -> Invites.newCode(random))
        .limit(CANDIDATES)
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  public void getInvite(GetInviteRequest request, StreamObserver<GetInviteResponse> response) {
    String code = Invites.normal(request.getCode());
    String merchantId = Caller.current().merchantId();
    InviteState invite =
        engine.read(
            ViewerKey.merchant(merchantId),
            view -> view.peek(invites, new SharedKey(merchantId, code)));
    if (invite.getInviterId().isEmpty()) {
      throw Invites.notFound(request.getCode());
    }
    ViewerKey inviter = new ViewerKey(merchantId, invite.getInviterId());
    response.onNext(
        engine.read(
            inviter,
            view -> shown(view, OwnInvite.newBuilder().setCode(code).setInvite(invite).build())));
    response.onCompleted();
  }

  private static GetInviteResponse shown(StateView view, OwnInvite own) {
    CompiledReferral program = CompiledReferral.of(view);
    GetInviteResponse.Builder answer =
        GetInviteResponse.newBuilder().setInvite(Invites.shown(program, view.viewer(), own));
    if (isShown(view.profile().getShownAs())) {
      answer.setInviter(view.profile().getShownAs());
    }
    program
        .campaign(own.getInvite().getCampaignId())
        .ifPresent(campaign ->
            answer
                .setCampaign(campaign)
                .setOpen(Campaigns.isOn(campaign, view.at().toEpochMilli())));
    return answer.build();
  }

  @Override
  public void acceptInvite(
      AcceptInviteRequest request, StreamObserver<AcceptInviteResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    response.onNext(
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new InviteReactor.Accept(
                Invites.normal(request.getCode()),
                request.getChannel(),
                identity(caller, request.hasIdentity(), request.getIdentity())),
            AcceptInviteResponse.getDefaultInstance()));
    response.onCompleted();
  }

  /**
   * What viewers say themselves of where they come from proves nothing; what their token says does.
   */
  private static IdentityHashes identity(Caller caller, boolean isTold, IdentityHashes told) {
    if (caller.role() != Role.VIEWER) {
      return told;
    } else if (isTold) {
      throw ServiceException.invalidField(
          "identity", "given (expected: nothing of viewers, whose tokens say it)");
    }
    return IdentityHashes.newBuilder()
        .setDevice(caller.origin().device())
        .setNetwork(caller.origin().network())
        .setPayment(caller.origin().payment())
        .build();
  }

  @Override
  public void getReferral(
      GetReferralRequest request, StreamObserver<GetReferralResponse> response) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    GetReferralResponse answer = engine.read(viewer, this::standing);
    if (answer.hasInvitedBy()) {
      String inviterId = answer.getInvitedBy().getInviterId();
      PublicProfile face = faces(viewer.merchantId(), Set.of(inviterId)).get(inviterId);
      if (isShown(face)) {
        answer =
            answer.toBuilder()
                .setInvitedBy(answer.getInvitedBy().toBuilder().setInviter(face))
                .build();
      }
    }
    response.onNext(answer);
    response.onCompleted();
  }

  private GetReferralResponse standing(StateView view) {
    CompiledReferral program = CompiledReferral.of(view);
    ReferralState state = view.get(states);
    GetReferralResponse.Builder answer = GetReferralResponse.newBuilder();
    for (ReferralCampaign campaign : program.campaigns().values()) {
      if (Campaigns.isOn(campaign, view.at().toEpochMilli())) {
        SharerSlice.Tally tally =
            view.get(sharers, new SharerSlice.Key(view.viewer(), campaign.getId()));
        answer.addCampaigns(
            CampaignStanding.newBuilder()
                .setCampaign(campaign)
                .setAccepted(tally.accepted())
                .setEntered(tally.entered())
                .setOrdered(tally.ordered())
                .setPoints(tally.points())
                .setInReview(tally.inReview()));
      }
    }
    state
        .getInvitesList()
        .forEach(own -> answer.addInvites(Invites.shown(program, view.viewer(), own)));
    if (!state.getBond().getInviterId().isEmpty()) {
      answer.setInvitedBy(Invites.invitedBy(state.getBond()));
    }
    return answer.build();
  }

  @Override
  public void listInvitees(
      ListInviteesRequest request, StreamObserver<ListInviteesResponse> response) {
    Caller caller = Caller.current();
    ViewerKey viewer = ViewerKey.of(caller, request.getViewerId());
    PageTokens tokens = PageTokens.of("invitees", viewer);
    List<String> key = tokens.read(request.getPageToken());
    ReferralDao.Position behind =
        key.isEmpty()
            ? new ReferralDao.Position(Long.MAX_VALUE, "", LAST)
            : new ReferralDao.Position(Long.parseLong(key.get(0)), "", key.get(1));
    int size = sizeOf(request.getPageSize());
    List<ReferralDao.Friend> found =
        database.read(handle -> dao.friends(handle, viewer, behind, size + 1));
    List<ReferralDao.Friend> page = found.subList(0, Math.min(size, found.size()));
    CompiledProgram program = programs.current(viewer.merchantId());
    Map<String, PublicProfile> faces = facesOf(viewer.merchantId(), page);
    ListInviteesResponse.Builder answer = ListInviteesResponse.newBuilder();
    for (ReferralDao.Friend friend : page) {
      Invitee.Builder invitee =
          with(FriendViews.invitee(program, friend.key(), friend.state()), faces);
      if (caller.role() == Role.VIEWER) {
        invitee.clearEvidence();
        invitee.getStepsBuilderList().forEach(InviteeStep.Builder::clearOrderId);
      }
      answer.addInvitees(invitee);
    }
    if (found.size() > size) {
      ReferralDao.Friend last = page.getLast();
      answer.setNextPageToken(
          tokens.after(String.valueOf(last.state().getAcceptedMs()), last.key().inviteeId()));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void startGathering(
      StartGatheringRequest request, StreamObserver<StartGatheringResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    StartGatheringResponse answer =
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new GatheringReactor.Start(request.getRuleId(), request.getRoomId(), newCodes()),
            StartGatheringResponse.getDefaultInstance());
    response.onNext(
        answer.toBuilder()
            .setGathering(withFaces(caller.merchantId(), answer.getGathering()))
            .build());
    response.onCompleted();
  }

  @Override
  public void joinGathering(
      JoinGatheringRequest request, StreamObserver<JoinGatheringResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    JoinGatheringResponse answer =
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new GatheringReactor.Join(Invites.normal(request.getCode())),
            JoinGatheringResponse.getDefaultInstance());
    response.onNext(
        answer.toBuilder()
            .setGathering(withFaces(caller.merchantId(), answer.getGathering()))
            .build());
    response.onCompleted();
  }

  @Override
  public void leaveGathering(
      LeaveGatheringRequest request, StreamObserver<LeaveGatheringResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    LeaveGatheringResponse answer =
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new GatheringReactor.Leave(Invites.normal(request.getCode())),
            LeaveGatheringResponse.getDefaultInstance());
    response.onNext(
        answer.toBuilder()
            .setGathering(withFaces(caller.merchantId(), answer.getGathering()))
            .build());
    response.onCompleted();
  }

  @Override
  public void getGathering(
      GetGatheringRequest request, StreamObserver<GetGatheringResponse> response) {
    String code = Invites.normal(request.getCode());
    String merchantId = Caller.current().merchantId();
    GatheringRow row =
        engine.read(
            ViewerKey.merchant(merchantId),
            view -> view.peek(gatherings, new SharedKey(merchantId, code)));
    if (!row.hasRule()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_GATHERING_NOT_FOUND,
          "code: %s (expected: the code of a gathering)".formatted(request.getCode()));
    }
    response.onNext(
        GetGatheringResponse.newBuilder()
            .setGathering(withFaces(merchantId, Gatherings.shown(code, row)))
            .build());
    response.onCompleted();
  }

  @Override
  public void listGatherings(
      ListGatheringsRequest request, StreamObserver<ListGatheringsResponse> response) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    ListGatheringsResponse.Builder answer = ListGatheringsResponse.newBuilder();
    for (Gathering gathering : engine.read(viewer, view -> ownGatherings(view, answer))) {
      answer.addGatherings(withFaces(viewer.merchantId(), gathering));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  /** The latest first; adds the program's rules to the answer. */
  private List<Gathering> ownGatherings(StateView view, ListGatheringsResponse.Builder answer) {
    answer.addAllRules(CompiledReferral.of(view).rules().getGatheringsList());
    return Lists.reverse(view.get(states).getGatheringsList()).stream()
        .map(own ->
            Gatherings.shown(
                own.getCode(),
                view.peek(gatherings, new SharedKey(view.viewer().merchantId(), own.getCode()))))
        .toList();
  }

  /** With names and pictures; who is anonymous is not told of but by a place. */
  private Gathering withFaces(String merchantId, Gathering gathering) {
    Set<String> ids = new TreeSet<>();
    gathering.getMembersList().forEach(member -> ids.add(member.getViewerId()));
    Map<String, PublicProfile> faces = faces(merchantId, ids);
    Gathering.Builder shown = gathering.toBuilder();
    for (ShownMember.Builder member : shown.getMembersBuilderList()) {
      PublicProfile face = faces.get(member.getViewerId());
      if (face != null && face.getAnonymous()) {
        member.clearViewerId();
      } else if (isShown(face)) {
        member.setShownAs(face);
      }
    }
    return shown.build();
  }

  @Override
  public void listReferralReviews(
      ListReferralReviewsRequest request, StreamObserver<ListReferralReviewsResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    ReviewState state =
        request.getState() == ReviewState.REVIEW_STATE_UNSPECIFIED
            ? ReviewState.REVIEW_STATE_OPEN
            : request.getState();
    PageTokens tokens = new PageTokens("reviews", caller.merchantId(), state.name());
    List<String> key = tokens.read(request.getPageToken());
    ReferralDao.Position behind =
        key.isEmpty()
            ? new ReferralDao.Position(0, "", "")
            : new ReferralDao.Position(Long.parseLong(key.get(0)), key.get(1), key.get(2));
    int size = sizeOf(request.getPageSize());
    List<ReferralDao.Friend> found =
        database.read(handle -> dao.reviews(handle, caller.merchantId(), state, behind, size + 1));
    List<ReferralDao.Friend> page = found.subList(0, Math.min(size, found.size()));
    CompiledProgram program = programs.current(caller.merchantId());
    Map<String, PublicProfile> faces = facesOf(caller.merchantId(), page);
    ListReferralReviewsResponse.Builder answer = ListReferralReviewsResponse.newBuilder();
    for (ReferralDao.Friend friend : page) {
      ReferralReview.Builder review =
          FriendViews.review(program, friend.key(), friend.state()).toBuilder();
      review.setInvitee(with(review.getInvitee(), faces));
      PublicProfile face = faces.get(review.getInviterId());
      if (isShown(face)) {
        review.setInviter(face);
      }
      answer.addReviews(review);
    }
    if (found.size() > size) {
      ReferralDao.Friend last = page.getLast();
      answer.setNextPageToken(
          tokens.after(
              String.valueOf(last.state().getFlaggedMs()),
              last.key().viewer().viewerId(),
              last.key().inviteeId()));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void decideReferralReview(
      DecideReferralReviewRequest request, StreamObserver<DecideReferralReviewResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT);
    response.onNext(
        engine.call(
            new ViewerKey(caller.merchantId(), request.getInviterId()),
            "",
            "",
            request.getRequestId(),
            request,
            new InviterReactor.Decide(
                request.getInviteeId(), request.getApprove(), request.getNote(), caller.subject()),
            DecideReferralReviewResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void getReferralReport(
      GetReferralReportRequest request, StreamObserver<GetReferralReportResponse> response) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    int days = request.getDays() == 0 ? DEFAULT_DAYS : request.getDays();
    LocalDate today = programs.current(caller.merchantId()).calendar().dayOf(clock.instant());
    long last = today.toEpochDay();
    response.onNext(
        Report.of(
            database.read(handle ->
                dao.totals(
                    handle, caller.merchantId(), request.getCampaignId(), last - days + 1, last))));
    response.onCompleted();
  }

  @Override
  public void listSharers(
      ListSharersRequest request, StreamObserver<ListSharersResponse> response) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    PageTokens tokens = new PageTokens("sharers", caller.merchantId(), request.getCampaignId());
    List<String> key = tokens.read(request.getPageToken());
    ReferralDao.Position behind =
        key.isEmpty()
            ? new ReferralDao.Position(Long.MAX_VALUE, LAST, "")
            : new ReferralDao.Position(Long.parseLong(key.get(0)), key.get(1), "");
    int size = sizeOf(request.getPageSize());
    List<ReferralDao.SharerRow> found =
        database.read(handle ->
            dao.sharers(handle, caller.merchantId(), request.getCampaignId(), behind, size + 1));
    List<ReferralDao.SharerRow> page = found.subList(0, Math.min(size, found.size()));
    Set<String> ids = new TreeSet<>();
    page.forEach(row -> ids.add(row.viewerId()));
    Map<String, PublicProfile> faces = faces(caller.merchantId(), ids);
    ListSharersResponse.Builder answer = ListSharersResponse.newBuilder();
    page.forEach(row -> answer.addSharers(sharer(row, faces)));
    if (found.size() > size) {
      ReferralDao.SharerRow last = page.getLast();
      answer.setNextPageToken(
          tokens.after(String.valueOf(last.tally().entered()), last.viewerId()));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  private static Sharer sharer(ReferralDao.SharerRow row, Map<String, PublicProfile> faces) {
    Sharer.Builder sharer =
        Sharer.newBuilder()
            .setViewerId(row.viewerId())
            .setAccepted(row.tally().accepted())
            .setEntered(row.tally().entered())
            .setOrdered(row.tally().ordered())
            .setPoints(row.tally().points())
            .setShares(row.tally().shares())
            .setOpened(row.tally().opened())
            .setStayed(row.tally().stayed());
    PublicProfile face = faces.get(row.viewerId());
    if (isShown(face)) {
      sharer.setShownAs(face);
    }
    return sharer.build();
  }

  private Map<String, PublicProfile> facesOf(String merchantId, List<ReferralDao.Friend> page) {
    Set<String> ids = new TreeSet<>();
    for (ReferralDao.Friend friend : page) {
      ids.add(friend.key().inviteeId());
      ids.add(friend.key().viewer().viewerId());
    }
    return faces(merchantId, ids);
  }

  private Map<String, PublicProfile> faces(String merchantId, Set<String> viewerIds) {
    Map<String, PublicProfile> faces = new HashMap<>();
    if (!viewerIds.isEmpty()) {
      engine
          .readAll(
              viewerIds.stream().map(id -> new ViewerKey(merchantId, id)).toList(),
              view -> Map.entry(view.viewer().viewerId(), view.profile().getShownAs()))
          .forEach(face -> faces.put(face.getKey(), face.getValue()));
    }
    return faces;
  }

  private static Invitee.Builder with(Invitee invitee, Map<String, PublicProfile> faces) {
    PublicProfile face = faces.get(invitee.getInviteeId());
    return isShown(face) ? invitee.toBuilder().setShownAs(face) : invitee.toBuilder();
  }

  private static boolean isShown(@Nullable PublicProfile face) {
    return face != null && !face.equals(PublicProfile.getDefaultInstance());
  }

  private static int sizeOf(int pageSize) {
    return pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
  }
}
