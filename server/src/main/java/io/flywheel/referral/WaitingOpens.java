package io.flywheel.referral;

import io.flywheel.engine.ViewerKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Openings of links that wait to be told. Whoever has a link may make up channels, so a campaign
 * has so many of them a day, and a sharer so many places; what is beyond counts as {@link #OTHER},
 * or where there is no place even for that, not at all. Used by one thread at a time.
 */
final class WaitingOpens {
  static final String OTHER = "other";
  static final int CHANNELS_A_DAY = 32;
  static final int PLACES_OF_SHARER = 100;
  static final int PLACES = 10_000;

  /** A sharer's links of a campaign that go one way. */
  record Link(ViewerKey inviter, String campaignId, String channel) {}

  private record Campaign(String merchantId, String id) {}

  private final Map<Link, Long> waiting = new HashMap<>();
  private final Map<ViewerKey, Integer> places = new HashMap<>();
  private final Map<Campaign, Set<String>> channels = new HashMap<>();
  private long day;

  /**
   * Adds an opening.
   *
   * @param epochDay the day, in days since 1970
   */
  void add(Link link, long epochDay) {
    if (epochDay != day) {
      day = epochDay;
      channels.clear();
    }
    Set<String> known =
        channels.computeIfAbsent(
            new Campaign(link.inviter.merchantId(), link.campaignId), unused -> new HashSet<>());
    boolean isKnown =
        known.contains(link.channel) || (known.size() < CHANNELS_A_DAY && known.add(link.channel));
    Link counted = isKnown ? link : new Link(link.inviter, link.campaignId, OTHER);
    if (waiting.containsKey(counted) || takePlace(link.inviter)) {
      waiting.merge(counted, 1L, Long::sum);
    }
  }

  private boolean takePlace(ViewerKey sharer) {
    int taken = places.getOrDefault(sharer, 0);
    if (waiting.size() == PLACES || taken == PLACES_OF_SHARER) {
      return false;
    }
    places.put(sharer, taken + 1);
    return true;
  }

  /** How often each link was opened since the last time that this was asked. */
  Map<Link, Long> take() {
    Map<Link, Long> taken = Map.copyOf(waiting);
    waiting.clear();
    places.clear();
    return taken;
  }
}
