package io.flywheel.level;

import com.google.common.math.LongMath;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Turn;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ExperienceDecayed;
import io.flywheel.v1.LevelCause;
import io.flywheel.v1.LevelChange;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.LevelMovedReason;
import io.flywheel.v1.PrivilegeReward;
import io.flywheel.v1.RefundPolicy;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardRevoked;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A viewer's level while a turn changes it. What is to be told, given and taken comes when it is
 * saved, in order. Used by one thread.
 */
final class LevelBook {
  private static final String TIMER = "level decay";
  private static final int MAX_HISTORY = 20;

  private final Turn turn;
  private final LevelSlice slice;
  private final CompiledLevels all;
  private final LevelState before;
  private final LevelState.Builder state;
  private final List<Runnable> deeds = new ArrayList<>();
  private long experience;

  /** The level so far; where the program has it no more, the highest of the others come to. */
  private int held;

  /**
   * A book.
   *
   * @param experience the viewer's, with what the turn has brought
   */
  LevelBook(Turn turn, LevelSlice slice, long experience) {
    this.turn = turn;
    this.slice = slice;
    this.all = CompiledLevels.of(turn);
    this.before = turn.get(slice);
    this.state = before.toBuilder();
    this.experience = experience;
    this.held = held(all, before);
  }

  private static int held(CompiledLevels all, LevelState state) {
    int number = all.numberOf(state.getLevelId());
    return number > 0 || state.getLevelId().isEmpty()
        ? number
        : state.getReachedList().stream()
            .mapToInt(reached -> all.numberOf(reached.getLevelId()))
            .max()
            .orElse(0);
  }

  /** Experience was given, which is in the viewer's already. */
  void gain(long amount, Cause cause) {
    decayBut(amount);
    if (all.decay() != null) {
      DecayClock.Builder clock = state.getDecayBuilder();
      long at = turn.at().toEpochMilli();
      clock.setGainedMillis(Math.max(clock.getGainedMillis(), at));
      if (clock.getLostMillis() <= at) {
        clock.clearLostMillis();
      }
    }
    int number = Math.max(all.byExperience(experience), all.numberOf(state.getLevelId()));
    move(number, change(LevelMovedReason.LEVEL_MOVED_REASON_GAINED, turn.at()), cause);
    wake();
  }

  /**
   * Experience was taken back, and is in the viewer's no more. It lowers the level, but not for
   * what decay has taken without a level.
   */
  void takeBack(long amount, Cause cause) {
    decayBut(-amount);
    int enough = all.byExperience(experience);
    int kept = all.byExperience(LongMath.saturatedAdd(experience, state.getKeptLoss()));
    move(
        state.getKeptLoss() == 0 ? enough : Math.max(enough, Math.min(held, kept)),
        change(LevelMovedReason.LEVEL_MOVED_REASON_TAKEN_BACK, turn.at()),
        cause);
    wake();
  }

  /** A loss fell due. */
  void due(DecayDue due) {
    if (state.getDecay().getTimerMillis() == due.getDueMillis()) {
      state.getDecayBuilder().clearTimerMillis();
    }
    decayBut(0);
    wake();
  }

  /** Other rules of decay are in force. */
  void reckon(ReckonDecay anew) {
    if (all.decay() != null) {
      long since = anew.getSinceMillis();
      DecayClock.Builder clock = state.getDecayBuilder();
      clock.setRulesMillis(Math.max(clock.getRulesMillis(), since));
      if (clock.getGainedMillis() == 0) {
        clock.setGainedMillis(since);
      }
      wake();
    } else if (state.hasDecay()) {
      turn.timer(TIMER, null, DecayDue.getDefaultInstance());
      state.clearDecay();
    }
  }

  /** The keeper of experience has booked a loss. */
  void booked(long amount) {
    state.setUnbooked(state.getUnbooked() - amount);
  }

  /** A level gave a privilege. */
  void holds(String levelId, LevelPrivilege privilege) {
    for (ReachedLevel.Builder reached : state.getReachedBuilderList()) {
      if (reached.getLevelId().equals(levelId)) {
        reached.addPrivileges(privilege);
      }
    }
  }

  /** A grant of a privilege was taken back; what was lost with its level comes back with it. */
  void withdraw(long grantNumber) {
    for (ReachedLevel.Builder reached : state.getReachedBuilderList()) {
      for (int i = reached.getPrivilegesCount() - 1; i >= 0; i--) {
        LevelPrivilege privilege = reached.getPrivileges(i);
        if (privilege.getGrantNumber() == grantNumber && !privilege.getLost()) {
          reached.removePrivileges(i);
        }
      }
    }
  }

