package io.flywheel.reward;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.platform.chores.Chore;
import io.flywheel.program.Programs;
import io.grpc.BindableService;

/** Binds what features give and charge by. */
public final class RewardModule extends AbstractModule {
  @Override
  protected void configure() {
    RewardKinds.binder(binder());
    bind(RewardKinds.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(RewardKinds.class);
    SharedSlice.bind(binder(), BudgetShareSlice.class);
    SharedSlice.bind(binder(), BudgetSpentSlice.class);
    SharedSlice.bind(binder(), RoomBoosterSlice.class);
    bind(RoomBoosters.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(BudgetSection.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(BoosterSection.class).in(Scopes.SINGLETON);
    Multibinder<BindableService> services =
        Multibinder.newSetBinder(binder(), BindableService.class);
    services.addBinding().to(BudgetGrpcService.class).in(Scopes.SINGLETON);
    services.addBinding().to(BoosterGrpcService.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(BudgetPurgeDao.class);
    Multibinder.newSetBinder(binder(), PriceKeeper.class);
    bind(PriceReactor.class).in(Scopes.SINGLETON);
    Multibinder<Reactor> reactors = Multibinder.newSetBinder(binder(), Reactor.class);
    reactors.addBinding().to(PriceReactor.class);
    reactors.addBinding().to(RoomBoosterReactor.class).in(Scopes.SINGLETON);
  }
}
