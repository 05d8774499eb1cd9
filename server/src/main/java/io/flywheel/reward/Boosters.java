package io.flywheel.reward;

import com.google.common.collect.ImmutableList;
import com.google.common.math.LongMath;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.Condition;
import io.flywheel.v1.Boost;
import io.flywheel.v1.Booster;
import io.flywheel.v1.BoosterKind;
import io.flywheel.v1.BoosterStacking;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Reward;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A program's boosters, which whoever pays what check-ins and tasks earn asks first. Immutable and
 * thread-safe.
 */
public final class Boosters {
  private static final int ONCE = 100;
  private static final Set<String> PRIVILEGES = Set.of("privileges");

  private final ImmutableList<Compiled> all;
  private final ImmutableList<Booster> forHosts;
  private final RoomBoosters rooms;
  private final BoosterStacking stacking;
  private final int maxPercent;

  /**
   * A program's boosters.
   *
   * @param rooms those that hosts have started
   * @param maxPercent the highest factor that they come to together
   */
  Boosters(List<Compiled> all, RoomBoosters rooms, BoosterStacking stacking, int maxPercent) {
    this.all = ImmutableList.copyOf(all);
    this.forHosts =
        all.stream()
            .map(Compiled::booster)
            .filter(Booster::hasHostStartsFor)
            .collect(ImmutableList.toImmutableList());
    this.rooms = rooms;
    this.stacking = stacking;
    this.maxPercent = maxPercent;
  }

  /**
   * A booster that holds.
   *
   * @param endsMillis when it ends of itself, in epoch milliseconds; {@link Long#MAX_VALUE}: it
   *     does not
   */
  public record Holding(Booster booster, long endsMillis) {}

  /** A booster with its audience. */
  record Compiled(Booster booster, Condition audience) {
    boolean speaksOf(BudgetSource source, BoosterKind kind) {
      return booster.getSourcesList().contains(source)
          && booster.getMultipliesList().contains(kind);
    }

    boolean holds(StateView view) {
      long now = view.at().toEpochMilli();
      return (!booster.hasStartsAt() || Timestamps.toMillis(booster.getStartsAt()) <= now)
          && (!booster.hasEndsAt() || now < Timestamps.toMillis(booster.getEndsAt()))
          && (booster.getPrivilegeId().isEmpty()
              || view.profileNow(PRIVILEGES).getPrivilegesList().contains(booster.getPrivilegeId()))
          && audience.test(null, null, () -> view.profileNow(audience.viewerFields()));
    }
  }

  /** Those of the program in force. */
  public static Boosters of(StateView view) {
    return view.program().get(BoosterSection.class);
  }

  /** The boosters that hold for the view's viewer, in the program's order. */
  public List<Holding> holding(StateView view) {
    List<Holding> holding = new ArrayList<>();
    for (Compiled each : all) {
      if (each.holds(view)) {
        endsMillis(view, each.booster())
            .ifPresent(millis -> holding.add(new Holding(each.booster(), millis)));
      }
    }
    return holding;
  }

  /** Whether there are any that hosts can start. */
  boolean isForHosts() {
    return !forHosts.isEmpty();
  }

  /** Those that hosts can start, in the program's order. */
  ImmutableList<Booster> forHosts() {
    return forHosts;
  }

  /** One that hosts can start; fails with BOOSTER_NOT_FOUND where there is none. */
  Booster forHosts(String boosterId) {
    return find(boosterId)
        .filter(Booster::hasHostStartsFor)
        .orElseThrow(() ->
            ServiceException.of(
                ErrorReason.ERROR_REASON_BOOSTER_NOT_FOUND,
                "booster_id: %s (expected: a booster of the program with host_starts_for)"
                    .formatted(boosterId)));
  }

  /** One by its id. */
  Optional<Booster> find(String boosterId) {
    return all.stream()
        .map(Compiled::booster)
        .filter(booster -> booster.getId().equals(boosterId))
        .findFirst();
  }

