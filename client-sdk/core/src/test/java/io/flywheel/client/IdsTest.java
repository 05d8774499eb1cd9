package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdsTest {
  private static final long START = 0x019C_AD8F_AC00L;

  private final AtomicLong now = new AtomicLong(START);

  @Test
  void anIdIsAUuidOfVersionSevenThatBearsItsTime() {
    UUID id = UUID.fromString(source().newId());
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(START);
  }

  @Test
  void idsOfAMillisecondAreDifferentAndInOrder() {
    List<String> ids = take(source(), 10_000);
    assertThat(ids).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void aClockThatIsSetBackDisturbsNoOrder() {
    IdSource source = source();
    List<String> ids = take(source, 3);
    now.addAndGet(-86_400_000);
    ids.addAll(take(source, 3));
    now.addAndGet(86_400_001);
    ids.addAll(take(source, 3));
    assertThat(ids).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void theHighestRandomnessMakesNoOtherVersion() {
    IdSource source = new IdSource(now::get, bytes -> Arrays.fill(bytes, (byte) 0xFF));
    for (String id : take(source, 5_000)) {
      assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }
  }

  @Test
  void threadsGetIdsOfTheirOwn() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<List<String>> taking =
          () -> {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
              ids.add(Ids.newId());
            }
            return ids;
          };
      Set<String> all = new HashSet<>();
      for (Future<List<String>> ids : threads.invokeAll(List.of(taking, taking, taking, taking))) {
        assertThat(ids.get()).isSorted();
        all.addAll(ids.get());
      }
      assertThat(all).hasSize(20_000);
    } finally {
      threads.shutdown();
    }
  }

  private IdSource source() {
    return new IdSource(now::get, new java.security.SecureRandom()::nextBytes);
  }

  private static List<String> take(IdSource source, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(source.newId());
    }
    return ids;
  }
}
