package io.flywheel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A feature that is made for this test alone, in {@code src/test/plugin}, plugs into the service as
 * it was built. Its part of the contract is added to a copy of the protos, from which the build
 * generates classes into {@code target/plugin}; the feature is compiled here, and runs in a class
 * loader of its own that finds those classes before the contract's.
 */
final class PluginTest {
  private static final Path GENERATED = Path.of("target", "plugin", "java");
  private static final Path FEATURE = Path.of("src", "test", "plugin", "java");
  private static final Path RESOURCES = Path.of("src", "test", "plugin", "resources");

  @TempDir private Path classes = Path.of("");

  @Test
  void aFeaturePlugsInWithoutAnEditOfTheService() throws Throwable {
    assertThat(GENERATED).as("what the build generates before it tests").isDirectory();
    compile();
    Thread thread = Thread.currentThread();
    ClassLoader own = thread.getContextClassLoader();
    try (URLClassLoader plugin = plugin()) {
      thread.setContextClassLoader(plugin);
      plugin.loadClass("io.flywheel.lantern.LanternProof").getMethod("run").invoke(null);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      thread.setContextClassLoader(own);
    }
  }

  private void compile() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean isDone =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-nowarn", "-Xlint:none", "-d", classes.toString()),
                  null,
                  files.getJavaFileObjectsFromPaths(
                      Stream.concat(sources(GENERATED), sources(FEATURE)).toList()))
              .call();
      assertThat(isDone).as("%s", messages).isTrue();
    }
  }

  private static Stream<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    }
  }

  /** All that this test runs on once more, behind the feature's classes. */
  private URLClassLoader plugin() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    urls.add(classes.toUri().toURL());
    urls.add(RESOURCES.toUri().toURL());
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return new URLClassLoader(
        "plugin", urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }
}
