package io.flywheel.audience;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.ViewerSample;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.chores.Chore;
import io.grpc.BindableService;

/** Binds the audience. */
public final class AudienceModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(AudienceDao.class).in(Scopes.SINGLETON);
    bind(AudienceIndex.class).in(Scopes.SINGLETON);
    bind(MovedMerchants.class).in(Scopes.SINGLETON);
    bind(AudienceIndexer.class);
    bind(AudienceChore.class).in(Scopes.SINGLETON);
    bind(Audience.class).in(Scopes.SINGLETON);
    bind(Matches.class).in(Scopes.SINGLETON);
    bind(Previews.class).in(Scopes.SINGLETON);
    bind(ViewerSample.class).to(AudienceSample.class).in(Scopes.SINGLETON);
    bind(Exports.class).in(Scopes.SINGLETON);
    bind(Timelines.class).in(Scopes.SINGLETON);
    bind(IndexLeaseDao.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(AudienceChore.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(AudienceIndexer.class);
    Multibinder.newSetBinder(binder(), CommitListener.class).addBinding().to(MovedMerchants.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(AudienceGrpcService.class)
        .in(Scopes.SINGLETON);
  }
}
