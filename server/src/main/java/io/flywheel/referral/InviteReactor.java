package io.flywheel.referral;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.Attribution;
import io.flywheel.v1.CreateInviteResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.InviteAccepted;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.ReviewEvidence;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.ShareKind;
import io.flywheel.v1.SharedThing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules of invites: who makes them, and who may come by them. Thread-safe. */
final class InviteReactor implements Reactor {
  static final int MAX_INVITES = 50;

  private static final Duration TRY_AGAIN_AFTER = Duration.ofMillis(100);
  private static final Pattern CHANNEL = Pattern.compile("[a-z0-9_-]{0,32}");

  /**
   * A viewer makes an invite.
   *
   * @param campaignId empty: the first that fits
   * @param candidates codes drawn at random, of which the first that is free is taken
   */
  record Create(
      String campaignId,
      SharedThing shared,
      String roomId,
      IdentityHashes identity,
      ImmutableList<String> candidates) {}

  /** A viewer has come by an invite. */
  record Accept(String code, String channel, IdentityHashes identity) {}

  private final ReferralStateSlice states;
  private final InviteSlice invites;
  private final Circles circles;
  private final Identities identities;
  private final InviteeReactor invitees;
  private final SharerSlice sharers;
  private final FiguresAppender figures;

  @Inject
  InviteReactor(
      ReferralStateSlice states,
      InviteSlice invites,
      Circles circles,
      Identities identities,
      InviteeReactor invitees,
      SharerSlice sharers,
      FiguresAppender figures) {
    this.states = states;
    this.invites = invites;
    this.circles = circles;
    this.identities = identities;
    this.invitees = invitees;
    this.sharers = sharers;
    this.figures = figures;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Create.class, this::create);
    reactions.on(Accept.class, this::accept);
    reactions.on(Event.class, this::shared);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof Create) {
      wanted.get(states);
    } else if (wanted.action().body() instanceof Accept accept) {
      wanted.get(states);
      wanted.peek(invites, new SharedKey(wanted.action().viewer().merchantId(), accept.code()));
    }
  }

  private void create(Turn turn, Create request) {
    SharedThing shared = thing(request.shared());
    ReferralCampaign campaign = campaign(turn, request.campaignId(), shared.getKind());
    ReferralState state = identities.learn(turn, turn.get(states), request.identity());
    Optional<OwnInvite> known =
        state.getInvitesList().stream()
            .filter(own -> isOf(own.getInvite(), campaign, shared, request.roomId()))
            .findFirst();
    OwnInvite invite = known.orElseGet(() -> make(turn, state, campaign, shared, request));
    ReferralState after = known.isPresent() ? state : state.toBuilder().addInvites(invite).build();
    if (!after.equals(turn.get(states))) {
      turn.set(states, after);
    }
    turn.respond(() ->
        CreateInviteResponse.newBuilder()
            .setInvite(Invites.shown(CompiledReferral.of(turn), turn.viewer(), invite))
            .addAllFacts(turn.facts())
            .build());
  }

  private OwnInvite make(
      Turn turn,
      ReferralState state,
      ReferralCampaign campaign,
      SharedThing shared,
      Create request) {
    if (state.getInvitesCount() >= MAX_INVITES) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_TOO_MANY_INVITES,
          "the viewer has %d invites, the most".formatted(MAX_INVITES));
    }
    if (state.getInvitesList().stream()
        .noneMatch(own -> own.getInvite().getCampaignId().equals(campaign.getId()))) {
      figures.add(turn, campaign.getId(), "", ReferralFigures.SHARERS_FIELD_NUMBER, 1);
    }
    InviteState invite =
        InviteState.newBuilder()
            .setInviterId(turn.viewer().viewerId())
            .setCampaignId(campaign.getId())
            .setShared(shared)
            .setRoomId(request.roomId())
            .setCreatedMs(turn.at().toEpochMilli())
            .build();
    String code = freeCode(turn, request.candidates());
    turn.set(invites, new SharedKey(turn.viewer().merchantId(), code), invite);
    return OwnInvite.newBuilder().setCode(code).setInvite(invite).build();
  }

  private String freeCode(Turn turn, List<String> candidates) {
    for (String code : candidates) {
      SharedKey key = new SharedKey(turn.viewer().merchantId(), code);
      if (turn.get(invites, key).getInviterId().isEmpty()) {
        return code;
      }
    }
    throw ServiceException.notYet(
        ErrorReason.ERROR_REASON_OVERLOADED,
        "the codes that were drawn are taken; try again",
        TRY_AGAIN_AFTER);
  }

  private static ReferralCampaign campaign(Turn turn, String id, ShareKind kind) {
    CompiledReferral program = CompiledReferral.of(turn);
    long now = turn.at().toEpochMilli();
    if (id.isEmpty()) {
      return program.campaigns().values().stream()
          .filter(one -> Campaigns.isOn(one, now) && one.getSharesList().contains(kind))
          .findFirst()
          .orElseThrow(() ->
              ServiceException.of(
                  ErrorReason.ERROR_REASON_CAMPAIGN_NOT_FOUND,
                  "no campaign of the program that is on lets viewers share this"));
    }
    ReferralCampaign campaign =
        program
            .campaign(id)
            .orElseThrow(() ->
                ServiceException.of(
                    ErrorReason.ERROR_REASON_CAMPAIGN_NOT_FOUND,
                    "campaign_id: %s (expected: a campaign of the program)".formatted(id)));
    if (!Campaigns.isOn(campaign, now)) {
      boolean begins = now < Campaigns.startsMillis(campaign);
      throw ServiceException.until(
          ErrorReason.ERROR_REASON_CAMPAIGN_CLOSED,
          "campaign_id: %s (expected: a campaign that is on)".formatted(id),
          begins ? Instant.ofEpochMilli(Campaigns.startsMillis(campaign)) : null);
    }
    if (!campaign.getSharesList().contains(kind)) {
      throw ServiceException.invalidField(
          "shared.kind",
          "not shared by %s (expected: a kind that the campaign lists)".formatted(id));
    }
    return campaign;
  }

  /** What is shared, with its kind filled in. */
  private static SharedThing thing(SharedThing told) {
    SharedThing shared =
        told.getKind() == ShareKind.SHARE_KIND_UNSPECIFIED
            ? told.toBuilder().setKind(ShareKind.SHARE_KIND_ROOM).build()
            : told;
    boolean hasId =
        switch (shared.getKind()) {
          case SHARE_KIND_GOODS, SHARE_KIND_COUPON, SHARE_KIND_LOTTERY -> true;
          default -> false;
        };
    if (hasId == shared.getId().isEmpty()) {
      throw ServiceException.invalidField(
          "shared.id",
          hasId ? "\"\" (expected: which one)" : "given (expected: nothing for this kind)");
    }
    return shared;
  }

  private static boolean isOf(
      InviteState invite, ReferralCampaign campaign, SharedThing shared, String roomId) {
    return invite.getCampaignId().equals(campaign.getId())
        && invite.getShared().equals(shared)
        && invite.getRoomId().equals(roomId);
  }

  private void accept(Turn turn, Accept request) {
    InviteState invite =
        turn.peek(invites, new SharedKey(turn.viewer().merchantId(), request.code()));
    if (invite.getInviterId().isEmpty()) {
      throw Invites.notFound(request.code());
    }
    ReferralState before = identities.learn(turn, turn.get(states), request.identity());
    if (!isBound(turn, before, invite)) {
      InviteRefusal refusal = refusal(turn, before, invite);
      if (refusal == InviteRefusal.INVITE_REFUSAL_UNSPECIFIED) {
        bind(turn, before, invite, request);
      } else {
        turn.set(states, before);
        refuse(turn, before, invite, request, refusal);
        return;
      }
    } else if (!before.equals(turn.get(states))) {
      turn.set(states, before);
    }
    turn.respond(() ->
        AcceptInviteResponse.newBuilder()
            .setInvitedBy(Invites.invitedBy(turn.get(states).getBond()))
            .addAllFacts(turn.facts())
            .build());
  }

  /** Whether the viewer is invited by the same one already, and that counts. */
  private static boolean isBound(Turn turn, ReferralState state, InviteState invite) {
    return state.getBond().getInviterId().equals(invite.getInviterId())
        && isInForce(turn, state.getBond());
  }

  private static boolean isInForce(Turn turn, Bond bond) {
    return bond.getEnteredMs() > 0 || turn.at().toEpochMilli() < bond.getEndsMs();
  }

  private InviteRefusal refusal(Turn turn, ReferralState state, InviteState invite) {
    Optional<ReferralCampaign> campaign =
        CompiledReferral.of(turn)
            .campaign(invite.getCampaignId())
            .filter(one -> Campaigns.isOn(one, turn.at().toEpochMilli()));
    if (invite.getInviterId().equals(turn.viewer().viewerId())) {
      return InviteRefusal.INVITE_REFUSAL_OWN_INVITE;
    } else if (campaign.isEmpty()) {
      return InviteRefusal.INVITE_REFUSAL_CAMPAIGN_CLOSED;
    } else if (isTaken(turn, state.getBond())) {
      return InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER;
    } else if (!Newness.isNew(turn, campaign.get(), state, invite.getRoomId())) {
      return InviteRefusal.INVITE_REFUSAL_NOT_NEW;
    } else if (!identities.sameness(turn, state, invite.getInviterId()).isEmpty()) {
      return InviteRefusal.INVITE_REFUSAL_SAME_PERSON;
    } else if (circles.wouldClose(turn, state, invite.getInviterId())) {
      return InviteRefusal.INVITE_REFUSAL_CIRCLE;
    }
    return InviteRefusal.INVITE_REFUSAL_UNSPECIFIED;
  }

  /** Whether another's invite counts, and goes on to count. */
  private static boolean isTaken(Turn turn, Bond bond) {
    if (bond.getInviterId().isEmpty() || !isInForce(turn, bond)) {
      return false;
    }
    return bond.getEnteredMs() > 0
        || CompiledReferral.of(turn)
            .campaign(bond.getCampaignId())
            .filter(one -> one.getAttribution() != Attribution.ATTRIBUTION_LAST_TOUCH)
            .isPresent();
  }

  private void bind(Turn turn, ReferralState before, InviteState invite, Accept request) {
    CompiledReferral program = CompiledReferral.of(turn);
    ReferralCampaign campaign = program.campaign(invite.getCampaignId()).orElseThrow();
    long now = turn.at().toEpochMilli();
    List<ReviewEvidence> evidence =
        identities.admit(
            turn,
            before,
            Recruit.newBuilder()
                .setInviteeId(turn.viewer().viewerId())
                .setInviterId(invite.getInviterId())
                .setCampaignId(campaign.getId())
                .setAtMs(now)
                .build(),
            program.rules().getGuard());
    Bond bond =
        Bond.newBuilder()
            .setInviterId(invite.getInviterId())
            .setCode(request.code())
            .setCampaignId(campaign.getId())
            .setChannel(request.channel())
            .setAcceptedMs(now)
            .setEndsMs(now + Durations.toMillis(campaign.getWindow()))
            .addAllEvidence(evidence)
            .setReview(
                evidence.isEmpty()
                    ? ReviewState.REVIEW_STATE_UNSPECIFIED
                    : ReviewState.REVIEW_STATE_OPEN)
            .build();
    Bond former = before.getBond();
    if (!former.getInviterId().isEmpty()
        && !former.getInviterId().equals(invite.getInviterId())
        && isInForce(turn, former)) {
      tell(
          turn,
          former.getInviterId(),
          former.getCampaignId(),
          former.getChannel(),
          InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER,
          List.of());
    }
    circles.bind(turn, invite.getInviterId());
    turn.set(states, before.toBuilder().setBond(bond).build());
    turn.emit(
        InviteAccepted.newBuilder()
            .setCampaignId(campaign.getId())
            .setInviterId(invite.getInviterId())
            .setCountsUntil(Timestamps.fromMillis(bond.getEndsMs()))
            .build());
    tell(
        turn,
        invite.getInviterId(),
        campaign.getId(),
        request.channel(),
        InviteRefusal.INVITE_REFUSAL_UNSPECIFIED,
        List.of());
    invitees.enterIfPresent(turn);
  }

  /** The refusal is kept where whoever shared sees it; one's own invite is nobody's news. */
  private void refuse(
      Turn turn, ReferralState state, InviteState invite, Accept request, InviteRefusal refusal) {
    if (refusal != InviteRefusal.INVITE_REFUSAL_OWN_INVITE) {
      tell(
          turn,
          invite.getInviterId(),
          invite.getCampaignId(),
          request.channel(),
          refusal,
          refusal == InviteRefusal.INVITE_REFUSAL_SAME_PERSON
              ? identities.sameness(turn, state, invite.getInviterId())
              : List.of());
    }
    turn.respond(() ->
        AcceptInviteResponse.newBuilder().setRefusal(refusal).addAllFacts(turn.facts()).build());
  }

  private static void tell(
      Turn turn,
      String inviterId,
      String campaignId,
      String channel,
      InviteRefusal refusal,
      List<ReviewEvidence> evidence) {
    turn.followUp(
        inviterId,
        turn.at(),
        FriendCame.newBuilder()
            .setInviteeId(turn.viewer().viewerId())
            .setCampaignId(campaignId)
            .setAtMs(turn.at().toEpochMilli())
            .setChannel(channel)
            .setRefusal(refusal)
            .addAllEvidence(evidence)
            .build());
  }

  /** Counts a share that names an invite of the viewer's own. */
  private void shared(Turn turn, Event event) {
    String code = Invites.normal(event.getShared().getInviteCode());
    if (code.isEmpty()) {
      return;
    }
    String channel = event.getShared().getChannel();
    turn.get(states).getInvitesList().stream()
        .filter(own -> own.getCode().equals(code))
        .findFirst()
        .ifPresent(own -> {
          String campaignId = own.getInvite().getCampaignId();
          SharerSlice.Key key = new SharerSlice.Key(turn.viewer(), campaignId);
          turn.set(sharers, key, turn.get(sharers, key).plusShares(1));
          figures.add(
              turn,
              campaignId,
              CHANNEL.matcher(channel).matches() ? channel : "",
              ReferralFigures.SHARES_FIELD_NUMBER,
              1);
        });
  }
}
