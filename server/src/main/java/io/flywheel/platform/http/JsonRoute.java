package io.flywheel.platform.http;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.common.base.Splitter;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a method is called with JSON: the HTTP method and path of its {@code google.api.http}
 * annotation.
 *
 * @param hasBody whether the body is the request; otherwise there is none
 */
record JsonRoute(
    String httpMethod, String template, Pattern path, List<String> variables, boolean hasBody) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z0-9_.]+)}");

  /** The route that the method's annotation names; empty where it has none. */
  static Optional<JsonRoute> of(MethodDescriptor method) {
    if (!method.getOptions().hasExtension(AnnotationsProto.http)) {
      return Optional.empty();
    }
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    boolean isWhole = rule.getBody().isEmpty() || rule.getBody().equals("*");
    if (!isWhole || rule.getAdditionalBindingsCount() > 0 || !rule.getResponseBody().isEmpty()) {
      throw unsupported(method, rule);
    }
    return Optional.of(
        switch (rule.getPatternCase()) {
          case GET -> of(method, rule, "GET", rule.getGet());
          case PUT -> of(method, rule, "PUT", rule.getPut());
          case POST -> of(method, rule, "POST", rule.getPost());
          case DELETE -> of(method, rule, "DELETE", rule.getDelete());
          case PATCH -> of(method, rule, "PATCH", rule.getPatch());
          case CUSTOM, PATTERN_NOT_SET -> throw unsupported(method, rule);
        });
  }

  /** The values of the path's variables by their fields, from a path as it came in. */
  Map<String, String> variablesIn(String rawPath) {
    Matcher matcher = path.matcher(rawPath);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(rawPath + " is not of " + template);
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < variables.size(); i++) {
      // A plus is a plus in a path, unlike in a form.
      String raw = matcher.group(i + 1).replace("+", "%2B");
      values.put(variables.get(i), URLDecoder.decode(raw, StandardCharsets.UTF_8));
    }
    return values;
  }

  private static JsonRoute of(
      MethodDescriptor method, HttpRule rule, String httpMethod, String template) {
    List<String> variables = new ArrayList<>();
    StringBuilder pattern = new StringBuilder();
    int end = 0;
    Matcher variable = VARIABLE.matcher(template);
    while (variable.find()) {
      pattern.append(Pattern.quote(template.substring(end, variable.start()))).append("([^/]+)");
      variables.add(variable.group(1));
      end = variable.end();
    }
    String rest = template.substring(end);
    if (Splitter.on(VARIABLE).splitToList(template).stream().anyMatch(s -> s.matches(".*[{*].*"))) {
      throw unsupported(method, rule);
    }
    pattern.append(Pattern.quote(rest));
    return new JsonRoute(
        httpMethod,
        template,
        Pattern.compile(pattern.toString()),
        List.copyOf(variables),
        !rule.getBody().isEmpty());
  }

  private static IllegalArgumentException unsupported(MethodDescriptor method, HttpRule rule) {
    return new IllegalArgumentException(
        method.getFullName() + ": an HTTP rule that is not supported: " + rule);
  }
}
