package io.flywheel.room;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.Reactor;
import io.flywheel.platform.Lifecycle;
import io.flywheel.program.Programs;
import io.grpc.BindableService;

/** Binds rooms. */
public final class RoomModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(HeartbeatKeyDao.class);
    bind(HeartbeatTokens.class).in(Scopes.SINGLETON);
    bind(WatchSlice.class).in(Scopes.SINGLETON);
    bind(RoomReactor.class).in(Scopes.SINGLETON);
    bind(RoomGrpcService.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(PresenceSection.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(HeartbeatKeyDao.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(RoomReactor.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(RoomGrpcService.class);
  }
}
