package io.flywheel.audience.tag;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.program.Programs;

/** Binds tags. */
public final class TagModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), TagSlice.class);
    bind(TagChangeAppender.class).in(Scopes.SINGLETON);
    bind(ViewerPageSlice.class).in(Scopes.SINGLETON);
    bind(TagMeters.class).in(Scopes.SINGLETON);
    bind(TagChanges.class).in(Scopes.SINGLETON);
    bind(Tags.class).in(Scopes.SINGLETON);
    bind(TagSection.class).in(Scopes.SINGLETON);
    bind(TagReactor.class).in(Scopes.SINGLETON);
    bind(TagDao.class).in(Scopes.SINGLETON);
    bind(TagDrafts.class).in(Scopes.SINGLETON);
    bind(TagHistory.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(TagSection.class);
    Triggers.sources(binder()).addBinding().to(TagOccurrences.OfEntered.class).in(Scopes.SINGLETON);
    Triggers.sources(binder()).addBinding().to(TagOccurrences.OfLeft.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), ProfileSection.class).addBinding().to(Tags.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(TagReactor.class);
  }
}
