package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.Turn;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.ReferralGuard;
import io.flywheel.v1.ReviewEvidence;
import io.flywheel.v1.ReviewSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who is known under which hashes, and what that says of an invite. What comes out only with a
 * later newcomer is told of the earlier ones too, while their rewards may still be held.
 * Thread-safe.
 */
final class Identities {
  private static final String DEVICE = "device:";
  private static final String NETWORK = "network:";
  private static final String PAYMENT = "payment:";

  /** Of each kind, so that whoever moves about is still known by devices and ways to pay. */
  private static final int MAX_OF_KIND = 8;

  private static final int MAX_VIEWERS = 64;
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final IdentitySlice slice;

  @Inject
  Identities(IdentitySlice slice) {
    this.slice = slice;
  }

  /** Notes what is told of the turn's viewer; the hashes that are known of the viewer then. */
  ReferralState learn(Turn turn, ReferralState state, IdentityHashes told) {
    ReferralState.Builder learned = state.toBuilder();
    for (String identity : of(told)) {
      if (!learned.getIdentitiesList().contains(identity)) {
        List<String> kept = with(learned.getIdentitiesList(), identity);
        learned.clearIdentities().addAllIdentities(kept);
        IdentityState known = turn.get(slice, key(turn, identity));
        if (state.getInvitesCount() > 0 && !identity.startsWith(NETWORK)) {
          suspectFriends(turn, known.getViewerIdsList());
        }
        turn.set(slice, key(turn, identity), with(known, turn.viewer().viewerId()));
      }
    }
    return learned.build();
  }

  /** The hashes with another one, for which the oldest of its kind gives way. */
  private static List<String> with(List<String> known, String identity) {
    String kind = identity.substring(0, identity.indexOf(':') + 1);
    List<String> kept = new ArrayList<>(known);
    List<String> ofKind = known.stream().filter(one -> one.startsWith(kind)).toList();
    kept.removeAll(ofKind.subList(0, Math.max(0, ofKind.size() + 1 - MAX_OF_KIND)));
    kept.add(identity);
    return kept;
  }

  private static IdentityState with(IdentityState known, String viewerId) {
    List<String> ids = new ArrayList<>(known.getViewerIdsList());
    ids.add(viewerId);
    return known.toBuilder()
        .clearViewerIds()
        .addAllViewerIds(ids.subList(Math.max(0, ids.size() - MAX_VIEWERS), ids.size()))
        .build();
  }

  /** Friends whom the turn's viewer has invited may turn out to be the viewer. */
  private static void suspectFriends(Turn turn, List<String> viewerIds) {
    for (String viewerId : viewerIds) {
      turn.followUp(
          turn.viewer(),
          turn.at(),
          FriendSuspected.newBuilder()
              .setInviteeId(viewerId)
              .addEvidence(sign(ReviewSignal.REVIEW_SIGNAL_SAME_PERSON))
              .build());
    }
  }

  /** By which devices and payment identities the turn's viewer is somebody else too. */
  List<ReviewEvidence> sameness(Turn turn, ReferralState state, String otherId) {
    return state.getIdentitiesList().stream()
        .filter(identity -> !identity.startsWith(NETWORK))
        .filter(identity -> isKnownUnder(turn, identity, otherId))
        .map(identity ->
            sign(
                identity.startsWith(DEVICE)
                    ? ReviewSignal.REVIEW_SIGNAL_SAME_DEVICE
                    : ReviewSignal.REVIEW_SIGNAL_SAME_PAYMENT))
        .distinct()
        .toList();
  }

  /** Counts the turn's viewer as a newcomer, and tells what speaks against that. */
  List<ReviewEvidence> admit(
      Turn turn, ReferralState state, Recruit newcomer, ReferralGuard guard) {
    List<ReviewEvidence> evidence = new ArrayList<>();
    for (String identity : state.getIdentitiesList()) {
      if (identity.startsWith(DEVICE)) {
        Admission admission = new Admission(turn, identity, newcomer, evidence);
        admission.look(
            ReviewSignal.REVIEW_SIGNAL_DEVICE_REUSED,
            admission.newcomers,
            guard.getNewcomersPerDevice());
        admission.save();
      } else if (identity.startsWith(PAYMENT)) {
        evidence.addAll(admitPayment(turn, identity, newcomer, guard));
      } else {
        admitNetwork(new Admission(turn, identity, newcomer, evidence), guard);
      }
    }
    return evidence;
  }