  /** When one ends of itself; empty: hosts start it, and none has where the viewer is. */
  private Optional<Long> endsMillis(StateView view, Booster booster) {
    long own = booster.hasEndsAt() ? Timestamps.toMillis(booster.getEndsAt()) : Long.MAX_VALUE;
    return booster.hasHostStartsFor()
        ? rooms.runAround(view, booster).map(run -> Math.min(own, run.getEndsMillis()))
        : Optional.of(own);
  }

  /** What rewards come to that a source gives the view's viewer now. */
  public Boosted boost(StateView view, BudgetSource source, List<Reward> rewards) {
    return all.isEmpty()
        ? new Boosted(rewards, Boost.getDefaultInstance(), Boost.getDefaultInstance())
        : new Boosted(
            rewards,
            rewards.stream().anyMatch(Reward::hasPoints)
                ? together(view, source, BoosterKind.BOOSTER_KIND_POINTS)
                : Boost.getDefaultInstance(),
            rewards.stream().anyMatch(Reward::hasExperience)
                ? together(view, source, BoosterKind.BOOSTER_KIND_EXPERIENCE)
                : Boost.getDefaultInstance());
  }

  /** Rewards, and what multiplies them. Immutable and thread-safe. */
  public static final class Boosted {
    private final Boost ofPoints;
    private final Boost ofExperience;
    private final ImmutableList<Reward> rewards;

    private Boosted(List<Reward> rewards, Boost ofPoints, Boost ofExperience) {
      this.ofPoints = ofPoints;
      this.ofExperience = ofExperience;
      this.rewards = rewards.stream().map(this::multiply).collect(ImmutableList.toImmutableList());
    }

    /** The rewards, multiplied, in their order. */
    public ImmutableList<Reward> rewards() {
      return rewards;
    }

    /** The cause that a reward of them is given for, with what multiplied it. */
    public Cause because(Reward reward, Cause cause) {
      Boost boost = boostOf(reward);
      return boost.getPercent() == 0 ? cause : cause.toBuilder().setBoost(boost).build();
    }

    private Reward multiply(Reward reward) {
      int percent = boostOf(reward).getPercent();
      if (percent == 0) {
        return reward;
      }
      Reward.Builder more = reward.toBuilder();
      if (reward.hasPoints()) {
        more.getPointsBuilder().setAmount(times(reward.getPoints().getAmount(), percent));
      } else {
        more.getExperienceBuilder().setAmount(times(reward.getExperience().getAmount(), percent));
      }
      return more.build();
    }

    private Boost boostOf(Reward reward) {
      return reward.hasPoints()
          ? ofPoints
          : reward.hasExperience() ? ofExperience : Boost.getDefaultInstance();
    }

    private static long times(long amount, int percent) {
      return LongMath.saturatedMultiply(amount, percent) / ONCE;
    }
  }

  private Boost together(StateView view, BudgetSource source, BoosterKind kind) {
    List<Booster> holding = new ArrayList<>(0);
    for (Compiled each : all) {
      if (each.speaksOf(source, kind)
          && each.holds(view)
          && endsMillis(view, each.booster()).isPresent()) {
        holding.add(each.booster());
      }
    }
    return holding.isEmpty() ? Boost.getDefaultInstance() : together(holding);
  }

  private Boost together(List<Booster> holding) {
    return switch (stacking) {
      case BOOSTER_STACKING_ADD ->
          boost(holding, ONCE + holding.stream().mapToInt(each -> each.getPercent() - ONCE).sum());
      case BOOSTER_STACKING_MULTIPLY -> {
        int percent = ONCE;
        for (Booster each : holding) { // each makes it more, so the bound may come at any of them
          percent = Math.min(maxPercent, percent * each.getPercent() / ONCE);
        }
        yield boost(holding, percent);
      }
      default -> {
        Booster highest = holding.getFirst();
        for (Booster each : holding) {
          highest = each.getPercent() > highest.getPercent() ? each : highest;
        }
        yield boost(List.of(highest), highest.getPercent());
      }
    };
  }

  private Boost boost(List<Booster> holding, int percent) {
    Boost.Builder boost = Boost.newBuilder().setPercent(Math.min(maxPercent, percent));
    holding.forEach(each -> boost.addBoosterIds(each.getId()));
    return boost.build();
  }
}
