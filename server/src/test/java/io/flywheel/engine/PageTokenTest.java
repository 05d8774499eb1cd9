package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageTokenTest {
  private static final ViewerKey ANNA = new ViewerKey("shop", "anna");

  @Test
  void aTokenIsReadBack() {
    assertThat(PageToken.read("grants", ANNA, PageToken.before("grants", ANNA, 41))).isEqualTo(41);
    assertThat(PageToken.read("grants", ANNA, "")).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void noOtherListTakesIt() {
    String token = PageToken.before("grants", ANNA, 41);
    refuses("entries", ANNA, token);
    refuses("grants", new ViewerKey("shop", "bert"), token);
    refuses("grants", new ViewerKey("mall", "anna"), token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "not a token", "=", "AAAAAAAAACk", "世界", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void whatNobodyIssuedIsRefused(String token) {
    refuses("grants", ANNA, token);
  }

  @Test
  void anotherSpellingOfATokenIsRefused() {
    refuses("grants", ANNA, PageToken.before("grants", ANNA, 41) + "=");
  }

  private static void refuses(String list, ViewerKey viewer, String token) {
    assertThatThrownBy(() -> PageToken.read(list, viewer, token))
        .hasMessageStartingWith("page_token: ")
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD));
  }
}
