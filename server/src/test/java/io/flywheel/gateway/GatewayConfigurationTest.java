package io.flywheel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.ExtensionRegistry;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ErrorReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What ships is a configuration that Envoy takes, and it agrees with the contract. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GatewayConfigurationTest {
  private static final String PACKAGE = "flywheel.v1";
  private static final Set<String> IDS_OF_WRITES = Set.of("request_id", "event_id");

  private FileDescriptorSet contract = FileDescriptorSet.getDefaultInstance();

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  void readContract() throws IOException {
    ExtensionRegistry annotations = ExtensionRegistry.newInstance();
    AnnotationsProto.registerAllExtensions(annotations);
    try (InputStream file = ErrorReason.class.getResourceAsStream("/flywheel.binpb")) {
      contract = FileDescriptorSet.parseFrom(Objects.requireNonNull(file), annotations);
    }
  }

  @Test
  void envoyTakesEveryVariantOfTheConfiguration() throws Exception {
    assertThat(Gateway.validate(TestServer.SECRET)).isEmpty();
    assertThat(Gateway.validate(TestServer.SECRET, "--tls=off")).isEmpty();
    assertThat(
            Gateway.validate(
                TestServer.SECRET,
                "--plain-port=8081",
                "--servers=one.internal:9090,10.0.0.2:9191",
                "--edges=one.internal:8080",
                "--origins=https://live.example.com,http://localhost:5173",
                "--trusted-proxies=1",
                "--hsts-seconds=31536000"))
        .isEmpty();
    Path keys =
        Files.writeString(
            folder.resolve("api.keys"),
            "# of the shop\n 0123456789abcdef=demo \n\nfedcba9876543210==other");
    assertThat(Gateway.validate(TestServer.SECRET, "--api-keys-file=" + keys)).isEmpty();
    assertThat(Gateway.render(TestServer.SECRET, "--api-keys-file=" + keys))
        .contains("{exact: \"0123456789abcdef\"}", "{exact: \"fedcba9876543210=\"}");
    String[] claims = {"--jwt-issuer=https://id.example.com", "--jwt-audience=flywheel"};
    assertThat(Gateway.validate(TestServer.SECRET, claims)).isEmpty();
    assertThat(Gateway.render(TestServer.SECRET, claims))
        .contains(
            "\n                  issuer: \"https://id.example.com\"",
            "\n                  audiences: [\"flywheel\"]");
    Path publicKey =
        Files.writeString(
            folder.resolve("key.pem"),
            "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder()
                    .encodeToString(
                        KeyPairGenerator.getInstance("RSA")
                            .generateKeyPair()
                            .getPublic()
                            .getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
    assertThat(Gateway.validate(TestServer.SECRET, "--jwt-public-key-file=" + publicKey)).isEmpty();
    Path keySet = Files.writeString(folder.resolve("keys.json"), "{\"keys\":[]}");
    assertThat(Gateway.validate(TestServer.SECRET, "--jwt-jwks=" + keySet)).contains("jwks");
    assertThat(Gateway.validate(TestServer.SECRET, "--jwt-jwks=https://id.example.com/keys.json"))
        .isEmpty();
  }

  @Test
  void settingsThatSayMoreThanTheyShouldAreRefusedByName() throws Exception {
    for (String setting :
        List.of(
            "--servers=localhost",
            "--servers=a\"}:1",
            "--origins=https://live.example.com/path",
            "--port=0",
            "--caller-rate=many",
            "--tls=maybe",
            "--jwt-jwks=ftp://id.example.com",
            "--jwt-issuer=a\"b",
            "--jwt-audience=two words",
            "--jwt-secret-file=/does/not/exist")) {
      String name = setting.substring(0, setting.indexOf('='));
      assertThat(Gateway.validate(TestServer.SECRET, setting))
          .as(setting)
          .contains(name, "(expected: ");
    }
    assertThat(Gateway.validate(TestServer.SECRET, "--colour=blue"))
        .contains("--colour: no such setting");
    assertThat(Gateway.validate("short")).contains("at least 32");
  }

  @Test
  void exactlyTheMethodsThatChangeNothingAreTriedAgain() throws Exception {
    List<Object> routes = at(connectionManager(), "route_config", "virtual_hosts", 0, "routes");
    String streams = at(named("streams", routes), "match", "safe_regex", "regex");
    String reads = at(named("reads", routes), "match", "safe_regex", "regex");
    for (String route : List.of("json_by_name", "streams", "writes", "health")) {
      assertThat(this.<String>at(named(route, routes), "route", "retry_policy", "retry_on"))
          .as(route)
          .isEqualTo("connect-failure,refused-stream,reset-before-request");
    }
    int methods = 0;
    for (ServiceDescriptorProto service : services()) {
      for (MethodDescriptorProto method : service.getMethodList()) {
        String path = "/" + PACKAGE + "." + service.getName() + "/" + method.getName();
        boolean stream = method.getClientStreaming() || method.getServerStreaming();
        boolean write = namesAWrite(method.getInputType(), new HashSet<>());
        assertThat(path.matches(streams)).as("%s is a stream", path).isEqualTo(stream);
        assertThat(path.matches(reads)).as("%s is a read", path).isEqualTo(!stream && !write);
        HttpRule json = method.getOptions().getExtension(AnnotationsProto.http);
        assertThat(write && !json.getGet().isEmpty()).as("%s is a GET", path).isFalse();
        methods++;
      }
    }
    assertThat(methods).isGreaterThan(25);
  }

  @Test
  void everyServiceOfTheContractSpeaksJson() throws Exception {
    List<Map<String, Object>> filters = at(connectionManager(), "http_filters");
    Map<String, Object> transcoder =
        filters.stream()
            .filter(filter -> this.<String>at(filter, "name").endsWith("transcoder"))
            .findFirst()
            .orElseThrow();
    assertThat(this.<List<String>>at(transcoder, "typed_config", "services"))
        .containsExactlyInAnyOrderElementsOf(
            services().stream().map(service -> PACKAGE + "." + service.getName()).toList());
  }

  @Test
  void everyRoleHasALimitOfItsOwn() throws Exception {
    List<Object> filters = at(connectionManager(), "http_filters");
    List<Object> descriptors =
        at(named("caller_rate_limit", filters), "typed_config", "descriptors");
    assertThat(descriptors.stream().map(each -> this.<Object>at(each, "entries", 0)))
        .containsAll(
            Arrays.stream(Role.values())
                .map(role ->
                    Map.<String, Object>of(
                        "key", "role", "value", role.name().toLowerCase(Locale.ROOT)))
                .toList());
  }

  @Test
  void refusalsOfTheGatewayReadAsThoseOfTheServersDo() throws Exception {
    List<Map<String, Object>> mappers = at(connectionManager(), "local_reply_config", "mappers");
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < mappers.size(); i += 2) {
      List<Map<String, Object>> headers = at(mappers.get(i), "headers_to_add");
      Map<String, Object> json = at(mappers.get(i + 1), "body_format_override", "json_format");
      assertThat(header(headers, "grpc-status")).isEqualTo(String.valueOf(json.get("code")));
      String details = header(headers, "grpc-status-details-bin");
      if (details.isEmpty()) {
        continue;
      }
      Status status = Status.parseFrom(Base64.getDecoder().decode(details));
      assertThat(status.getCode()).isEqualTo(json.get("code"));
      ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
      assertThat(info.getDomain()).isEqualTo("flywheel");
      assertThat(info.getReason()).isEqualTo(at(json, "details", 0, "reason"));
      assertThat(ErrorTable.codeOf(ErrorReason.valueOf("ERROR_REASON_" + info.getReason())))
          .isEqualTo(Code.forNumber(status.getCode()));
      if (status.getDetailsCount() == 2) {
        assertThat(this.<String>at(json, "details", 1, "retryDelay")).isEqualTo("1s");
        assertThat(status.getDetails(1).unpack(RetryInfo.class).getRetryDelay().getSeconds())
            .isEqualTo(1);
      }
      reasons.add(info.getReason());
    }
    assertThat(reasons)
        .containsExactly(
            "UNAUTHENTICATED",
            "UNAUTHENTICATED",
            "NOT_ALLOWED",
            "UNKNOWN_METHOD",
            "TOO_LARGE",
            "OVERLOADED");
  }

  /** Whether the type, or one within it, has the id of something that is to have one effect. */
  private boolean namesAWrite(String typeName, Set<String> seen) {
    if (!typeName.startsWith("." + PACKAGE) || !seen.add(typeName)) {
      return false;
    }
    for (FieldDescriptorProto field : message(typeName).getFieldList()) {
      boolean isMessage = field.getType() == FieldDescriptorProto.Type.TYPE_MESSAGE;
      if (IDS_OF_WRITES.contains(field.getName())
          || (isMessage && namesAWrite(field.getTypeName(), seen))) {
        return true;
      }
    }
    return false;
  }

  /** A message of the contract, also one within another, as a map's entries are. */
  private DescriptorProto message(String typeName) {
    List<DescriptorProto> within =
        contract.getFileList().stream()
            .filter(file -> file.getPackage().equals(PACKAGE))
            .flatMap(file -> file.getMessageTypeList().stream())
            .toList();
    DescriptorProto found = DescriptorProto.getDefaultInstance();
    for (String name : typeName.substring(PACKAGE.length() + 2).split("\\.")) {
      found = within.stream().filter(type -> type.getName().equals(name)).findFirst().orElseThrow();
      within = found.getNestedTypeList();
    }
    return found;
  }

  private List<ServiceDescriptorProto> services() {
    return contract.getFileList().stream()
        .filter(file -> file.getPackage().equals(PACKAGE))
        .map(FileDescriptorProto::getServiceList)
        .flatMap(List::stream)
        .toList();
  }

  private Object connectionManager() throws Exception {
    String rendered = Gateway.render(TestServer.SECRET);
    Object yaml =
        new Load(LoadSettings.builder().setMaxAliasesForCollections(200).build())
            .loadFromString(rendered);
    return at(
        yaml, "static_resources", "listeners", 0, "filter_chains", 0, "filters", 0, "typed_config");
  }

  private Object named(String name, List<Object> routes) {
    return routes.stream()
        .filter(route -> name.equals(this.<String>at(route, "name")))
        .findFirst()
        .orElseThrow();
  }

  private static String header(List<Map<String, Object>> headers, String name) {
    return headers.stream()
        .map(entry -> (Map<?, ?>) entry.get("header"))
        .filter(header -> name.equals(header.get("key")))
        .map(header -> String.valueOf(header.get("value")))
        .findFirst()
        .orElse("");
  }

  /** What lies at the end of a path of keys and indices. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private <T> T at(Object node, Object... path) {
    Object here = node;
    for (Object step : path) {
      Object next =
          here instanceof List<?> list ? list.get((Integer) step) : ((Map<?, ?>) here).get(step);
      here = Objects.requireNonNull(next, () -> step + " of " + List.of(path));
    }
    return (T) here;
  }
}
