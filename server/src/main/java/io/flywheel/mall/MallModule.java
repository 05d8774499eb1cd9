package io.flywheel.mall;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.platform.chores.Chore;
import io.flywheel.program.Programs;
import io.grpc.BindableService;

/** Binds the mall. */
public final class MallModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), MallStateSlice.class);
    SharedSlice.bind(binder(), StockSlice.class);
    bind(RedemptionSlice.class).in(Scopes.SINGLETON);
    bind(DeliveryAppender.class).in(Scopes.SINGLETON);
    bind(RedemptionDao.class);
    bind(DeliveryDao.class);
    bind(RedemptionPurgeDao.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(RedemptionPurgeDao.class);
    bind(MallSection.class).in(Scopes.SINGLETON);
    bind(MallReactor.class).in(Scopes.SINGLETON);
    bind(MallViews.class).in(Scopes.SINGLETON);
    bind(MallGrpcService.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(MallSection.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(MallReactor.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(MallGrpcService.class);
  }
}
