package io.flywheel.reward;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flywheel.testing.KeepersForTests;
import io.flywheel.v1.Price;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PriceReactorTest {
  @Test
  void aKindOfPriceThatNobodyKeepsStopsTheStart() {
    Set<Price.KindCase> kinds = allKinds();
    kinds.remove(Price.KindCase.TICKET);
    assertThatThrownBy(() -> new PriceReactor(Set.of(KeepersForTests.of(kinds))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("nobody keeps prices of the kind TICKET");
  }

  @Test
  void aKindOfPriceThatTwoKeepStopsTheStart() {
    PriceKeeper all = KeepersForTests.of(allKinds());
    PriceKeeper freezes = KeepersForTests.of(EnumSet.of(Price.KindCase.FREEZE));
    assertThatThrownBy(() -> new PriceReactor(Set.of(all, freezes)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("prices of the kind FREEZE are kept by");
  }

  @Test
  void oneKeeperForEachKindStarts() {
    assertThatCode(() -> new PriceReactor(Set.of(KeepersForTests.of(allKinds()))))
        .doesNotThrowAnyException();
  }

  private static Set<Price.KindCase> allKinds() {
    Set<Price.KindCase> kinds = EnumSet.allOf(Price.KindCase.class);
    kinds.remove(Price.KindCase.KIND_NOT_SET);
    return kinds;
  }
}
