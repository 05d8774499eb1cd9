package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.reward.ShareSlice;

/** The shares of tasks' budgets. Thread-safe. */
final class TaskShareSlice extends ShareSlice {
  private static final int RANK = 299;

  @Inject
  TaskShareSlice() {
    super(RANK, "task_budget_share");
  }
}
