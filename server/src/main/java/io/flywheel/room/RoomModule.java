package io.flywheel.room;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.broadcast.BroadcastSlice;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomSlice;
import io.flywheel.counting.Recorded;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
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
    SharedSlice.bind(binder(), RoomSlice.class);
    SharedSlice.bind(binder(), BroadcastSlice.class);
    bind(Broadcasts.class).in(Scopes.SINGLETON);
    bind(Sessions.class).in(Scopes.SINGLETON);
    bind(BroadcastReactor.class).in(Scopes.SINGLETON);
    bind(PresenceReactor.class).in(Scopes.SINGLETON);
    bind(VisitReactor.class).in(Scopes.SINGLETON);
    bind(RoomGrpcService.class).in(Scopes.SINGLETON);
    Triggers.sources(binder()).addBinding().to(WatchOccurrences.class).in(Scopes.SINGLETON);
    Recorded.events(binder()).addBinding().to(RecordedAct.class).in(Scopes.SINGLETON);
    Recorded.events(binder()).addBinding().to(RecordedEntrance.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), ProfileSection.class)
        .addBinding()
        .to(PresenceProfile.class)
        .in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(PresenceSection.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(HeartbeatKeyDao.class);
    Multibinder<Reactor> reactors = Multibinder.newSetBinder(binder(), Reactor.class);
    reactors.addBinding().to(BroadcastReactor.class);
    reactors.addBinding().to(PresenceReactor.class);
    reactors.addBinding().to(VisitReactor.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(RoomGrpcService.class);
  }
}
