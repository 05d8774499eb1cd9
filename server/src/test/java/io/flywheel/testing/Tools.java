package io.flywheel.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What a machine may lack. Where {@code FLYWHEEL_REQUIRE_TOOLS=true} it fails the tests that need
 * it, elsewhere it skips them loudly. Not to be instantiated.
 */
public final class Tools {
  private Tools() {}

  /** Goes on only if the tool is there. */
  public static void need(boolean available, String remedy) {
    if (available) {
      return;
    }
    if (Boolean.parseBoolean(System.getenv("FLYWHEEL_REQUIRE_TOOLS"))) {
      throw new AssertionError(remedy);
    }
    System.err.println("SKIPPED: " + remedy);
    assumeTrue(false, remedy);
  }
}
