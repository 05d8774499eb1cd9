package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageTokensTest {
  private static final ViewerKey ANNA = new ViewerKey("shop", "anna");
  private static final PageTokens ANNAS = PageTokens.of("grants", ANNA);

  @Test
  void aTokenIsReadBack() {
    assertThat(ANNAS.readNumber(ANNAS.before(41))).isEqualTo(41);
    assertThat(ANNAS.readNumber("")).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aKeyOfTextsIsReadBack() {
    PageTokens rooms = new PageTokens("rooms", "shop");
    assertThat(rooms.read(rooms.after("1000", "", "世界"))).containsExactly("1000", "", "世界");
    assertThat(rooms.read("")).isEmpty();
  }

  @Test
  void noOtherListTakesIt() {
    String token = ANNAS.before(41);
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
    refuses("grants", ANNA, ANNAS.before(41) + "=");
  }

  private static void refuses(String list, ViewerKey viewer, String token) {
    assertThatThrownBy(() -> PageTokens.of(list, viewer).readNumber(token))
        .hasMessageStartingWith("page_token: ")
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD));
  }
}
