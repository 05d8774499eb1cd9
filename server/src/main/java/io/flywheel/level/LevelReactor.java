package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Cause;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.LevelCause;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.Reward;
import java.util.HashSet;
import java.util.Set;

/**
 * The rules of levels. Experience that is given raises; experience that is taken back lowers; a
 * changed program does neither until then, and takes no level away.
 */
final class LevelReactor implements Reactor {
  private final Levels levels;
  private final LevelSlice slice;

  @Inject
  LevelReactor(Levels levels, LevelSlice slice) {
    this.levels = levels;
    this.slice = slice;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(
        GrantIssued.class,
        (turn, issued) -> {
          if (issued.getGrant().getReward().hasExperience()) {
            move(turn, levels.numberOf(turn), issued.getGrant().getCause());
          }
        });
    reactions.onFact(
        GrantRevoked.class,
        (turn, revoked) -> {
          if (revoked.getPart().hasExperience()) {
            move(turn, levels.numberByExperience(turn), revoked.getCause());
          }
        });
  }

  private void move(Turn turn, int number, Cause cause) {
    CompiledLevels all = CompiledLevels.of(turn);
    LevelState before = turn.get(slice);
    int former = former(all, before);
    Set<String> reached = new HashSet<>();
    before.getReachedList().forEach(level -> reached.add(level.getLevelId()));
    LevelState.Builder after = before.toBuilder().setLevelId(all.idOf(number));
    for (int passed = 1; passed <= number; passed++) {
      if (!reached.contains(all.idOf(passed))) {
        after.addReached(
            ReachedLevel.newBuilder()
                .setLevelId(all.idOf(passed))
                .setAtMillis(turn.at().toEpochMilli()));
      }
    }
    if (after.getReachedCount() == before.getReachedCount() && number == former) {
      return;
    }
    turn.set(slice, after.build());
    if (number != former) {
      turn.emit(
          LevelMoved.newBuilder()
              .setLevelId(all.idOf(number))
              .setNumber(number)
              .setFormerNumber(former)
              .build());
    }
    for (int i = before.getReachedCount(); i < after.getReachedCount(); i++) {
      give(turn, all, all.numberOf(after.getReached(i).getLevelId()), cause);
    }
  }

  /** The level so far; where the program has it no more, the highest of the others come to. */
  private static int former(CompiledLevels all, LevelState state) {
    int held = all.numberOf(state.getLevelId());
    return held > 0 || state.getLevelId().isEmpty()
        ? held
        : state.getReachedList().stream()
            .mapToInt(reached -> all.numberOf(reached.getLevelId()))
            .max()
            .orElse(0);
  }

  private static void give(Turn turn, CompiledLevels all, int number, Cause because) {
    Cause cause =
        Cause.newBuilder()
            .setLevel(LevelCause.newBuilder().setLevelId(all.idOf(number)).setNumber(number))
            .setOrderId(because.getOrderId())
            .build();
    for (Reward reward : all.level(number).getRewardsList()) {
      Rewards.give(turn, reward, cause);
    }
  }
}
