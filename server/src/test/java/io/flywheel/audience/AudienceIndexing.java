package io.flywheel.audience;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.TestServer;

/** Brings the audience of a merchant up to date at once. */
public final class AudienceIndexing {
  private AudienceIndexing() {}

  /** Follows the journal to its end. */
  public static void follow(TestServer server, String merchantId) {
    assertThat(server.instance(AudienceIndexer.class).follow(merchantId))
        .as("whether no other node follows")
        .isTrue();
  }
}
