package io.flywheel.lottery;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.platform.chores.Chore;
import io.flywheel.program.Programs;
import io.grpc.BindableService;

/** Binds lotteries. */
public final class LotteryModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), LotteryStateSlice.class);
    SharedSlice.bind(binder(), LotteryGateSlice.class);
    SharedSlice.bind(binder(), PrizeSlice.class);
    bind(StakersSlice.class).in(Scopes.SINGLETON);
    bind(StakesSlice.class).in(Scopes.SINGLETON);
    bind(WithdrawalReactor.class).in(Scopes.SINGLETON);
    bind(DrawAppender.class).in(Scopes.SINGLETON);
    bind(DrawDao.class);
    bind(DrawPurgeDao.class);
    bind(RoomDrawPurgeDao.class);
    bind(SecretDao.class).in(Scopes.SINGLETON);
    bind(LotterySection.class).in(Scopes.SINGLETON);
    bind(LotteryReactor.class).in(Scopes.SINGLETON);
    bind(LotteryViews.class).in(Scopes.SINGLETON);
    bind(LotteryGrpcService.class).in(Scopes.SINGLETON);
    bind(DrawOccurrences.class).in(Scopes.SINGLETON);
    bindRoomDraws();
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(DrawPurgeDao.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(RoomDrawPurgeDao.class);
    Programs.sections(binder()).addBinding().to(LotterySection.class);
    Triggers.sources(binder()).addBinding().to(DrawOccurrences.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(LotteryReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(WithdrawalReactor.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(LotteryGrpcService.class);
  }

  private void bindRoomDraws() {
    SharedSlice.bind(binder(), RoomDrawsSlice.class);
    SharedSlice.bind(binder(), RoomDrawSlice.class);
    SharedSlice.bind(binder(), RoomDrawPartSlice.class);
    PackedSlice.bind(binder(), RoomDrawOwnSlice.class);
    bind(EntrantAppender.class).in(Scopes.SINGLETON);
    bind(EntrantsSlice.class).in(Scopes.SINGLETON);
    bind(RoomDrawDao.class);
    bind(RoomDrawRules.class).in(Scopes.SINGLETON);
    bind(RoomDrawSection.class).in(Scopes.SINGLETON);
    bind(RoomDrawReactor.class).in(Scopes.SINGLETON);
    bind(RoomDrawGrpcService.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(RoomDrawSection.class);
    Triggers.listeners(binder()).addBinding().to(RoomDrawReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(RoomDrawReactor.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(RoomDrawGrpcService.class);
  }
}
