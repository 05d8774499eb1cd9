package io.flywheel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the apps are handed out, with small apps in a folder instead of the jar. */
final class WebAppsTest {
  private static final String SCRIPT = "console.log('flywheel');\n".repeat(200);

  @TempDir private Path folder;
  private URLClassLoader loader;
  private Server server;
  private Browser browser;

  @BeforeEach
  void start() throws IOException {
    for (String app : new String[] {"console", "panel"}) {
      write(app + "/index.html", "<!doctype html><title>" + app + "</title>");
      write(app + "/assets/main-3f2a9c.js", SCRIPT);
      write(app + "/assets/main-3f2a9c.css", "body { margin: 0 }");
      write(app + "/favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    }
    write("panel/flywheel-panel.js", SCRIPT);
    serve(new URL[] {folder.toUri().toURL()});
  }

  @AfterEach
  void stop() throws IOException {
    browser.close();
    server.stop().join();
    loader.close();
  }

  @Test
  void pagesAreAskedForAgainAndNotSentAgain() {
    HttpResponse<String> page = browser.get("/console/");
    assertThat(page.body()).contains("<title>console</title>");
    assertThat(Browser.headers(page))
        .containsEntry("cache-control", "no-cache")
        .containsEntry("content-type", "text/html; charset=utf-8");
    String tag = page.headers().firstValue("etag").orElseThrow();
    assertThat(browser.get("/console/", "if-none-match", tag).statusCode()).isEqualTo(304);
  }

  @Test
  void assetsAreKeptForEverAndCompressed() throws IOException {
    for (String app : new String[] {"console", "panel"}) {
      HttpResponse<String> script = browser.get("/" + app + "/assets/main-3f2a9c.js");
      assertThat(script.body()).isEqualTo(SCRIPT);
      assertThat(Browser.headers(script))
          .containsEntry("cache-control", "public, max-age=31536000, immutable");
      assertThat(Browser.headers(script).get("content-type")).contains("javascript");
      assertThat(
              Browser.headers(browser.get("/" + app + "/assets/main-3f2a9c.css"))
                  .get("content-type"))
          .startsWith("text/css");
      HttpResponse<byte[]> compressed =
          browser.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:%d/%s/assets/main-3f2a9c.js"
                              .formatted(server.activeLocalPort(), app)))
                  .header("accept-encoding", "gzip")
                  .build(),
              BodyHandlers.ofByteArray());
      assertThat(Browser.headers(compressed)).containsEntry("content-encoding", "gzip");
      assertThat(
              new String(
                  new GZIPInputStream(new ByteArrayInputStream(compressed.body())).readAllBytes(),
                  StandardCharsets.UTF_8))
          .isEqualTo(SCRIPT);
    }
  }

  @Test
  void everyAddressBelowTheConsoleIsTheConsole() {
    HttpResponse<String> view = browser.get("/console/rooms/room-1?tab=viewers");
    assertThat(view.statusCode()).isEqualTo(200);
    assertThat(view.body()).contains("<title>console</title>");
    assertThat(Browser.headers(view)).containsEntry("cache-control", "no-cache");
    assertThat(browser.get("/console/assets/gone-123456.js").statusCode()).isEqualTo(404);
    assertThat(browser.get("/panel/gone").statusCode()).isEqualTo(404);
    assertThat(browser.get("/console/%2e%2e/%2e%2e/etc/passwd").body()).doesNotContain("root:");
  }

  @Test
  void theBoardOverAStreamIsAPageOfThePanel() {
    for (String address : new String[] {"/board", "/board/"}) {
      HttpResponse<String> board = browser.get(address + "?board=likers&lang=%E4%B8%AD");
      assertThat(board.statusCode()).isEqualTo(307);
      assertThat(Browser.headers(board))
          .containsEntry("location", "/panel/board/?board=likers&lang=%E4%B8%AD");
    }
  }

  @Test
  void scriptsComeFromFilesOnlyAndNobodyFramesTheConsole() {
    String console = Browser.headers(browser.get("/console/x")).get("content-security-policy");
    assertThat(console)
        .contains(
            "script-src 'self';", "frame-ancestors 'none'", "style-src 'self' 'unsafe-inline'")
        .doesNotContain("unsafe-eval");
    String panel = Browser.headers(browser.get("/panel/")).get("content-security-policy");
    assertThat(panel).contains("script-src 'self';").doesNotContain("frame-ancestors");
  }

  @Test
  void thePanelsScriptMayBeLoadedByOtherPages() {
    assertThat(Browser.headers(browser.get("/panel/flywheel-panel.js", "origin", "https://a.test")))
        .containsEntry("access-control-allow-origin", "*")
        .containsEntry("cross-origin-resource-policy", "cross-origin");
    assertThat(Browser.headers(browser.get("/console/", "origin", "https://a.test")))
        .doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void aBuildWithoutTheAppsSaysSo() throws IOException {
    stop();
    serve(new URL[0]);
    HttpResponse<String> page = browser.get("/console/");
    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.body()).contains("console", "mvn package");
    assertThat(new WebApps(loader).areBuiltIn()).isFalse();
  }

  private void serve(URL[] places) {
    loader = new URLClassLoader(places, null);
    ServerBuilder builder =
        Server.builder()
            .bossGroupFactory(Acceptor::named)
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    new WebApps(loader).addTo(builder);
    server = builder.build();
    server.start().join();
    browser = new Browser(server.activeLocalPort());
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve("web").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
