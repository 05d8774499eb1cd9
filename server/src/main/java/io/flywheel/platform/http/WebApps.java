package io.flywheel.platform.http;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.encoding.EncodingService;
import com.linecorp.armeria.server.file.FileService;
import com.linecorp.armeria.server.file.HttpFile;
import com.linecorp.armeria.server.file.HttpVfs;

/** The pages that the service hands out: the viewers' panel and the console. */
final class WebApps {
  /** Inline styles are what ECharts and Element Plus make; scripts are all in files. */
  private static final String POLICY =
      "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
          + " data: https:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri"
          + " 'none'; form-action 'self'";

  private static final String REVALIDATED = "no-cache";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  private final ClassLoader loader;

  /** The apps that the loader has below {@code web/}. */
  WebApps(ClassLoader loader) {
    this.loader = loader;
  }

  /** Whether both apps were built in. */
  boolean areBuiltIn() {
    return isBuiltIn("console") && isBuiltIn("panel");
  }

  void addTo(ServerBuilder server) {
    // Nobody may lay the console under a page of theirs and let its clicks through.
    add(
        server,
        "console",
        HttpHeaders.of("content-security-policy", POLICY + "; frame-ancestors 'none'"));
    // The panel is made for other pages: in a frame, or by its script.
    add(
        server,
        "panel",
        HttpHeaders.builder()
            .add("content-security-policy", POLICY)
            .add("access-control-allow-origin", "*")
            .add("cross-origin-resource-policy", "cross-origin")
            .build());
    HttpService board = (ctx, request) -> toBoard(ctx.query() == null ? "" : "?" + ctx.query());
    server.service("/board", board).service("/board/", board);
  }

  /** The board that is laid over a stream is a page of the panel's; browsers keep the fragment. */
  private static HttpResponse toBoard(String query) {
    return HttpResponse.ofRedirect("/panel/board/" + query);
  }

  private void add(ServerBuilder server, String app, HttpHeaders headers) {
    if (!isBuiltIn(app)) {
      server.serviceUnder("/" + app, (ctx, request) -> missing(app));
      return;
    }
    FileService files = files("web/" + app, REVALIDATED, headers);
    // The console's addresses are made in the browser: whatever is no file is a view.
    HttpService views =
        app.equals("console") ? files.orElse(index(app, headers)) : orNotFound(files);
    // The names of these change with their content.
    server.serviceUnder(
        "/" + app + "/assets",
        compressed(orNotFound(files("web/" + app + "/assets", FOR_EVER, headers))));
    server.serviceUnder("/" + app, compressed(views));
  }

  private HttpService index(String app, HttpHeaders headers) {
    return HttpFile.builder(loader, "web/" + app + "/index.html")
        .cacheControl(REVALIDATED)
        .addHeaders(headers)
        .build()
        .asService();
  }

  private FileService files(String folder, String cacheControl, HttpHeaders headers) {
    return FileService.builder(HttpVfs.of(loader, folder))
        .cacheControl(cacheControl)
        .addHeaders(headers)
        .build();
  }

  private static HttpService orNotFound(FileService files) {
    return files.orElse((ctx, request) -> ErrorPages.notFound(ctx.path()).toHttpResponse());
  }

  private static HttpService compressed(HttpService files) {
    return files.decorate(EncodingService.newDecorator());
  }

  private boolean isBuiltIn(String app) {
    return loader.getResource("web/" + app + "/index.html") != null;
  }

  private static HttpResponse missing(String app) {
    return HttpResponse.of(
        HttpStatus.NOT_FOUND,
        MediaType.HTML_UTF_8,
        """
        <!doctype html>
        <html lang="zh"><meta charset="utf-8"><title>Flywheel</title>
        <h1>这次构建不含此页面</h1>
        <p>服务构建时没有包含 <code>%1$s</code>。请用 <code>mvn package</code> 构建全部模块，再启动服务。</p>
        <h1 lang="en">This build comes without this page</h1>
        <p lang="en">The service was built without its <code>%1$s</code>. Build all modules with <code>mvn package</code>,
        then start the service again.</p>
        """
            .formatted(app));
  }
}
