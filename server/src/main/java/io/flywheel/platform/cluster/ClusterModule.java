package io.flywheel.platform.cluster;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;

/** Binds what several nodes on one database need. */
public final class ClusterModule extends AbstractModule {
  private final ClusterConfig config;
  private final FanOut fanOut;

  public ClusterModule(Settings settings) {
    config = settings.read("cluster", ClusterConfig.class);
    fanOut = FanOut.of(config.redisUrl());
  }

  @Override
  protected void configure() {
    bind(ClusterConfig.class).toInstance(config);
    bind(FanOut.class).toInstance(fanOut);
    bind(ClusterMembership.class);
    bind(ClusterBus.class);
    bind(WorkShare.class);
    Multibinder<Lifecycle> lifecycles = Multibinder.newSetBinder(binder(), Lifecycle.class);
    lifecycles.addBinding().to(ClusterMembership.class);
    lifecycles.addBinding().to(ClusterBus.class);
  }
}
