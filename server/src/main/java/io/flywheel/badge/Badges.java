package io.flywheel.badge;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Counter;
import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.StateView;
import io.flywheel.v1.Badge;
import io.flywheel.v1.BadgeStanding;
import io.flywheel.v1.BadgeTier;
import io.flywheel.v1.BadgeTierStanding;
import io.flywheel.v1.Text;
import io.flywheel.v1.WindowKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What viewers have of badges. Thread-safe. */
final class Badges {
  private static final Set<String> FIELDS = Set.of("badges");

  private final BadgeSlice slice;

  @Inject
  Badges(BadgeSlice slice) {
    this.slice = slice;
  }

  /** Whether the viewer holds a badge, also one that was granted before badges were kept here. */
  boolean isHeld(StateView view, String badgeId) {
    return BadgeStates.isHeld(view.get(slice), badgeId)
        || view.profileNow(FIELDS).getBadgesList().contains(badgeId);
  }

  /** The badge that the viewer wears; empty: none. */
  String worn(StateView view) {
    return view.get(slice).getWorn();
  }

  /** The program's badges, then others that the viewer holds. */
  List<BadgeStanding> standings(StateView view, Rarity.Counts counts) {
    List<BadgeStanding> standings = new ArrayList<>();
    CompiledBadges badges = CompiledBadges.of(view);
    Set<String> others = new LinkedHashSet<>();
    view.get(slice).getTiersList().stream()
        .filter(tier -> tier.getRevokedMillis() == 0)
        .forEach(tier -> others.add(tier.getBadgeId()));
    for (String name : view.profileNow(FIELDS).getBadgesList()) {
      BadgeId id = BadgeId.of(name);
      others.add(badges.find(id.badgeId()) == null ? name : id.badgeId());
    }
    for (CompiledBadge badge : badges.all()) {
      standings.add(standing(view, badge, counts));
      others.remove(badge.id());
    }
    BadgeState state = view.get(slice);
    // A tier's own name stands for no badge.
    others.removeIf(name ->
        others.contains(BadgeId.of(name).badgeId()) && !BadgeId.of(name).badgeId().equals(name));
    others.forEach(badgeId -> standings.add(other(state, badgeId, counts)));
    return standings;
  }

  private BadgeStanding standing(StateView view, CompiledBadge compiled, Rarity.Counts counts) {
    Badge badge = compiled.badge();
    BadgeState state = view.get(slice);
    boolean held = isHeld(view, badge.getId());
    BadgeStanding.Builder standing =
        BadgeStanding.newBuilder().setHidden(badge.getHidden()).setInProgram(true);
    if (badge.hasStartsAt()) {
      standing.setStartsAt(badge.getStartsAt());
    }
    if (badge.hasEndsAt()) {
      standing.setEndsAt(badge.getEndsAt());
    }
    if (badge.hasRiddle()) {
      standing.setRiddle(badge.getRiddle());
    }
    if (badge.getHidden() && !held) {
      return standing.build();
    }
    standing
        .setBadgeId(badge.getId())
        .setTitle(badge.getTitle())
        .setPictureUrl(badge.getPictureUrl())
        .setCount(count(view, compiled));
    if (badge.hasDescription()) {
      standing.setDescription(badge.getDescription());
    }
    List<BadgeTier> tiers =
        badge.getTiersCount() == 0 ? List.of(BadgeTier.getDefaultInstance()) : badge.getTiersList();
    for (BadgeTier tier : tiers) {
      boolean isLowest = tier.getThreshold() == compiled.lowest();
      standing.addTiers(tier(state, badge.getId(), tier, held && isLowest, counts));
    }
    revokedMillis(state, badge.getId())
        .forEach(millis -> standing.setRevokedAt(Timestamps.fromMillis(millis)));
    return standing.build();
  }

  /** When all of a badge was taken that the viewer holds none of; at most one. */
  private static List<Long> revokedMillis(BadgeState state, String badgeId) {
    if (BadgeStates.isHeld(state, badgeId)) {
      return List.of();
    }
    return state.getTiersList().stream()
        .filter(tier -> tier.getBadgeId().equals(badgeId))
        .map(HeldTier::getRevokedMillis)
        .max(Long::compare)
        .stream()
        .toList();
  }

  private static BadgeTierStanding tier(
      BadgeState state, String badgeId, BadgeTier tier, boolean granted, Rarity.Counts counts) {
    BadgeTierStanding.Builder standing =
        BadgeTierStanding.newBuilder()
            .setThreshold(tier.getThreshold())
            .addAllRewards(tier.getRewardsList());
    if (tier.hasTitle()) {
      standing.setTitle(tier.getTitle());
    }
    state.getTiersList().stream()
        .filter(held ->
            held.getRevokedMillis() == 0
                && held.getThreshold() == tier.getThreshold()
                && held.getBadgeId().equals(badgeId))
        .forEach(held ->
            standing.setHeld(true).setEarnedAt(Timestamps.fromMillis(held.getEarnedMillis())));
    if (granted
        && state.getTiersList().stream().noneMatch(held -> held.getBadgeId().equals(badgeId))) {
      standing.setHeld(true);
    }
    counts.show(new BadgeId(badgeId, tier.getThreshold()), standing);
    return standing.build();
  }

  /** A badge that the program knows nothing of. */
  private static BadgeStanding other(BadgeState state, String badgeId, Rarity.Counts counts) {
    HeldTier held = BadgeStates.highest(state, badgeId);
    BadgeTierStanding.Builder tier = BadgeTierStanding.newBuilder().setHeld(true);
    if (held.getEarnedMillis() > 0) {
      tier.setEarnedAt(Timestamps.fromMillis(held.getEarnedMillis()))
          .setThreshold(held.getThreshold());
    }
    counts.show(new BadgeId(badgeId, held.getThreshold()), tier);
    BadgeStanding.Builder standing = BadgeStanding.newBuilder().setBadgeId(badgeId).addTiers(tier);
    Text title = BadgeReactor.titleOf(held);
    if (!title.equals(Text.getDefaultInstance())) {
      standing.setTitle(title);
    }
    return standing.build();
  }

  /** What is counted in the window that is on. */
  private long count(StateView view, CompiledBadge badge) {
    Counter counter = badge.counter();
    if (counter == null) {
      return 0;
    }
    List<BadgeWindow> windows = BadgeStates.tally(view.get(slice), badge).getWindowsList();
    if (windows.isEmpty()) {
      return 0;
    }
    if (badge.window().kind() == WindowKind.WINDOW_KIND_BROADCAST) {
      return windows.getLast().getCount() / counter.unit();
    }
    CountingWindow on = badge.window().at(view.program().calendar(), view.at(), "", "");
    return windows.stream()
            .filter(window -> on != null && window.getName().equals(on.name()))
            .mapToLong(BadgeWindow::getCount)
            .sum()
        / counter.unit();
  }
}
