package io.flywheel.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected numbers were reckoned by code in another language that shares nothing with ours. */
class FairNumberTest {
  private static final byte[] SEED =
      HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

  @Test
  void theCommitmentIsTheSha256OfTheSeed() {
    assertThat(FairNumber.commitment(SEED))
        .isEqualTo("630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd");
  }

  @ParameterizedTest
  @CsvSource({
    "1000000, viewer-1, 0, 883894",
    "1000000, viewer-1, 1, 678347",
    "6, 我的种子, 7, 1",
    "1, '', 0, 0",
    "4611686018427387905, x, 3, 285308837078900859",
    "9223372036854775807, x, 4, 3684448279733021194",
    "3, a:b, 1099511627776, 1",
    // One value is passed over, then a whole block, then one more than that.
    "4611686018427387905, r, 15, 2106559906381580584",
    "4611686018427387905, r, 329, 229267429561183769",
    "4611686018427387905, r, 536, 1889156891681688507",
  })
  void numbersAreThoseOfTheDocumentedWay(long bound, String clientSeed, long nonce, long expected) {
    assertThat(FairNumber.below(bound, SEED, clientSeed, nonce)).isEqualTo(expected);
  }

  /** Pearson's statistic with 99 degrees of freedom exceeds 148.2 once in a thousand times. */
  @Test
  void everyNumberIsAsLikelyAsEveryOther() {
    int[] counts = new int[100];
    int draws = 1_000_000;
    for (int nonce = 0; nonce < draws; nonce++) {
      counts[(int) FairNumber.below(counts.length, SEED, "chi-square", nonce)]++;
    }
    double expected = (double) draws / counts.length;
    double statistic = 0;
    for (int count : counts) {
      statistic += (count - expected) * (count - expected) / expected;
    }
    assertThat(statistic).isLessThan(148.2);
  }
}
