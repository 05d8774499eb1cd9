package io.flywheel.referral;

import io.flywheel.v1.ReviewEvidence;
import io.flywheel.v1.ReviewSignal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The latest newcomers of an inviter, or with one device, network or payment. Pure functions; not
 * to be instantiated.
 */
final class Newcomers {
  private static final int MAX_KEPT = 256;
  private static final int MAX_TOLD = 20;

  private Newcomers() {}

  /**
   * Adds a newcomer; one who came before, as by another's invite, takes the former's place.
   *
   * @param sinceMillis who came then or before is forgotten
   * @return in the order of their times
   */
  static List<Recruit> with(List<Recruit> before, Recruit newcomer, long sinceMillis) {
    List<Recruit> after = new ArrayList<>(before);
    after.removeIf(one -> one.getInviteeId().equals(newcomer.getInviteeId()));
    after.add(newcomer);
    after.removeIf(one -> one.getAtMs() <= sinceMillis);
    after.sort(Comparator.comparingLong(Recruit::getAtMs));
    return after.subList(Math.max(0, after.size() - MAX_KEPT), after.size());
  }

  /** Notes of whom it is known that something speaks against them. */
  static List<Recruit> suspected(List<Recruit> all, List<Recruit> some) {
    Set<String> ids = some.stream().map(Recruit::getInviteeId).collect(Collectors.toSet());
    return all.stream()
        .map(one ->
            !one.getSuspected() && ids.contains(one.getInviteeId())
                ? one.toBuilder().setSuspected(true).build()
                : one)
        .toList();
  }

  /** That a sign is of so many newcomers together, with some of them. */
  static ReviewEvidence sign(ReviewSignal signal, List<Recruit> together) {
    ReviewEvidence.Builder sign =
        ReviewEvidence.newBuilder().setSignal(signal).setCount(together.size());
    together.stream()
        .skip(Math.max(0, together.size() - MAX_TOLD))
        .forEach(one -> sign.addViewerIds(one.getInviteeId()));
    return sign.build();
  }
}
