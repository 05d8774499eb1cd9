package io.flywheel.coupon;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.platform.chores.Chore;
import io.flywheel.reward.RewardKinds;
import io.grpc.BindableService;

/** Binds coupons. */
public final class CouponModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(CouponSlice.class).in(Scopes.SINGLETON);
    PackedSlice.bind(binder(), CouponsSlice.class);
    SharedSlice.bind(binder(), PoolSlice.class);
    bind(Codes.class).in(Scopes.SINGLETON);
    bind(CouponDao.class);
    bind(ImportDao.class);
    bind(CouponPurgeDao.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(CouponPurgeDao.class);
    bind(CouponReactor.class).in(Scopes.SINGLETON);
    bind(CouponGrpcService.class).in(Scopes.SINGLETON);
    RewardKinds.binder(binder()).addBinding().to(CouponKind.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(CouponReactor.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(CouponGrpcService.class);
  }
}
