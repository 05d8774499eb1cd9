package io.flywheel.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compact table beside a plain map. */
class ProfileTableTest {
  private static final int KEPT_FOR = 1_000_000;

  private record Key(int number, String id) {}

  private final Map<Key, String> model = new HashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void itHoldsWhatAMapHoldsWhereThereIsRoom(int seed) {
    Random random = new Random(seed);
    ProfileTable table = new ProfileTable(100_000_000);
    for (int i = 0; i < 300_000; i++) {
      Key key = new Key(random.nextInt(3), "观众-" + random.nextInt(8_000));
      if (random.nextInt(4) == 0) {
        table.remove(key.number(), key.id());
        model.remove(key);
      } else {
        String value = "x".repeat(random.nextInt(60)) + i;
        table.put(key.number(), key.id(), i, value.getBytes(UTF_8));
        model.put(key, value);
      }
      Key other = new Key(random.nextInt(4), "观众-" + random.nextInt(8_000));
      assertThat(find(table, other, i)).as("%s at %d", other, i).isEqualTo(model.get(other));
    }
    assertThat(table.size()).isEqualTo(model.size());
    model.forEach((key, value) -> assertThat(find(table, key, 300_000)).isEqualTo(value));
    // Some 24,000 values of 70 bytes; what was replaced is no multiple of them.
    assertThat(table.bytes()).isLessThan(5_000_000);
  }

  @Test
  void beyondItsBoundItForgetsWhatNobodyAsksForAndIsNeverWrong() {
    Random random = new Random(4);
    long maxBytes = 2_000_000;
    ProfileTable table = new ProfileTable(maxBytes);
    for (int i = 0; i < 500_000; i++) {
      Key key = new Key(1, "viewer-" + random.nextInt(200_000));
      String value = "name " + i;
      table.put(key.number(), key.id(), i, value.getBytes(UTF_8));
      model.put(key, value);
      Key asked = new Key(1, "popular-" + i % 100);
      if (i < 100) {
        table.put(asked.number(), asked.id(), i, value.getBytes(UTF_8));
        model.put(asked, value);
      }
      assertThat(find(table, asked, i)).as("%s at %d", asked, i).isEqualTo(model.get(asked));
      assertThat(table.bytes()).isLessThanOrEqualTo(maxBytes);
    }
    int found = 0;
    for (Map.Entry<Key, String> each : model.entrySet()) {
      String value = find(table, each.getKey(), 500_000);
      if (value != null) {
        assertThat(value).isEqualTo(each.getValue());
        found++;
      }
    }
    assertThat(found).isEqualTo(table.size());
    assertThat(found).as("of what there is room for").isGreaterThan(10_000);
    assertThat(table.hasRoom()).isFalse();
  }

  @Test
  void manyShortValuesAreBoundedByTheTableOfTheirHashes() {
    ProfileTable table = new ProfileTable(1_000_000);
    for (int i = 0; i < 50_000; i++) {
      table.put(1, Integer.toString(i), 0, new byte[0]);
      assertThat(find(table, new Key(1, Integer.toString(i)), 0)).isEmpty();
    }
    assertThat(table.bytes()).isLessThanOrEqualTo(1_000_000);
    assertThat(table.size()).isBetween(5_000, 11_000);
  }

  @Test
  void aValueGrowsTooOldAndOneOfALaterTimeIsNotTrusted() {
    ProfileTable table = new ProfileTable(1_000_000);
    table.put(1, "v", 100, "name".getBytes(UTF_8));
    assertThat(find(table, new Key(1, "v"), 107, 8)).isEqualTo("name");
    assertThat(find(table, new Key(1, "v"), 108, 8)).isNull();
    assertThat(find(table, new Key(1, "v"), 99, 8)).isNull();
  }

  @Test
  void whatIsTooLongIsNotKeptNorIsWhatItReplaces() {
    ProfileTable table = new ProfileTable(1_000_000);
    table.put(1, "v", 0, "name".getBytes(UTF_8));
    table.put(1, "v", 0, new byte[ProfileTable.CHUNK_BYTES]);
    assertThat(find(table, new Key(1, "v"), 0)).isNull();
    assertThat(table.size()).isZero();
    table.put(1, "v", 0, new byte[30_000]);
    assertThat(find(table, new Key(1, "v"), 0)).hasSize(30_000);
  }

  private static @Nullable String find(ProfileTable table, Key key, int now) {
    return find(table, key, now, KEPT_FOR);
  }

  private static @Nullable String find(ProfileTable table, Key key, int now, int keptFor) {
    return table.find(
        key.number(),
        key.id(),
        now,
        keptFor,
        (bytes, offset, length) -> new String(bytes, offset, length, UTF_8));
  }
}
