package io.flywheel.task;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.platform.chores.Chore;
import io.flywheel.platform.config.Settings;
import io.flywheel.program.Programs;
import io.grpc.BindableService;
import org.flywaydb.core.api.migration.JavaMigration;

/** Binds tasks. */
public final class TaskModule extends AbstractModule {
  private final TaskConfig config;

  public TaskModule(Settings settings) {
    config = settings.read("task", TaskConfig.class);
  }

  @Override
  protected void configure() {
    bind(TaskConfig.class).toInstance(config);
    bind(WindowPurgeDao.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(WindowPurgeDao.class);
    PackedSlice.bind(binder(), TaskStateSlice.class);
    bind(CompletedTasks.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), ProfileSection.class).addBinding().to(CompletedTasks.class);
    SharedSlice.bind(binder(), RoomGoalSlice.class);
    SharedSlice.bind(binder(), TaskShareSlice.class);
    SharedSlice.bind(binder(), BudgetSlice.class);
    bind(TaskBudgets.class).in(Scopes.SINGLETON);
    bind(ContributionInbox.class).in(Scopes.SINGLETON);
    bind(RoomGoals.class).in(Scopes.SINGLETON);
    bind(ContributorAppender.class).in(Scopes.SINGLETON);
    bind(ContributorPageSlice.class).in(Scopes.SINGLETON);
    bind(TotalsAppender.class).in(Scopes.SINGLETON);
    bind(TotalsDao.class).in(Scopes.SINGLETON);
    bind(Counting.class).in(Scopes.SINGLETON);
    bind(Payment.class).in(Scopes.SINGLETON);
    bind(TaskStanding.Reader.class).in(Scopes.SINGLETON);
    bind(TaskExplanation.class).in(Scopes.SINGLETON);
    Triggers.sources(binder()).addBinding().to(TierOccurrences.class).in(Scopes.SINGLETON);
    Triggers.sources(binder()).addBinding().to(CompletionOccurrences.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(TaskSection.class).in(Scopes.SINGLETON);
    Triggers.listeners(binder()).addBinding().to(TaskReactor.class);
    bind(TaskReactor.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(TaskReactor.class);
    Multibinder.newSetBinder(binder(), Chore.class)
        .addBinding()
        .to(TotalsPurge.class)
        .in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), JavaMigration.class)
        .addBinding()
        .to(ThresholdMigration.class)
        .in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(TaskGrpcService.class)
        .in(Scopes.SINGLETON);
  }
}
