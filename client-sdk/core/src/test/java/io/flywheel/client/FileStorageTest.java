package io.flywheel.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileStorageTest {
  @TempDir Path folder;

  @Test
  void anotherProcessFindsWhatWasKept() throws Exception {
    File place = folder.resolve("not/there/yet").toFile();
    new FileStorage(place).write("likes-1", bytes("five"));
    FileStorage next = new FileStorage(place);
    assertThat(next.read("likes-1")).isEqualTo(bytes("five"));
    next.write("likes-1", bytes("six"));
    assertThat(next.read("likes-1")).isEqualTo(bytes("six"));
    next.remove("likes-1");
    next.remove("likes-1");
    assertThat(next.read("likes-1")).isNull();
  }

  @Test
  void keysMayBeAnyText() throws Exception {
    FileStorage storage = new FileStorage(folder.toFile());
    storage.write("a/../b c%", bytes("1"));
    storage.write("房间", bytes("2"));
    assertThat(storage.read("a/../b c%")).isEqualTo(bytes("1"));
    assertThat(storage.keys("")).containsExactlyInAnyOrder("a/../b c%", "房间");
    assertThat(storage.keys("房")).containsExactly("房间");
  }

  @Test
  void whatWasNotWrittenToItsEndIsNotSeen() throws Exception {
    Files.writeString(folder.resolve(".new"), "half a va");
    FileStorage storage = new FileStorage(folder.toFile());
    assertThat(storage.keys("")).isEmpty();
    storage.write("key", bytes("whole"));
    assertThat(storage.keys("")).containsExactly("key");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
