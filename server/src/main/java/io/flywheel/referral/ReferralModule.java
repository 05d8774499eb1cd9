package io.flywheel.referral;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.Recorded;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;
import io.flywheel.platform.http.WebPages;
import io.flywheel.program.Programs;
import io.grpc.BindableService;

/** Binds referral. */
public final class ReferralModule extends AbstractModule {
  private final ReferralConfig config;

  public ReferralModule(Settings settings) {
    config = settings.read("referral", ReferralConfig.class);
  }

  @Override
  protected void configure() {
    PackedSlice.bind(binder(), ReferralStateSlice.class);
    SharedSlice.bind(binder(), GatheringSlice.class);
    SharedSlice.bind(binder(), InviteSlice.class);
    SharedSlice.bind(binder(), BondSlice.class);
    SharedSlice.bind(binder(), IdentitySlice.class);
    bind(FriendSlice.class).in(Scopes.SINGLETON);
    bind(SharerSlice.class).in(Scopes.SINGLETON);
    bind(FiguresAppender.class).in(Scopes.SINGLETON);
    bind(Circles.class).in(Scopes.SINGLETON);
    bind(Identities.class).in(Scopes.SINGLETON);
    bind(Payments.class).in(Scopes.SINGLETON);
    bind(ReferralDao.class);
    bind(ReferralConfig.class).toInstance(config);
    bind(Covers.class).in(Scopes.SINGLETON);
    bind(InvitePictures.class).in(Scopes.SINGLETON);
    bind(LinkOpens.class).in(Scopes.SINGLETON);
    bind(ReferralSection.class).in(Scopes.SINGLETON);
    bind(InviteReactor.class).in(Scopes.SINGLETON);
    bind(InviteeReactor.class).in(Scopes.SINGLETON);
    bind(InviterReactor.class).in(Scopes.SINGLETON);
    bind(GatheringReactor.class).in(Scopes.SINGLETON);
    bind(ReferralGrpcService.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(ReferralSection.class);
    Multibinder<OccurrenceSource<?>> sources = Triggers.sources(binder());
    sources.addBinding().toInstance(InviteeOccurrences.entered());
    sources.addBinding().toInstance(InviteeOccurrences.stayed());
    sources.addBinding().toInstance(InviteeOccurrences.ordered());
    Recorded.referrals(binder()).addBinding().to(RecordedFriend.class).in(Scopes.SINGLETON);
    Multibinder<Reactor> reactors = Multibinder.newSetBinder(binder(), Reactor.class);
    reactors.addBinding().to(InviteReactor.class);
    reactors.addBinding().to(InviteeReactor.class);
    reactors.addBinding().to(InviterReactor.class);
    reactors.addBinding().to(GatheringReactor.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(LinkOpens.class);
    Multibinder<WebPages> pages = Multibinder.newSetBinder(binder(), WebPages.class);
    pages.addBinding().to(InviteLinks.class).in(Scopes.SINGLETON);
    pages.addBinding().to(AppLinks.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(ReferralGrpcService.class);
  }
}
