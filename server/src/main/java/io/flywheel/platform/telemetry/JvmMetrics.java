package io.flywheel.platform.telemetry;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import org.jspecify.annotations.Nullable;

/** Memory, garbage collection, threads and processor of this process. */
@Singleton
final class JvmMetrics implements Lifecycle {
  private final MeterRegistry registry;
  private @Nullable JvmGcMetrics collections;

  @Inject
  JvmMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Phase phase() {
    return Phase.STORAGE;
  }

  @Override
  public void start() {
    JvmGcMetrics started = new JvmGcMetrics();
    started.bindTo(registry);
    collections = started;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  @Override
  public void stop() {
    if (collections != null) {
      collections.close();
    }
    registry.close();
  }
}
