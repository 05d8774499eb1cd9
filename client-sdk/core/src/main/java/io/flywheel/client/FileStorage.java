package io.flywheel.client;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each value in a file of a folder, on Android for example {@code new
 * File(context.getFilesDir(), "flywheel")}. One process at a time.
 *
 * <p>A value outlives the process, whatever ends it. It is not forced onto the disk, which would
 * cost battery at each like: a phone that loses its power may lose the last seconds.
 */
public final class FileStorage implements Storage {
  private static final String UNFINISHED = ".new";
  private static final char ESCAPE = '%';

  private final File folder;

  /** A storage in a folder, which is made when something is kept. */
  public FileStorage(File folder) {
    this.folder = folder;
  }

  @Override
  public synchronized byte @Nullable [] read(String key) throws IOException {
    try (InputStream file = new FileInputStream(file(key))) {
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      byte[] buffer = new byte[4_096];
      for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
        value.write(buffer, 0, read);
      }
      return value.toByteArray();
    } catch (FileNotFoundException nothingKept) {
      return null;
    }
  }

  @Override
  public synchronized void write(String key, byte[] value) throws IOException {
    if (!folder.isDirectory() && !folder.mkdirs()) {
      throw new IOException("can't make the folder " + folder);
    }
    File unfinished = new File(folder, UNFINISHED);
    try (OutputStream file = new FileOutputStream(unfinished)) {
      file.write(value);
    }
    if (!unfinished.renameTo(file(key))) {
      throw new IOException("can't replace " + file(key));
    }
  }

  @Override
  public synchronized void remove(String key) throws IOException {
    File file = file(key);
    if (!file.delete() && file.exists()) {
      throw new IOException("can't delete " + file);
    }
  }

  @Override
  public synchronized List<String> keys(String prefix) {
    List<String> keys = new ArrayList<>();
    String @Nullable [] names = folder.list();
    if (names != null) {
      for (String name : names) {
        String key = keyOf(name);
        if (key != null && key.startsWith(prefix)) {
          keys.add(key);
        }
      }
    }
    return keys;
  }

  private File file(String key) {
    StringBuilder name = new StringBuilder();
    for (byte next : key.getBytes(StandardCharsets.UTF_8)) {
      if ((next >= 'a' && next <= 'z') || (next >= '0' && next <= '9') || next == '-') {
        name.append((char) next);
      } else {
        name.append(ESCAPE).append(Character.forDigit((next >> 4) & 0xF, 16));
        name.append(Character.forDigit(next & 0xF, 16));
      }
    }
    return new File(folder, name.toString());
  }

  /** Null for a file that is none of this storage's. */
  private static @Nullable String keyOf(String name) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); i++) {
      char next = name.charAt(i);
      if (next != ESCAPE) {
        if (next == '.') {
          return null;
        }
        key.write(next);
      } else if (i + 2 < name.length()) {
        int high = Character.digit(name.charAt(i + 1), 16);
        int low = Character.digit(name.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return null;
        }
        key.write(high << 4 | low);
        i += 2;
      } else {
        return null;
      }
    }
    return new String(key.toByteArray(), StandardCharsets.UTF_8);
  }
}
