package io.flywheel.checkin;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.ViewerSection;
import io.flywheel.program.Programs;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.reward.RewardKinds;
import io.grpc.BindableService;

/** Binds check-in. */
public final class CheckInModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), CheckInSlice.class);
    bind(CheckInProfile.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), ProfileSection.class).addBinding().to(CheckInProfile.class);
    bind(BroadcastCheckInSlice.class).in(Scopes.SINGLETON);
    SharedSlice.bind(binder(), RoomBroadcastsSlice.class);
    bind(CheckInViews.class).in(Scopes.SINGLETON);
    bind(CheckInReactor.class).in(Scopes.SINGLETON);
    bind(CheckInGrpcService.class).in(Scopes.SINGLETON);
    for (CheckInReward kind : CheckInReward.values()) {
      RewardKinds.binder(binder()).addBinding().toInstance(kind);
    }
    Triggers.sources(binder()).addBinding().to(CheckInOccurrences.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(CheckInSection.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(CheckInReactor.class);
    bind(CardKeeper.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(CardKeeper.class);
    Multibinder.newSetBinder(binder(), PriceKeeper.class).addBinding().to(CardKeeper.class);
    Multibinder.newSetBinder(binder(), ViewerSection.class).addBinding().to(CheckInViews.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(CheckInGrpcService.class);
  }
}
