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

/** Who is known under which hashes, and what that says of an invite. Thread-safe. */
final class Identities {
  private static final String DEVICE = "device:";
  private static final String NETWORK = "network:";
  private static final String PAYMENT = "payment:";
  private static final int MAX_OF_VIEWER = 16;

  /** As many newcomers may be at home with whoever invites them. */
  private static final int HOUSEHOLD = 5;

  private static final int MAX_VIEWERS = 64;
  private static final int MAX_NEWCOMERS = 256;
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
      if (!learned.getIdentitiesList().contains(identity)
          && learned.getIdentitiesCount() < MAX_OF_VIEWER) {
        learned.addIdentities(identity);
        SharedKey key = key(turn, identity);
        IdentityState.Builder known = turn.get(slice, key).toBuilder();
        known.addViewerIds(turn.viewer().viewerId());
        if (known.getViewerIdsCount() > MAX_VIEWERS) {
          List<String> kept = known.getViewerIdsList().subList(1, known.getViewerIdsCount());
          known = known.clone().clearViewerIds().addAllViewerIds(kept);
        }
        turn.set(slice, key, known.build());
      }
    }
    return learned.build();
  }

  /** Whether the turn's viewer is somebody else too, by a device or a payment identity. */
  boolean isSamePerson(Turn turn, ReferralState state, String otherId) {
    return state.getIdentitiesList().stream()
        .filter(identity -> !identity.startsWith(NETWORK))
        .anyMatch(identity -> isKnownUnder(turn, identity, otherId));
  }

  /** Counts the turn's viewer as a newcomer, and tells what speaks against that. */
  List<ReviewEvidence> admit(
      Turn turn, ReferralState state, String inviterId, ReferralGuard guard) {
    List<ReviewEvidence> evidence = new ArrayList<>();
    for (String identity : state.getIdentitiesList()) {
      int count = admit(turn, identity);
      if (identity.startsWith(DEVICE) && count > guard.getNewcomersPerDevice()) {
        evidence.add(sign(ReviewSignal.REVIEW_SIGNAL_DEVICE_REUSED, count));
      } else if (identity.startsWith(PAYMENT) && count > guard.getNewcomersPerPayment()) {
        evidence.add(sign(ReviewSignal.REVIEW_SIGNAL_PAYMENT_REUSED, count));
      } else if (identity.startsWith(NETWORK)) {
        if (count > guard.getNewcomersPerNetwork()) {
          evidence.add(sign(ReviewSignal.REVIEW_SIGNAL_NETWORK_CROWDED, count));
        }
        if (count > HOUSEHOLD && isKnownUnder(turn, identity, inviterId)) {
          evidence.add(sign(ReviewSignal.REVIEW_SIGNAL_SAME_NETWORK, count));
        }
      }
    }
    return evidence;
  }

  /** Counts the turn's viewer as a newcomer with a way to pay; how many there are. */
  int admitPayment(Turn turn, String hash) {
    return admit(turn, PAYMENT + hash);
  }

  static boolean isPaymentKnown(ReferralState state, String hash) {
    return state.getIdentitiesList().contains(PAYMENT + hash);
  }

  static ReviewEvidence sign(ReviewSignal signal, int count) {
    return ReviewEvidence.newBuilder().setSignal(signal).setCount(count).build();
  }

  /** How many newcomers there are with this one: on networks, of the last 24 hours. */
  private int admit(Turn turn, String identity) {
    SharedKey key = key(turn, identity);
    IdentityState known = turn.get(slice, key);
    long now = turn.at().toEpochMilli();
    long since = identity.startsWith(NETWORK) ? now - DAY_MILLIS : Long.MIN_VALUE;
    List<Long> newcomers = new ArrayList<>(known.getNewcomersMsList());
    newcomers.add(now);
    newcomers.removeIf(millis -> millis <= since);
    newcomers.sort(null);
    List<Long> kept =
        newcomers.subList(Math.max(0, newcomers.size() - MAX_NEWCOMERS), newcomers.size());
    turn.set(slice, key, known.toBuilder().clearNewcomersMs().addAllNewcomersMs(kept).build());
    return kept.size();
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
