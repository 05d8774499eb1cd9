package io.flywheel.platform.http;

import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.docs.DocService;
import com.linecorp.armeria.server.docs.DocServiceBuilder;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** The documentation page: every method with the protos' comments, and a form to call it. */
final class Documentation {
  /** Requests by "package.Service/Method"; "${now}" in them stands for the time of the start. */
  static final String EXAMPLES = "/http/examples.json";

  private static final Gson PRETTY = new GsonBuilder().setPrettyPrinting().create();
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'"
          + " data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

  private Documentation() {}

  static HttpService service(Clock clock) throws IOException {
    DocServiceBuilder page =
        DocService.builder()
            .webAppTitle("Flywheel")
            .exampleHeaders(HttpHeaders.of(HttpHeaderNames.AUTHORIZATION, "Bearer TOKEN"));
    URL file = Objects.requireNonNull(Documentation.class.getResource(EXAMPLES), EXAMPLES);
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    JsonParser.parseString(Resources.toString(file, StandardCharsets.UTF_8).replace("${now}", now))
        .getAsJsonObject()
        .asMap()
        .forEach((method, request) -> addExample(page, method, request));
    return page.build()
        .decorate((delegate, ctx, request) -> withPolicy(delegate.serve(ctx, request)));
  }

  private static void addExample(DocServiceBuilder page, String method, JsonElement request) {
    int slash = method.indexOf('/');
    String service = method.substring(0, slash);
    String name = method.substring(slash + 1);
    page.exampleRequests(service, name, PRETTY.toJson(request));
    if (name.startsWith("Watch")) {
      // The page shows an answer once it has ended.
      page.exampleHeaders(
          service,
          name,
          HttpHeaders.of(HttpHeaderNames.AUTHORIZATION, "Bearer TOKEN", "grpc-timeout", "5S"));
    }
  }

  private static HttpResponse withPolicy(HttpResponse response) {
    return response.mapHeaders(
        headers -> headers.toBuilder().set("content-security-policy", POLICY).build());
  }
}
