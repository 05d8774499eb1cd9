package io.flywheel.program;

import com.google.inject.Inject;
import io.flywheel.platform.Lifecycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles programs in force beside the rest of the start, so that the first who act don't wait for
 * theirs, nor for the compiler to be loaded. Thread-safe.
 */
final class ProgramPreparation implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(ProgramPreparation.class);

  /** The others are compiled when they are asked for. */
  private static final int MOST = 16;

  private final ProgramStore programs;

  @Inject
  ProgramPreparation(ProgramStore programs) {
    this.programs = programs;
  }

  @Override
  public Phase phase() {
    return Phase.CLUSTER;
  }

  @Override
  public void start() {
    Thread.ofPlatform().name("program-preparation").daemon().start(this::prepare);
  }

  private void prepare() {
    try {
      programs.compileSome(MOST);
    } catch (RuntimeException e) {
      log.debug("Programs were not compiled ahead; they are when they are asked for", e);
    }
  }
}
