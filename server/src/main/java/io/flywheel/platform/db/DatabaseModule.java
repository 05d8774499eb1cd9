package io.flywheel.platform.db;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;
import org.flywaydb.core.api.migration.JavaMigration;

/** Binds the database and the data folder. */
public final class DatabaseModule extends AbstractModule {
  private final DatabaseConfig config;

  public DatabaseModule(Settings settings) {
    config = settings.read("database", DatabaseConfig.class);
  }

  @Override
  protected void configure() {
    bind(DatabaseConfig.class).toInstance(config);
    bind(DataFolder.class);
    bind(EmbeddedMariaDb.class);
    bind(Database.class);
    // Where features' modules bind migrations that SQL can't tell.
    Multibinder.newSetBinder(binder(), JavaMigration.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(Database.class);
  }
}
