package io.flywheel.fulfillment;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.chores.Chore;
import io.flywheel.platform.config.Settings;
import io.flywheel.program.Programs;
import io.flywheel.reward.GrantHistory;
import io.flywheel.reward.RewardKinds;
import io.grpc.BindableService;

/** Binds fulfillment. */
public final class FulfillmentModule extends AbstractModule {
  private final FulfillmentConfig config;

  public FulfillmentModule(Settings settings) {
    config = settings.read("fulfillment", FulfillmentConfig.class);
  }

  @Override
  protected void configure() {
    bind(FulfillmentConfig.class).toInstance(config);
    bind(GrantPurgeDao.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(GrantPurgeDao.class);
    PackedSlice.bind(binder(), GrantSlice.class);
    bind(GrantAppender.class).in(Scopes.SINGLETON);
    bind(RevocationAppender.class).in(Scopes.SINGLETON);
    bind(GrantDao.class);
    bind(GrantReactor.class).in(Scopes.SINGLETON);
    bind(NewestGrants.class).in(Scopes.SINGLETON);
    bind(GrantPages.class).in(Scopes.SINGLETON);
    bind(GrantHistory.class).to(GrantPages.class);
    for (GrantedReward kind : GrantedReward.values()) {
      RewardKinds.binder(binder()).addBinding().toInstance(kind);
    }
    Triggers.sources(binder()).addBinding().to(GrantOccurrences.class).in(Scopes.SINGLETON);
    bind(PrivilegeSlice.class).in(Scopes.SINGLETON);
    bind(GrantProfile.class).in(Scopes.SINGLETON);
    Multibinder<ProfileSection> profile = Multibinder.newSetBinder(binder(), ProfileSection.class);
    profile.addBinding().to(GrantProfile.class);
    profile.addBinding().to(PrivilegeProfile.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(GrantChain.class).in(Scopes.SINGLETON);
    bind(GrantDeliveryAppender.class).in(Scopes.SINGLETON);
    bind(DeliveryReactor.class).in(Scopes.SINGLETON);
    bind(Consumers.class).in(Scopes.SINGLETON);
    bind(Arrivals.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), CommitListener.class).addBinding().to(Arrivals.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(DeliveryReactor.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(FulfillmentGrpcService.class)
        .in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(GrantReactor.class);
    Multibinder<ViewerSection> viewer = Multibinder.newSetBinder(binder(), ViewerSection.class);
    viewer.addBinding().to(NewestGrants.class);
    viewer.addBinding().to(BoosterStandings.class).in(Scopes.SINGLETON);
  }
}