  /** Saves what changed, and does what is due. */
  void save() {
    LevelState after = state.build();
    if (!after.equals(before)) {
      turn.set(slice, after);
    }
    deeds.forEach(Runnable::run);
  }

  /**
   * Takes the losses that were due by now.
   *
   * @param since what came, or with a minus sign went, after them
   */
  private void decayBut(long since) {
    CompiledDecay decay = all.decay();
    boolean isEmptied = since < 0 && experience == 0;
    if (decay == null || state.getDecay().getGainedMillis() == 0 || isEmptied) {
      return;
    }
    experience = LongMath.saturatedSubtract(experience, since);
    for (long next = decay.nextMillis(state.getDecay());
        next <= turn.at().toEpochMilli() && decay.loss(experience) > 0;
        next = decay.nextMillis(state.getDecay())) {
      lose(decay, decay.loss(experience), next);
    }
    experience = Math.max(0, LongMath.saturatedAdd(experience, since));
  }

  private void lose(CompiledDecay decay, long amount, long dueMillis) {
    raiseToShown(dueMillis);
    experience -= amount;
    state.getDecayBuilder().setLostMillis(dueMillis);
    state.setUnbooked(state.getUnbooked() + amount).setKeptLoss(state.getKeptLoss() + amount);
    ExperienceDecayed decayed =
        ExperienceDecayed.newBuilder()
            .setAmount(amount)
            .setExperience(experience)
            .setDueAt(Timestamps.fromMillis(dueMillis))
            .build();
    deeds.add(() -> turn.emit(decayed));
    int enough = all.byExperience(experience);
    move(
        decay.demotes() && enough < held ? enough : held,
        change(LevelMovedReason.LEVEL_MOVED_REASON_DECAYED, Instant.ofEpochMilli(dueMillis))
            .setLost(amount)
            .setLosses(1),
        Cause.getDefaultInstance());
  }

  /** What an easier program has shown as the viewer's level is the viewer's before it is lost. */
  private void raiseToShown(long dueMillis) {
    int shown = all.byExperience(experience);
    if (shown > held) {
      move(
          shown,
          change(LevelMovedReason.LEVEL_MOVED_REASON_GAINED, Instant.ofEpochMilli(dueMillis)),
          Cause.getDefaultInstance());
    }
  }

  /** Sees to it that the next loss is taken in time; a timer for an earlier time stays. */
  private void wake() {
    CompiledDecay decay = all.decay();
    if (decay == null || state.getDecay().getGainedMillis() == 0 || decay.loss(experience) == 0) {
      return;
    }
    long next = decay.nextMillis(state.getDecay());
    long set = state.getDecay().getTimerMillis();
    if (set == 0 || set > next) {
      state.getDecayBuilder().setTimerMillis(next);
      turn.timer(
          TIMER, Instant.ofEpochMilli(next), DecayDue.newBuilder().setDueMillis(next).build());
    }
  }

  private static LevelChange.Builder change(LevelMovedReason reason, Instant at) {
    return LevelChange.newBuilder()
        .setChangedAt(Timestamps.fromMillis(at.toEpochMilli()))
        .setReason(reason);
  }

  private void move(int number, LevelChange.Builder change, Cause because) {
    int former = held;
    Set<String> known = new HashSet<>();
    state.getReachedList().forEach(reached -> known.add(reached.getLevelId()));
    List<Integer> reachedNow = new ArrayList<>(0);
    for (int passed = 1; passed <= number; passed++) {
      if (!known.contains(all.idOf(passed))) {
        reachedNow.add(passed);
        state.addReached(
            ReachedLevel.newBuilder()
                .setLevelId(all.idOf(passed))
                .setAtMillis(turn.at().toEpochMilli()));
      }
    }
    if (number != former || !reachedNow.isEmpty()) {
      state.setLevelId(all.idOf(number));
    }
    if (number != former) {
      held = number;
      int regained =
          Math.max(0, number - former)
              - (int) reachedNow.stream().filter(passed -> passed > former).count();
      LevelMoved moved =
          LevelMoved.newBuilder()
              .setLevelId(all.idOf(number))
              .setNumber(number)
              .setFormerNumber(former)
              .setReason(change.getReason())
              .setRegained(regained)
              .build();
      deeds.add(() -> turn.emit(moved));
      movePrivileges(number, change.getReason(), because);
    }
    if (number != former || change.getLost() > 0) {
      note(change.setNumber(number).setFormerNumber(former).setLevelId(all.idOf(number)));
    }
    if (all.byExperience(experience) >= held) {
      state.clearKeptLoss();
    }
    reachedNow.forEach(passed -> deeds.add(() -> give(passed, because)));
  }

