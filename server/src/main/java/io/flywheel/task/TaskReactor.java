package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.counting.CountingWindow;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceListener;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.Condition;
import io.flywheel.v1.ClaimTaskRewardResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.TaskCause;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.TaskUnlocked;
import io.flywheel.v1.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of tasks. Thread-safe. */
final class TaskReactor implements Reactor, OccurrenceListener {
  /**
   * A viewer claims a tier.
   *
   * @param window empty: the latest one in which the tier waits to be claimed
   */
  record Claim(String taskId, int tier, String window) {}

  private final TaskStateSlice states;
  private final RoomGoals roomGoals;
  private final CompletedTasks completed;
  private final Counting counting;
  private final Payment payment;

  @Inject
  TaskReactor(
      TaskStateSlice states,
      RoomGoals roomGoals,
      CompletedTasks completed,
      Counting counting,
      Payment payment) {
    this.states = states;
    this.roomGoals = roomGoals;
    this.completed = completed;
    this.counting = counting;
    this.payment = payment;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(TaskCompleted.class, this::completed);
    reactions.on(Claim.class, this::claim);
    reactions.on(RoomContributions.class, roomGoals::add);
    reactions.on(RoomGoalFanOut.class, roomGoals::fanOut);
    reactions.on(SettleRoomGoal.class, this::settle);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().viewer().isViewer()) {
      wanted.get(states); // there is hardly an action that triggers no task
    }
    CompiledProgram program = wanted.program();
    if (program != null && wanted.action().body() instanceof Claim claim) {
      payment.prefetch(wanted, program.get(TaskSection.class).find(claim.taskId()), claim.tier());
    }
    roomGoals.prefetch(wanted);
  }

  @Override
  public Set<String> fieldsAsked(CompiledProgram program, Trigger trigger) {
    return program.get(TaskSection.class).viewerFields(trigger);
  }

  @Override
  public void occurred(Turn turn, List<Occurrence> occurrences) {
    Progress progress = null;
    for (Occurrence occurrence : occurrences) {
      for (CompiledTask task : CompiledTasks.of(turn).setOffBy(occurrence.trigger())) {
        if (!task.counter().isOf(occurrence)) {
          continue;
        }
        Condition.Verdict verdict = task.counter().reckon(turn, occurrence);
        if (verdict.holds()) {
          progress = progress == null ? new Progress(turn, states) : progress;
          long newest = progress.newestMillis();
          progress.edit(
              task,
              record -> {
                boolean reckoned = Progress.reckoned(record, verdict);
                boolean counted = counting.count(turn, task, occurrence, record, newest);
                return reckoned || counted;
              });
        } else if (occurrence.isOwnDeed(turn) || !verdict.problem().isEmpty()) {
          progress = progress == null ? new Progress(turn, states) : progress;
          progress.edit(
              task,
              record -> {
                if (occurrence.isOwnDeed(turn)) {
                  counting.passOver(turn, task, occurrence, record);
                }
                return Progress.reckoned(record, verdict);
              });
        }
      }
    }
    if (progress != null) {
      if (progress.isNewHour()) {
        closeGoneWindows(turn, progress);
      }
      progress.save();
    }
  }

  /**
   * Pays what was not claimed in windows that are over, and forgets those for which all is late.
   */
  private void closeGoneWindows(Turn turn, Progress progress) {
    long newest = Math.max(progress.newestMillis(), turn.at().toEpochMilli());
    Payout payout = payment.payout(turn);
    progress.editAll(record -> {
      List<WindowRecord> kept = new ArrayList<>();
      boolean changed = false;
      for (WindowRecord window : record.getWindowsList()) {
        boolean unclaimed = window.getOwedCount() > 0;
        if (unclaimed && CountingWindow.isPastClaims(window.getEndsMs(), newest)) {
          WindowRecord.Builder paid = window.toBuilder().clearOwed();
          for (OwedRecord owed : window.getOwedList()) {
            payOwed(turn, record, window, owed, payout.take(owed), paid);
          }
          kept.add(paid.build());
          changed = true;
        } else if (unclaimed || !counting.isForgotten(turn, window, newest)) {
          kept.add(window);
        } else {
          changed = true;
        }
      }
      record.clearWindows().addAllWindows(kept);
      return changed;
    });
  }

  /** Pays what is owed so many times; what is left of it is kept. */
  private void payOwed(
      Turn turn,
      TaskRecordOrBuilder record,
      WindowRecordOrBuilder window,
      OwedRecord owed,
      long times,
      WindowRecord.Builder kept) {
    if (times < owed.getTimes()) {
      kept.addOwed(owed.toBuilder().setTimes(owed.getTimes() - times));
    }
    if (times == 0) {
      return;
    }
    payment.pay(
        turn,
        CompiledTasks.of(turn).find(record.getTaskId()),
        owed.getRewardsList(),
        causeOf(record, window, owed),
        owed.getOrderId(),
        times);
  }

  private static TaskCause causeOf(
      TaskRecordOrBuilder record, WindowRecordOrBuilder window, OwedRecord owed) {
    return Payment.cause(record.getTaskId(), owed.getTier(), window).toBuilder()
        .setRound(owed.getRound())
        .setThreshold(owed.getThreshold())
        .build();
  }

  /** Notes it, and tells which tasks waited for no more. */
  private void completed(Turn turn, TaskCompleted told) {
    completed.add(turn, told.getTaskId());
    Progress progress = new Progress(turn, states);
    for (CompiledTask task : CompiledTasks.of(turn).all()) {
      if (task.task().getRequiresList().contains(told.getTaskId())
          && completed.areEnoughFor(task, turn)) {
        progress.edit(task, record -> tellUnlocked(turn, record));
      }
    }
    progress.save();
  }

  private static boolean tellUnlocked(Turn turn, TaskRecord.Builder record) {
    if (record.getUnlocked()) {
      return false;
    }
    record.setUnlocked(true);
    turn.emit(TaskUnlocked.newBuilder().setTaskId(record.getTaskId()).build());
    return true;
  }

  private void claim(Turn turn, Claim claim) {
    Progress progress = new Progress(turn, states);
    progress.edit(claim.taskId(), record -> claim(turn, claim, record));
    progress.save();
    turn.respond(() -> ClaimTaskRewardResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  private boolean claim(Turn turn, Claim claim, TaskRecord.Builder record) {
    Payout payout = payment.payout(turn);
    CompiledTask task = CompiledTasks.of(turn).find(claim.taskId());
    for (int i = record.getWindowsCount() - 1; i >= 0; i--) {
      WindowRecord.Builder window = record.getWindows(i).toBuilder();
      if (!claim.window().isEmpty() && !claim.window().equals(window.getWindow())) {
        continue;
      }
      WindowRecord.Builder kept = window.clone().clearOwed();
      for (OwedRecord owed : window.getOwedList()) {
        if (isOf(owed, claim, task)) {
          long times = payout.take(owed);
          checkBudget(turn, claim, owed, times);
          payOwed(turn, record, window, owed, times, kept);
        } else {
          kept.addOwed(owed);
        }
      }
      if (!kept.getOwedList().equals(window.getOwedList())) {
        record.setWindows(i, kept);
        return true;
      }
    }
    throw notToClaim(turn, claim, record);
  }

  /** What the program has no more is claimed by the place that it had. */
  private static boolean isOf(OwedRecord owed, Claim claim, @Nullable CompiledTask task) {
    int tier = task == null ? -1 : Tiers.tierOf(task, owed.getThreshold(), owed.getTier());
    return tier < 0 ? owed.getTier() == claim.tier() : tier == claim.tier();
  }

  private void checkBudget(Turn turn, Claim claim, OwedRecord owed, long times) {
    CompiledTask task = CompiledTasks.of(turn).find(claim.taskId());
    if (payment.affordable(turn, task, owed.getRewardsList(), times) < times) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_BUDGET_EXHAUSTED,
          "the budget of task " + claim.taskId() + " is used up; nothing was paid");
    }
  }

  private static ServiceException notToClaim(Turn turn, Claim claim, TaskRecordOrBuilder record) {
    CompiledTask task = CompiledTasks.of(turn).find(claim.taskId());
    if (task == null) {
      return ServiceException.of(
          ErrorReason.ERROR_REASON_TASK_NOT_FOUND,
          "task_id: " + claim.taskId() + " (expected: a task of the program in force)");
    }
    boolean reached =
        record.getWindowsList().stream()
            .filter(w -> claim.window().isEmpty() || claim.window().equals(w.getWindow()))
            .anyMatch(w ->
                w.getRound() > 0
                    || (claim.tier() < task.tierCount() && Tiers.isReached(task, w, claim.tier())));
    return reached
        ? ServiceException.of(
            ErrorReason.ERROR_REASON_ALREADY_CLAIMED,
            "tier " + claim.tier() + " of task " + claim.taskId() + " was paid before")
        : ServiceException.of(
            ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
            "tier " + claim.tier() + " of task " + claim.taskId() + " is not reached yet");
  }

  /** Rewards one contributor for a tier of a goal of the room. */
  private void settle(Turn turn, SettleRoomGoal settlement) {
    TaskCause cause = settlement.getCause();
    CompiledTask task = CompiledTasks.of(turn).find(cause.getTaskId());
    int tier = task == null ? -1 : Tiers.tierOf(task, cause.getThreshold(), cause.getTier());
    if (task == null || tier < 0) {
      payment.pay(turn, null, settlement.getRewardsList(), cause, "", 1);
      return;
    }
    Progress progress = new Progress(turn, states);
    progress.edit(
        task,
        record -> {
          CountingWindow window =
              new CountingWindow(
                  cause.getWindow(), settlement.getRoomId(), settlement.getWindowEndsMs());
          int index = Counting.indexOf(record, window.name(), window.roomId());
          WindowRecord.Builder counted =
              index < 0 ? Counting.begin(window) : record.getWindows(index).toBuilder();
          if (Tiers.isReached(task, counted, tier)) {
            return false;
          }
          payment.reach(turn, task, tier, 1, record, counted);
          Tiers.reach(task, counted, tier);
          if (index < 0) {
            record.addWindows(counted);
          } else {
            record.setWindows(index, counted);
          }
          return true;
        });
    progress.save();
    if (tier == task.tierCount() - 1) {
      turn.emit(
          TaskCompleted.newBuilder().setTaskId(task.id()).setWindow(cause.getWindow()).build());
    }
  }
}
