package io.flywheel.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HeartbeatTokensTest {
  private static final ViewerKey VIEWER = new ViewerKey("merchant", "viewer");

  private final HeartbeatTokens tokens = new HeartbeatTokens(() -> key("a key"));

  @Test
  void aTokenNamesItsSessionOnAnyNodeWithTheSameKey() {
    HeartbeatTokens other = new HeartbeatTokens(() -> key("a key"));
    String token = tokens.issue(VIEWER, "room", 1_772_438_400_123L);
    assertThat(other.verify(VIEWER, "room", token)).isEqualTo(1_772_438_400_123L);
    assertThat(token).hasSize(32).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void aTokenIsGoodForOneViewerAndOneRoomOnly() {
    String token = tokens.issue(VIEWER, "room", 1);
    assertBad(() -> tokens.verify(new ViewerKey("merchant", "other"), "room", token));
    assertBad(() -> tokens.verify(new ViewerKey("other", "viewer"), "room", token));
    assertBad(() -> tokens.verify(VIEWER, "other", token));
    assertBad(() -> tokens.verify(new ViewerKey("merchan", "tviewer"), "room", token));
    assertBad(() -> new HeartbeatTokens(() -> key("another key")).verify(VIEWER, "room", token));
  }

  @Test
  void noCharacterOfATokenCanBeChanged() {
    String token = tokens.issue(VIEWER, "room", 1_772_438_400_123L);
    for (int i = 0; i < token.length(); i++) {
      String changed =
          token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1);
      assertBad(() -> tokens.verify(VIEWER, "room", changed));
    }
    assertBad(() -> tokens.verify(VIEWER, "room", ""));
    assertBad(() -> tokens.verify(VIEWER, "room", "no token at all!"));
    assertBad(() -> tokens.verify(VIEWER, "room", token + "AAAA"));
    assertBad(() -> tokens.verify(VIEWER, "room", token.substring(4)));
  }

  private static void assertBad(Runnable verification) {
    assertThatThrownBy(verification::run)
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_BAD_HEARTBEAT_TOKEN));
  }

  private static SecretKey key(String text) {
    return new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }
}
