package io.flywheel.demo;

import com.google.inject.Inject;
import io.flywheel.platform.auth.DemoToken;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.config.SettingsException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The ways into the demo room, with credentials. Thread-safe. */
public final class DemoLinks {
  /** The viewer of whoever tries the service. */
  static final String YOU = "you";

  private static final Duration LIFE = Duration.ofDays(7);

  private final DemoConfig config;
  private final DemoToken tokens;

  @Inject
  DemoLinks(DemoConfig config, DemoToken tokens) {
    this.config = config;
    this.tokens = tokens;
  }

  /** The links, one a line; none where the demo room is not switched on. */
  public List<String> on(String origin) throws IOException {
    if (!config.enabled()) {
      return List.of();
    }
    return List.of(
        "viewer: " + origin + "/panel/?room=" + DemoRoom.ROOM + "#token=" + token(Role.VIEWER, YOU),
        "host:   " + origin + "/console/#token=" + token(Role.MERCHANT, "demo-host"));
  }

  /** A token of the platform's services, by which the room is filled. */
  String platformToken() throws IOException {
    return token(Role.PLATFORM, "demo-room");
  }

  /**
   * Names no broadcast: where none is named, the day counts as one, for the simulated viewers as
   * for the one who tries it, so that all are in the same.
   */
  private String token(Role role, String subject) throws IOException {
    return tokens
        .create(role, subject, LIFE)
        .orElseThrow(() ->
            new SettingsException(
                "demo.enabled: true (expected: false, or a secret: with public keys the service"
                    + " can't sign the tokens of the demo room)"));
  }
}