  private void admitNetwork(Admission admission, ReferralGuard guard) {
    List<Recruit> all = admission.newcomers;
    // A line that many share by chance has many inviters, so only the latest is looked at.
    if (all.size() > guard.getNewcomersPerNetwork()) {
      admission.evidence.add(Newcomers.sign(ReviewSignal.REVIEW_SIGNAL_NETWORK_CROWDED, all));
    }
    String inviterId = admission.newcomer.getInviterId();
    admission.look(
        ReviewSignal.REVIEW_SIGNAL_HOME_CROWDED,
        all.stream().filter(one -> one.getInviterId().equals(inviterId)).toList(),
        guard.getNewcomersPerHome());
    Set<String> atHome = Set.copyOf(admission.known.getViewerIdsList());
    if (atHome.contains(inviterId)) {
      admission.look(
          ReviewSignal.REVIEW_SIGNAL_SAME_NETWORK,
          all.stream().filter(one -> atHome.contains(one.getInviterId())).toList(),
          guard.getNewcomersPerHome());
    }
    admission.save();
  }

  /** Counts the turn's viewer as a newcomer with a way to pay; what speaks against that. */
  List<ReviewEvidence> admitPayment(Turn turn, Recruit newcomer, String hash, ReferralGuard guard) {
    return admitPayment(turn, PAYMENT + hash, newcomer, guard);
  }

  private List<ReviewEvidence> admitPayment(
      Turn turn, String identity, Recruit newcomer, ReferralGuard guard) {
    Admission admission = new Admission(turn, identity, newcomer, new ArrayList<>());
    admission.look(
        ReviewSignal.REVIEW_SIGNAL_PAYMENT_REUSED,
        admission.newcomers,
        guard.getNewcomersPerPayment());
    admission.save();
    return admission.evidence;
  }

  static boolean isPaymentKnown(ReferralState state, String hash) {
    return state.getIdentitiesList().contains(PAYMENT + hash);
  }

  static ReviewEvidence sign(ReviewSignal signal) {
    return ReviewEvidence.newBuilder().setSignal(signal).setCount(1).build();
  }

  /** A newcomer under one hash, with those who came before: on networks, in the last 24 hours. */
  private final class Admission {
    private final Turn turn;
    private final SharedKey key;
    private final IdentityState known;
    private final Recruit newcomer;
    private final List<ReviewEvidence> evidence;
    private List<Recruit> newcomers;

    Admission(Turn turn, String identity, Recruit newcomer, List<ReviewEvidence> evidence) {
      this.turn = turn;
      this.key = key(turn, identity);
      this.known = turn.get(slice, key);
      this.newcomer = newcomer;
      this.evidence = evidence;
      long now = turn.at().toEpochMilli();
      long since = identity.startsWith(NETWORK) ? now - DAY_MILLIS : Long.MIN_VALUE;
      this.newcomers = Newcomers.with(known.getNewcomersList(), newcomer, since);
    }

    /** Where there are too many together, all of them are suspected, each once. */
    void look(ReviewSignal signal, List<Recruit> together, int most) {
      if (together.size() <= most) {
        return;
      }
      ReviewEvidence sign = Newcomers.sign(signal, together);
      evidence.add(sign);
      for (Recruit one : together) {
        if (!one.getSuspected() && !one.getInviteeId().equals(newcomer.getInviteeId())) {
          turn.followUp(
              one.getInviterId(),
              turn.at(),
              FriendSuspected.newBuilder()
                  .setInviteeId(one.getInviteeId())
                  .setCampaignId(one.getCampaignId())
                  .addEvidence(sign)
                  .build());
        }
      }
      newcomers = Newcomers.suspected(newcomers, together);
    }

    void save() {
      turn.set(slice, key, known.toBuilder().clearNewcomers().addAllNewcomers(newcomers).build());
    }
  }

  private boolean isKnownUnder(Turn turn, String identity, String viewerId) {
    return turn.get(slice, key(turn, identity)).getViewerIdsList().contains(viewerId);
  }

  private static List<String> of(IdentityHashes told) {
    List<String> identities = new ArrayList<>();
    add(identities, DEVICE, told.getDevice());
    add(identities, NETWORK, told.getNetwork());
    add(identities, PAYMENT, told.getPayment());
    return identities;
  }

  private static void add(List<String> identities, String kind, String hash) {
    if (!hash.isEmpty()) {
      identities.add(kind + hash);
    }
  }

  private static SharedKey key(Turn turn, String identity) {
    return new SharedKey(turn.viewer().merchantId(), identity);
  }
}
