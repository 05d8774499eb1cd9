package io.flywheel.engine;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.chores.Chore;
import io.flywheel.platform.config.Settings;

/** Binds the engine. */
public final class EngineModule extends AbstractModule {
  private final EngineConfig config;
  private final JournalConfig journalConfig;

  public EngineModule(Settings settings) {
    this.config = settings.read("engine", EngineConfig.class);
    this.journalConfig = settings.read("journal", JournalConfig.class);
  }

  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), Reactor.class);
    Multibinder.newSetBinder(binder(), ProfileSection.class);
    Multibinder.newSetBinder(binder(), CommitListener.class);
    SharedSlice.setBinder(binder());
    PackedSlice.bind(binder(), ViewerSlice.class);
    SharedFact.binder(binder());
    bind(EngineConfig.class).toInstance(config);
    bind(JournalConfig.class).toInstance(journalConfig);
    Multibinder.newSetBinder(binder(), HashedText.class);
    bind(JournalDao.class).in(Scopes.SINGLETON);
    bind(JournalTexts.class);
    bind(Journal.class);
    bind(JournalReader.class);
    bind(JournalPurge.class).in(Scopes.SINGLETON);
    bind(ReactionTable.class).in(Scopes.SINGLETON);
    bind(ViewerTable.class).in(Scopes.SINGLETON);
    bind(SharedSlices.class).in(Scopes.SINGLETON);
    bind(ActionLog.class).in(Scopes.SINGLETON);
    bind(FollowUps.class).in(Scopes.SINGLETON);
    bind(ParkedFollowUps.class).in(Scopes.SINGLETON);
    bind(Habits.class);
    bind(Guesses.class);
    bind(BatchRunner.class).in(Scopes.SINGLETON);
    bind(Interests.class);
    bind(ClusterCommits.class);
    bind(Engine.class);
    bind(Settlement.class);
    bind(ActionLogPurge.InOrder.class);
    bind(ActionLogPurge.OutOfOrder.class);
    Multibinder<Chore> chores = Multibinder.newSetBinder(binder(), Chore.class);
    chores.addBinding().to(ActionLogPurge.InOrder.class);
    chores.addBinding().to(ActionLogPurge.OutOfOrder.class);
    chores.addBinding().to(JournalPurge.class);
    bind(EngineLifecycle.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(EngineLifecycle.class);
  }
}
