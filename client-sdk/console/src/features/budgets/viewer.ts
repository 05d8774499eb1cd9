import type { ViewerPart } from "../../core/feature.js";

export default {
  facts: {
    budgetReached: ({ budgetId, window, percent }, say) =>
      say("budgets.fact.budgetReached", { budget: budgetId, window, percent: String(percent) }),
  },
} satisfies ViewerPart;
