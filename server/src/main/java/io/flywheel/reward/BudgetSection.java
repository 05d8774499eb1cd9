package io.flywheel.reward;

import static io.flywheel.program.Expectations.expected;

import com.google.inject.Inject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.CampaignBudget;
import io.flywheel.v1.Program;
import io.flywheel.v1.WindowKind;

/** What a program says of budgets. Thread-safe. */
final class BudgetSection implements ProgramSection<Budgets> {
  private static final Names.Kind BUDGET = new Names.Kind("a budget");

  private final Funds funds;

  @Inject
  BudgetSection(BudgetSpentSlice spent, BudgetShareSlice shares) {
    this.funds = new Funds(spent, shares, true);
  }

  @Override
  public void fill(Program.Builder program) {
    for (CampaignBudget.Builder budget : program.getBudgetsBuilderList()) {
      if (budget.getPer() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
        budget.setPer(WindowKind.WINDOW_KIND_ONCE);
      }
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getBudgetsCount(); i++) {
      names.declare(BUDGET, program.getBudgets(i).getId(), "budgets[" + i + "]");
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getBudgetsCount(); i++) {
      CampaignBudget budget = program.getBudgets(i);
      String path = "budgets[" + i + "]";
      Texts.check(budget.hasTitle(), budget.getTitle(), path + ".title", findings);
      if (budget.getPoints() == 0 && budget.getCoupons() == 0 && budget.getValueMinor() == 0) {
        findings.broken(path, expected("no cap", "points, coupons or value_minor"));
      }
    }
  }

  @Override
  public Budgets compile(Program filled) {
    return new Budgets(filled.getBudgetsList(), funds);
  }
}
