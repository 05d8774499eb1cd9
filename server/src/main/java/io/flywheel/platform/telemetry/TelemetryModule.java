package io.flywheel.platform.telemetry;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Binds the registry of metrics, which a page for Prometheus can be read from. */
public final class TelemetryModule extends AbstractModule {
  @Override
  protected void configure() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    bind(PrometheusMeterRegistry.class).toInstance(registry);
    bind(MeterRegistry.class).toInstance(registry);
    bind(JvmMetrics.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(JvmMetrics.class);
  }
}