  /** Losses that follow each other are one line of the history as long as the level stays. */
  private void note(LevelChange.Builder change) {
    change.setExperience(experience);
    int last = state.getHistoryCount() - 1;
    LevelChange latest = last < 0 ? LevelChange.getDefaultInstance() : state.getHistory(last);
    if (change.getNumber() == change.getFormerNumber()
        && latest.getLosses() > 0
        && latest.getNumber() == latest.getFormerNumber()) {
      state.setHistory(
          last,
          change
              .setLost(latest.getLost() + change.getLost())
              .setLosses(latest.getLosses() + change.getLosses()));
      return;
    }
    state.addHistory(change);
    if (state.getHistoryCount() > MAX_HISTORY) {
      state.removeHistory(0);
    }
  }

  /** What decay takes with a level comes back with it, and ends when it would have. */
  private void movePrivileges(int number, LevelMovedReason reason, Cause because) {
    boolean isLost = reason == LevelMovedReason.LEVEL_MOVED_REASON_DECAYED;
    boolean isGained = reason == LevelMovedReason.LEVEL_MOVED_REASON_GAINED;
    for (ReachedLevel.Builder reached : state.getReachedBuilderList()) {
      int level = all.numberOf(reached.getLevelId());
      if (isLost && level > number) {
        lose(reached, level);
      } else if (isGained && level > 0 && level <= number) {
        regain(reached, level, because);
      }
    }
  }

  private void lose(ReachedLevel.Builder reached, int level) {
    for (LevelPrivilege.Builder privilege : reached.getPrivilegesBuilderList()) {
      if (privilege.getLost() || !isStillOn(privilege)) {
        continue;
      }
      privilege.setLost(true);
      LevelCause.Builder cause =
          LevelCause.newBuilder().setLevelId(reached.getLevelId()).setNumber(level);
      RewardRevoked revoked =
          RewardRevoked.newBuilder()
              .setPart(rewardOf(privilege.getPrivilegeId(), Duration.getDefaultInstance()))
              .setCause(Cause.newBuilder().setLevel(cause).setOrderId(privilege.getOrderId()))
              .setPolicy(RefundPolicy.REFUND_POLICY_WITHIN_BALANCE)
              .setNumber(privilege.getGrantNumber())
              .setReason(Cause.newBuilder().setLevel(cause.clone().setDecayed(true)))
              .build();
      deeds.add(() -> turn.emit(revoked));
    }
  }

  private void regain(ReachedLevel.Builder reached, int level, Cause because) {
    List<LevelPrivilege> lost =
        reached.getPrivilegesList().stream().filter(LevelPrivilege::getLost).toList();
    List<LevelPrivilege> others =
        reached.getPrivilegesList().stream().filter(privilege -> !privilege.getLost()).toList();
    reached.clearPrivileges().addAllPrivileges(others);
    Cause cause = causeOf(reached.getLevelId(), level, because);
    for (LevelPrivilege privilege : lost) {
      if (isStillOn(privilege)) {
        Reward reward = rewardOf(privilege.getPrivilegeId(), rest(privilege));
        deeds.add(() -> Rewards.giveBudgeted(turn, reward, cause));
      }
    }
  }

  private boolean isStillOn(LevelPrivilegeOrBuilder privilege) {
    return privilege.getEndsMillis() == 0 || privilege.getEndsMillis() > turn.at().toEpochMilli();
  }

  /** How long it lasts from now on; zero: for good. */
  private Duration rest(LevelPrivilege privilege) {
    return privilege.getEndsMillis() == 0
        ? Duration.getDefaultInstance()
        : Durations.fromMillis(privilege.getEndsMillis() - turn.at().toEpochMilli());
  }

  private static Reward rewardOf(String privilegeId, Duration validFor) {
    PrivilegeReward.Builder privilege = PrivilegeReward.newBuilder().setPrivilegeId(privilegeId);
    if (Durations.isPositive(validFor)) {
      privilege.setValidFor(validFor);
    }
    return Reward.newBuilder().setPrivilege(privilege).build();
  }

  private void give(int number, Cause because) {
    Cause cause = causeOf(all.idOf(number), number, because);
    for (Reward reward : all.level(number).getRewardsList()) {
      Rewards.give(turn, reward, cause);
    }
  }

  private static Cause causeOf(String levelId, int number, Cause because) {
    return Cause.newBuilder()
        .setLevel(LevelCause.newBuilder().setLevelId(levelId).setNumber(number))
        .setOrderId(because.getOrderId())
        .build();
  }
}
