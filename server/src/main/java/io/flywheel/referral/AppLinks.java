package io.flywheel.referral;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.inject.Inject;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import io.flywheel.platform.http.WebPages;
import java.util.List;
import java.util.TreeMap;

/**
 * Tells phones which apps open links of invites: iOS by {@code apple-app-site-association}, Android
 * by {@code assetlinks.json}. What no app is configured for is not found. Thread-safe.
 */
final class AppLinks implements WebPages {
  private static final String LINKS = "/i/*";

  private final ReferralConfig config;

  @Inject
  AppLinks(ReferralConfig config) {
    this.config = config;
  }

  @Override
  public void addTo(ServerBuilder server) {
    if (!config.apple().isEmpty()) {
      String apple = apple(config.apple()).toString();
      server.service("/.well-known/apple-app-site-association", (ctx, request) -> json(apple));
    }
    if (!config.android().isEmpty()) {
      String android = android(config.android()).toString();
      server.service("/.well-known/assetlinks.json", (ctx, request) -> json(android));
    }
  }

  private static JsonObject apple(List<String> apps) {
    JsonObject links = new JsonObject();
    links.addProperty("/", LINKS);
    JsonObject detail = new JsonObject();
    detail.add("appIDs", array(apps));
    detail.add("components", arrayOf(links));
    JsonObject applinks = new JsonObject();
    applinks.add("details", arrayOf(detail));
    JsonObject file = new JsonObject();
    file.add("applinks", applinks);
    return file;
  }

  private static JsonArray android(List<String> apps) {
    TreeMap<String, JsonArray> certificates = new TreeMap<>();
    for (String app : apps) {
      int equals = app.indexOf('=');
      certificates
          .computeIfAbsent(app.substring(0, equals), unused -> new JsonArray())
          .add(app.substring(equals + 1));
    }
    JsonArray file = new JsonArray();
    certificates.forEach((name, hashes) -> {
      JsonObject target = new JsonObject();
      target.addProperty("namespace", "android_app");
      target.addProperty("package_name", name);
      target.add("sha256_cert_fingerprints", hashes);
      JsonObject statement = new JsonObject();
      statement.add("relation", array(List.of("delegate_permission/common.handle_all_urls")));
      statement.add("target", target);
      file.add(statement);
    });
    return file;
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static JsonArray arrayOf(JsonObject one) {
    JsonArray array = new JsonArray();
    array.add(one);
    return array;
  }

  private static HttpResponse json(String content) {
    return HttpResponse.of(HttpStatus.OK, MediaType.JSON, content);
  }
}
