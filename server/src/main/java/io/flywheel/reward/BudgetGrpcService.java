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

  @Inject
  BudgetGrpcService(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void listBudgets(
      ListBudgetsRequest request, StreamObserver<ListBudgetsResponse> response) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    response.onNext(
        engine.read(ViewerKey.ofAnyone(caller, request.getViewerId()), BudgetGrpcService::all));
    response.onCompleted();
  }

  private static ListBudgetsResponse all(StateView view) {
    ListBudgetsResponse.Builder answer = ListBudgetsResponse.newBuilder();
    Budgets budgets = Budgets.of(view);
    for (CampaignBudget budget : budgets.all()) {
      Funds.Total total = budgets.total(view, budget);
      answer.addBudgets(
          BudgetView.newBuilder()
              .setBudget(budget)
              .setWindow(Budgets.window(view, budget))
              .setPoints(total.given().points())
              .setCoupons(total.given().pieces())
              .setValueMinor(total.given().valueMinor())
              .setWithheld(total.withheld()));
    }
    return answer.build();
  }
}
