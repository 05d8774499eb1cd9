package io.flywheel.reward;

import com.google.inject.Inject;

/** The shares of the program's budgets. Thread-safe. */
final class BudgetShareSlice extends ShareSlice {
  private static final int RANK = 899;

  @Inject
  BudgetShareSlice() {
    super(RANK, "budget_share");
  }
}
