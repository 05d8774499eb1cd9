package io.flywheel.reward;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.v1.BudgetServiceGrpc;
import io.flywheel.v1.BudgetView;
import io.flywheel.v1.CampaignBudget;
import io.flywheel.v1.ListBudgetsRequest;
import io.flywheel.v1.ListBudgetsResponse;
import io.grpc.stub.StreamObserver;

/** BudgetService. Thread-safe. */
final class BudgetGrpcService extends BudgetServiceGrpc.BudgetServiceImplBase {
  private final Engine engine;
  private final BudgetSpentSlice spent;

  @Inject
  BudgetGrpcService(Engine engine, BudgetSpentSlice spent) {
    this.engine = engine;
    this.spent = spent;
  }

  @Override
  public void listBudgets(
      ListBudgetsRequest request, StreamObserver<ListBudgetsResponse> response) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    response.onNext(engine.read(ViewerKey.ofAnyone(caller, request.getViewerId()), this::all));
    response.onCompleted();
  }

  private ListBudgetsResponse all(StateView view) {
    ListBudgetsResponse.Builder answer = ListBudgetsResponse.newBuilder();
    for (CampaignBudget budget : Budgets.of(view).all()) {
      String window = Budgets.window(view, budget);
      BudgetSpentSlice.Spent now =
          view.peek(
              spent,
              new BudgetSpentSlice.Key(
                  view.viewer().merchantId(),
                  budget.getId(),
                  window,
                  budget.getEachViewer() ? view.viewer().viewerId() : ""));
      answer.addBudgets(
          BudgetView.newBuilder()
              .setBudget(budget)
              .setWindow(window)
              .setPoints(now.points())
              .setCoupons(now.coupons())
              .setValueMinor(now.valueMinor())
              .setWithheld(now.withheld()));
    }
    return answer.build();
  }
}
