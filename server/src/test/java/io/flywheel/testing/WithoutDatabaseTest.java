package io.flywheel.testing;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The run on a real MySQL leaves out the test classes of a list, because they meet no database.
 * That they don't is seen from what they and the classes that help them are made of.
 */
final class WithoutDatabaseTest {
  private static final Path CLASSES = Path.of("target", "test-classes");
  private static final Path LIST = Path.of("src", "test", "without-database.txt");

  /**
   * Whoever meets a database has one of these at hand, or starts the service in this process or
   * another, or loads classes that nothing here shows. They are named, not used, since this class
   * belongs to the list itself.
   */
  private static final Set<String> DOORS =
      Set.of(
          "io.flywheel.FlywheelServer",
          "io.flywheel.gateway.ServerNode",
          "io.flywheel.platform.db.Database",
          "io.flywheel.platform.db.EmbeddedMariaDb",
          "io.flywheel.platform.db.MySqlConnections",
          "io.flywheel.promises.ChildServer",
          "io.flywheel.testing.TestDatabase",
          "java.net.URLClassLoader",
          "java.sql.Connection",
          "java.sql.DriverManager",
          "org.jdbi.v3.core.Handle",
          "org.jdbi.v3.core.Jdbi");

  @Test
  void theListHasTheTestClassesThatMeetNoDatabase() throws IOException {
    JavaClasses classes = testClasses();
    Map<String, Set<String>> users = users(classes);
    assertThat(users.keySet())
        .as("what leads to databases; a name that no test class uses was that of the past")
        .containsAll(DOORS);

    Set<String> meeting = reaching(DOORS, users);
    Set<String> free = new TreeSet<>();
    for (JavaClass each : classes) {
      String name = each.getName();
      if (name.endsWith("Test") && name.equals(outermost(each)) && !meeting.contains(name)) {
        free.add(name.replace('.', '/') + ".java");
      }
    }
    List<String> listed =
        Files.readAllLines(LIST).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    Set<String> toAdd = without(free, listed);
    Set<String> toRemove = without(listed, free);
    assertThat(toAdd.isEmpty() && toRemove.isEmpty())
        .as("%s%nlines to add:%n%s%nlines to remove:%n%s", LIST, lines(toAdd), lines(toRemove))
        .isTrue();
    assertThat(listed).as("%s is sorted, each line once", LIST).containsExactlyElementsOf(free);
  }

  /** All test classes, without what they use: its names are enough, and reading it takes long. */
  private static JavaClasses testClasses() {
    return ArchConfiguration.withThreadLocalScope(configuration -> {
      configuration.setResolveMissingDependenciesFromClassPath(false);
      return new ClassFileImporter().importPath(CLASSES);
    });
  }

  /** By which test classes each class is used, where nested ones count as the one around them. */
  private static Map<String, Set<String>> users(JavaClasses classes) {
    Map<String, Set<String>> users = new HashMap<>();
    for (JavaClass each : classes) {
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        users
            .computeIfAbsent(outermost(dependency.getTargetClass()), used -> new TreeSet<>())
            .add(outermost(each));
      }
    }
    return users;
  }

  /** The classes that use one of the given ones, or that use a class that does, and so on. */
  private static Set<String> reaching(Set<String> used, Map<String, Set<String>> users) {
    Set<String> reaching = new TreeSet<>(used);
    Deque<String> next = new ArrayDeque<>(used);
    while (!next.isEmpty()) {
      for (String user : users.getOrDefault(next.remove(), Set.of())) {
        if (reaching.add(user)) {
          next.add(user);
        }
      }
    }
    return reaching;
  }

  private static String outermost(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static Set<String> without(Collection<String> lines, Collection<String> others) {
    Set<String> left = new TreeSet<>(lines);
    left.removeAll(others);
    return left;
  }

  private static String lines(Set<String> lines) {
    return lines.isEmpty()
        ? "  none"
        : lines.stream().map(line -> "  " + line).collect(joining("\n"));
  }
}
