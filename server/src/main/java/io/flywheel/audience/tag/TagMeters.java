package io.flywheel.audience.tag;

import com.google.inject.Inject;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/** How often rules of tags are asked, and how often that fails. Thread-safe. */
final class TagMeters {
  private final LongAdder asked = new LongAdder();
  private final LongAdder failed = new LongAdder();

  @Inject
  TagMeters(MeterRegistry meters) {
    FunctionCounter.builder("flywheel.tags.asked", asked, LongAdder::doubleValue)
        .description("Conditions of tags that were asked of viewers")
        .register(meters);
    FunctionCounter.builder("flywheel.tags.failed", failed, LongAdder::doubleValue)
        .description("Those that could not be reckoned: such a viewer does not have the tag")
        .register(meters);
  }

  void asked(boolean isFailed) {
    asked.increment();
    if (isFailed) {
      failed.increment();
    }
  }

  long asked() {
    return asked.sum();
  }

  long failed() {
    return failed.sum();
  }
}
