package io.flywheel.platform.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.GsonBuilder;
import com.google.rpc.Code;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.flywheel.platform.config.Settings;
import io.flywheel.platform.config.SettingsException;
import io.flywheel.platform.db.DataFolder;
import io.flywheel.platform.db.DatabaseConfig;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.Errors;
import io.flywheel.testing.MutableClock;
import io.grpc.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static RSAKey rsa;
  private static RSAKey otherRsa;

  private final MutableClock clock = MutableClock.at("2026-03-02T08:00:00Z");
  @TempDir private Path folder;

  @BeforeAll
  static void makeKeys() throws JOSEException {
    rsa = new RSAKeyGenerator(2048).keyID("key-1").generate();
    otherRsa = new RSAKeyGenerator(2048).keyID("key-1").generate();
  }

  @Test
  void aSignedTokenTellsTheCaller() throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    assertThat(authenticator.authenticate("Bearer " + hs256(claims(), SECRET), null))
        .isEqualTo(
            new Caller(
                "acme",
                Role.VIEWER,
                "viewer-1",
                "",
                "",
                "",
                "",
                clock.instant().plusSeconds(3600)));
    assertThat(authenticator.authenticate("bearer " + hs256(claims(), SECRET), null).role())
        .isEqualTo(Role.VIEWER);
  }

  @Test
  void aTokenThatReadsAloneSaysSoByAFlagAndByNothingElse() throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    for (boolean readOnly : List.of(true, false)) {
      JWTClaimsSet claims = new JWTClaimsSet.Builder(claims()).claim("read_only", readOnly).build();
      assertThat(authenticator.authenticate("Bearer " + hs256(claims, SECRET), null).readOnly())
          .isEqualTo(readOnly);
    }
    assertClaimRefused(
        new JWTClaimsSet.Builder(claims()).claim("read_only", "true").build(), "read_only");
  }

  @Test
  void aTokenIsGoodUntilItExpires() throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    String token = hs256(claims(), SECRET);
    clock.advance(Duration.ofMinutes(59));
    assertThat(authenticator.authenticate("Bearer " + token, null).subject()).isEqualTo("viewer-1");
    clock.advance(Duration.ofMinutes(3));
    assertRefused(() -> authenticator.authenticate("Bearer " + token, null), "Expired JWT");
  }

  @Test
  void aTokenThatWasGoodAMomentAgoIsRefusedOnceItIsNot() throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    String token = hs256(claims(), SECRET);
    clock.advance(Duration.ofMinutes(60).plusSeconds(50)); // clocks may differ by a minute
    for (int i = 0; i < 2; i++) {
      assertThat(authenticator.authenticate("Bearer " + token, null).subject())
          .isEqualTo("viewer-1");
    }
    assertRefused(() -> authenticator.authenticate("Bearer " + token + "x", null), "");
    clock.advance(Duration.ofSeconds(15));
    assertRefused(() -> authenticator.authenticate("Bearer " + token, null), "Expired JWT");
    clock.advance(Duration.ofDays(-400));
    assertRefused(() -> authenticator.authenticate("Bearer " + token, null), "a year ahead");
  }

  @Test
  void whatIsNotSignedByTheSecretIsRefused() throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    String good = hs256(claims(), SECRET);
    String[] parts = good.split("\\.", -1);
    String forged =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                claims().toString().replace("viewer", "platform").getBytes(StandardCharsets.UTF_8));
    List<String> bad =
        List.of(
            hs256(claims(), SECRET.replace('0', '1')),
            new PlainJWT(claims()).serialize(),
            sign(JWSAlgorithm.HS512, new MACSigner(SECRET.repeat(2)), claims()),
            sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), claims()),
            parts[0] + "." + forged + "." + parts[2],
            parts[0] + "." + parts[1] + ".",
            "not.a.token",
            "");
    for (String token : bad) {
      assertRefused(() -> authenticator.authenticate("Bearer " + token, null), "");
    }
    assertRefused(() -> authenticator.authenticate("Basic dXNlcjpwYXNz", null), "Bearer TOKEN");
    assertRefused(() -> authenticator.authenticate(null, null), "no credentials");
  }

  @ParameterizedTest
  @ValueSource(strings = {"merchant", "role", "sub", "exp"})
  void everyClaimIsRequired(String claim) throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    JWTClaimsSet lacking = new JWTClaimsSet.Builder(claims()).claim(claim, null).build();
    assertRefused(
        () -> authenticator.authenticate("Bearer " + hs256(lacking, SECRET), null), claim);
  }

  @ParameterizedTest
  @CsvSource({"merchant,a/b", "merchant,''", "sub,with blank", "role,VIEWER", "role,admin"})
  void aClaimHasToBeWellFormed(String claim, String value) throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    JWTClaimsSet odd = new JWTClaimsSet.Builder(claims()).claim(claim, value).build();
    assertRefused(() -> authenticator.authenticate("Bearer " + hs256(odd, SECRET), null), claim);
  }

  @ParameterizedTest
  @CsvSource({
    "room,a/b",
    "broadcast,with blank",
    "name,'two\nlines'",
    "name,'turned \u202Eround'",
    "picture,http://cdn.example.com/1.png",
    "picture,https:///1.png",
    "picture,https://user:secret@cdn.example.com/1.png",
    "picture,javascript:alert(1)",
    "picture,https://cdn example.com/"
  })
  void aClaimThatMayBeLackingHasToBeWellFormed(String claim, String value) throws Exception {
    JWTClaimsSet odd = new JWTClaimsSet.Builder(claims()).claim(claim, value).build();
    assertClaimRefused(odd, claim);
  }

  @Test
  void aClaimOfAnotherTypeIsRefusedAndNotTakenForNone() throws Exception {
    for (String claim : List.of("merchant", "role", "room", "broadcast", "name", "picture")) {
      JWTClaimsSet odd = new JWTClaimsSet.Builder(claims()).claim(claim, List.of("x")).build();
      assertClaimRefused(odd, claim);
    }
  }

  @Test
  void aNameAndAPictureAreTakenUpToTheirLengths() throws Exception {
    String name = "👩‍👩‍👧 小王".repeat(8); // 64 characters, a few times as many UTF-16 units
    String picture = "https://cdn.example.com/".concat("p".repeat(476));
    JWTClaimsSet most =
        new JWTClaimsSet.Builder(claims())
            .claim("room", "room-1")
            .claim("broadcast", "show-1")
            .claim("name", name)
            .claim("picture", picture)
            .build();
    Caller caller =
        authenticator("--auth.jwt-secret=" + SECRET)
            .authenticate("Bearer " + hs256(most, SECRET), null);
    assertThat(caller.roomId()).isEqualTo("room-1");
    assertThat(caller.broadcastId()).isEqualTo("show-1");
    assertThat(caller.name()).isEqualTo(name);
    assertThat(caller.picture()).isEqualTo(picture);
    assertClaimRefused(
        new JWTClaimsSet.Builder(claims()).claim("name", name + "x").build(), "name");
    assertClaimRefused(
        new JWTClaimsSet.Builder(claims()).claim("picture", picture + "p").build(), "picture");
  }

  @Test
  void aTokenEndsAndAtMostAYearAhead() throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    // The library leaves a claim out that is null; others' do not.
    String json = claims().toString().replaceFirst("\"exp\":\\d+", "\"exp\":null");
    JWSObject endless = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(json));
    endless.sign(new MACSigner(SECRET));
    assertRefused(() -> authenticator.authenticate("Bearer " + endless.serialize(), null), "exp");
    for (long days : List.of(365L, 366L)) {
      JWTClaimsSet good = lasting(Duration.ofDays(days));
      assertThat(authenticator.authenticate("Bearer " + hs256(good, SECRET), null).expiresAt())
          .isEqualTo(clock.instant().plus(Duration.ofDays(days)));
    }
    JWTClaimsSet tooLong = lasting(Duration.ofDays(366).plusSeconds(1));
    assertRefused(
        () -> authenticator.authenticate("Bearer " + hs256(tooLong, SECRET), null),
        "at most a year ahead");
  }

  /** A claim's value, and whether a token may have it. */
  private record Value(String claim, @Nullable Object value, boolean isGood) {}

  /** A token is taken if and only if each of its claims is as it has to be. */
  @Test
  void aTokenIsTakenIfAndOnlyIfAllOfItsClaimsAreGood() throws Exception {
    Authenticator authenticator =
        authenticator("--auth.jwt-secret=" + SECRET, "--auth.jwt-issuer=https://id.example.com");
    long now = clock.instant().getEpochSecond();
    Map<String, List<Value>> values =
        Stream.of(
                new Value("merchant", "acme", true),
                new Value("merchant", "a".repeat(64), true),
                new Value("merchant", "a".repeat(65), false),
                new Value("merchant", "acme/other", false),
                new Value("merchant", null, false),
                new Value("role", "viewer", true),
                new Value("role", "platform", true),
                new Value("role", "Viewer", false),
                new Value("role", List.of("viewer"), false),
                new Value("sub", "viewer-1", true),
                new Value("sub", "观众", false),
                new Value("sub", "", false),
                new Value("exp", now + 1, true),
                new Value("exp", now + Duration.ofDays(366).toSeconds(), true),
                new Value("exp", now + Duration.ofDays(366).toSeconds() + 1, false),
                new Value("exp", now - 3_600, false),
                new Value("exp", null, false),
                new Value("exp", "tomorrow", false),
                new Value("iss", "https://id.example.com", true),
                new Value("iss", "https://id.example.com.evil.example", false),
                new Value("iss", null, false),
                new Value("nbf", null, true),
                new Value("nbf", now - 60, true),
                new Value("nbf", now + 3_600, false),
                new Value("room", null, true),
                new Value("room", "room-1", true),
                new Value("room", "room 1", false),
                new Value("room", 1, false),
                new Value("broadcast", "show-1", true),
                new Value("broadcast", Map.of("id", "show-1"), false),
                new Value("name", "小王 👩‍👩‍👧", true),
                new Value("name", "n".repeat(65), false),
                new Value("name", "a\u202Eb", false),
                new Value("picture", "https://cdn.example.com/p.png", true),
                new Value("picture", "http://cdn.example.com/p.png", false),
                new Value("picture", "https:p.png", false),
                new Value("picture", "https://user@cdn.example.com/p.png", false))
            .collect(Collectors.groupingBy(Value::claim));
    Random random = new Random(20261129);
    int taken = 0;
    for (int i = 0; i < 1_500; i++) {
      Map<String, @Nullable Object> claims = new TreeMap<>();
      boolean isGood = true;
      for (List<Value> some : values.values()) {
        // Most are good, so that all of them together are at times.
        List<Value> good = some.stream().filter(Value::isGood).toList();
        List<Value> among = random.nextInt(12) == 0 ? some : good;
        Value value = among.get(random.nextInt(among.size()));
        claims.put(value.claim(), value.value());
        isGood &= value.isGood();
      }
      JWSObject token =
          new JWSObject(
              new JWSHeader(JWSAlgorithm.HS256),
              new Payload(new GsonBuilder().serializeNulls().create().toJson(claims)));
      token.sign(new MACSigner(SECRET));
      String authorization = "Bearer " + token.serialize();
      if (isGood) {
        taken++;
        assertThat(authenticator.authenticate(authorization, null).merchantId())
            .as("%s", claims)
            .isEqualTo(claims.get("merchant"));
      } else {
        assertThat(errors(() -> authenticator.authenticate(authorization, null)).code())
            .as("%s", claims)
            .isEqualTo(Code.UNAUTHENTICATED);
      }
    }
    assertThat(taken).isBetween(300, 1_200);
  }

  @Test
  void anIssuerAndAnAudienceThatAreSetAreRequired() throws Exception {
    Authenticator authenticator =
        authenticator(
            "--auth.jwt-secret=" + SECRET,
            "--auth.jwt-issuer=https://id.example.com",
            "--auth.jwt-audience=flywheel");
    JWTClaimsSet.Builder right =
        new JWTClaimsSet.Builder(claims())
            .issuer("https://id.example.com")
            .audience(List.of("shop", "flywheel"));
    assertThat(authenticator.authenticate("Bearer " + hs256(right.build(), SECRET), null).subject())
        .isEqualTo("viewer-1");
    for (JWTClaimsSet wrong :
        List.of(
            claims(),
            new JWTClaimsSet.Builder(right.build()).issuer("https://id.example.org").build(),
            new JWTClaimsSet.Builder(right.build()).audience("shop").build(),
            new JWTClaimsSet.Builder(right.build()).issuer(null).build(),
            new JWTClaimsSet.Builder(right.build()).audience((String) null).build())) {
      assertRefused(
          () -> authenticator.authenticate("Bearer " + hs256(wrong, SECRET), null), "claim");
    }
  }

  @Test
  void aPublicKeyChecksRs256AndIsNeverTakenForASecret() throws Exception {
    String pem = pem(rsa);
    Path file = Files.writeString(folder.resolve("public.pem"), pem);
    Authenticator authenticator = authenticator("--auth.jwt-public-key-file=" + file);
    String good = sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), claims());
    assertThat(authenticator.authenticate("Bearer " + good, null).merchantId()).isEqualTo("acme");
    String stranger = sign(JWSAlgorithm.RS256, new RSASSASigner(otherRsa), claims());
    assertRefused(() -> authenticator.authenticate("Bearer " + stranger, null), "");
    String confused = hs256(claims(), pem);
    assertRefused(() -> authenticator.authenticate("Bearer " + confused, null), "");
  }

  @Test
  void aKeySetChecksTokensFromAFileAndFromAUrl() throws Exception {
    String set = new JWKSet(rsa.toPublicJWK()).toString();
    Path file = Files.writeString(folder.resolve("jwks.json"), set);
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/jwks.json",
        exchange -> {
          byte[] body = set.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    try {
      String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/jwks.json";
      for (String source : List.of(file.toString(), url)) {
        Authenticator authenticator = authenticator("--auth.jwt-jwks=" + source);
        String good = sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), claims());
        assertThat(authenticator.authenticate("Bearer " + good, null).role())
            .isEqualTo(Role.VIEWER);
        String stranger = sign(JWSAlgorithm.RS256, new RSASSASigner(otherRsa), claims());
        assertRefused(() -> authenticator.authenticate("Bearer " + stranger, null), "");
      }
    } finally {
      http.stop(0);
    }
  }

  @Test
  void anApiKeyIsThePlatformOfItsMerchant() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("keys"), "# of the shop\nkey-of-the-shop-=with-equals=shop\n\n");
    Authenticator authenticator =
        authenticator("--auth.api-keys=key-of-acme-12345=acme", "--auth.api-keys-file=" + file);
    assertThat(authenticator.authenticate(null, "key-of-acme-12345"))
        .isEqualTo(new Caller("acme", Role.PLATFORM, "api-key"));
    assertThat(authenticator.authenticate(null, "key-of-the-shop-=with-equals").merchantId())
        .isEqualTo("shop");
    assertRefused(() -> authenticator.authenticate(null, "key-of-acme-1234"), "x-api-key");
    assertRefused(() -> authenticator.authenticate(null, ""), "x-api-key");
  }

  @Test
  void withoutAKeyTheServiceMakesASecretThatStaysAndThatOnlyItMayRead() throws Exception {
    DemoToken demo = demo();
    String token = demo.create(Role.PLATFORM, "demo").orElseThrow();
    Caller caller = authenticator().authenticate("Bearer " + token, null);
    assertThat(caller.merchantId()).isEqualTo("demo");
    assertThat(caller.role()).isEqualTo(Role.PLATFORM);
    Path secret = folder.resolve("data").resolve("jwt.secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(secret).strip()).matches("[0-9a-f]{64}");
    assertThat(demo("--auth.jwt-secret=" + SECRET).create(Role.PLATFORM, "demo")).isEmpty();
  }

  @Test
  void withoutAKeyOnlyThisMachineIsServed() {
    Exposure open = new Exposure(config());
    assertThat(open.addressOf("grpc.host", Optional.empty())).isEqualTo("127.0.0.1");
    assertThat(open.addressOf("grpc.host", Optional.of("localhost"))).isEqualTo("localhost");
    for (String address : List.of("0.0.0.0", "::", "192.0.2.1", "no.such.host.invalid")) {
      assertThatThrownBy(() -> open.addressOf("grpc.host", Optional.of(address)))
          .isInstanceOf(SettingsException.class)
          .hasMessageStartingWith("grpc.host: " + address + " without a key (expected: 127.0.0.1");
    }
    for (String key : List.of("jwt-secret=" + SECRET, "api-keys=key-of-acme-12345=acme")) {
      Exposure keyed = new Exposure(config("--auth." + key));
      assertThat(keyed.addressOf("grpc.host", Optional.empty())).isEqualTo("0.0.0.0");
      assertThat(keyed.addressOf("grpc.host", Optional.of("192.0.2.1"))).isEqualTo("192.0.2.1");
    }
  }

  @Test
  void settingsThatCannotWorkAreRefused() throws Exception {
    assertWrong("auth.jwt-secret: 5 bytes (expected: at least 32)", "--auth.jwt-secret=short");
    assertWrong("auth: several keys", "--auth.jwt-secret=" + SECRET, "--auth.jwt-jwks=x");
    assertWrong("(expected: a readable file)", "--auth.jwt-jwks=/nowhere");
    assertWrong("auth.api-keys: an entry is malformed", "--auth.api-keys=short=acme");
    Path noKey = Files.writeString(folder.resolve("no.pem"), "no key");
    assertWrong("(expected: an RSA public key in PEM)", "--auth.jwt-public-key-file=" + noKey);
  }

  @Test
  void aViewerActsForItselfAndOthersNameSomebody() {
    Caller viewer = new Caller("acme", Role.VIEWER, "viewer-1");
    assertThat(viewer.viewerId("")).isEqualTo("viewer-1");
    assertThat(viewer.viewerId("viewer-1")).isEqualTo("viewer-1");
    assertThat(errors(() -> viewer.viewerId("viewer-2")).reason()).isEqualTo("NOT_ALLOWED");
    Caller platform = new Caller("acme", Role.PLATFORM, "service");
    assertThat(platform.viewerId("viewer-2")).isEqualTo("viewer-2");
    assertThat(errors(() -> platform.viewerId("")).fields())
        .containsExactly("viewer_id: \"\" (expected: a viewer's id)");
  }

  @Test
  void aRoleIsRequiredByNameAndACallerByItsCall() throws Exception {
    Caller host = new Caller("acme", Role.HOST, "anna");
    assertThat(host.require(Role.MERCHANT, Role.HOST)).isEqualTo(host);
    Errors errors = errors(() -> host.require(Role.MERCHANT, Role.PLATFORM));
    assertThat(errors.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(errors.message()).isEqualTo("role: host (expected: merchant or platform)");
    assertThat(errors(Caller::current).reason()).isEqualTo("UNAUTHENTICATED");
    assertThat(host.attachTo(Context.current()).call(Caller::current)).isEqualTo(host);
  }

  private JWTClaimsSet claims() {
    return new JWTClaimsSet.Builder()
        .subject("viewer-1")
        .claim("merchant", "acme")
        .claim("role", "viewer")
        .expirationTime(Date.from(clock.instant().plus(Duration.ofHours(1))))
        .build();
  }

  private JWTClaimsSet lasting(Duration life) {
    return new JWTClaimsSet.Builder(claims())
        .expirationTime(Date.from(clock.instant().plus(life)))
        .build();
  }

  private void assertClaimRefused(JWTClaimsSet claims, String claim) throws Exception {
    Authenticator authenticator = authenticator("--auth.jwt-secret=" + SECRET);
    assertRefused(
        () -> authenticator.authenticate("Bearer " + hs256(claims, SECRET), null),
        "claim " + claim);
  }

  private Authenticator authenticator(String... arguments) throws IOException {
    Authenticator authenticator =
        new Authenticator(
            config(arguments), new ApiKeys(config(arguments)), keys(arguments), clock);
    authenticator.start();
    return authenticator;
  }

  private DemoToken demo(String... arguments) {
    return new DemoToken(config(arguments), keys(arguments), clock);
  }

  private TokenKeys keys(String... arguments) {
    DatabaseConfig database =
        Settings.of(List.of("--database.data-dir=" + folder.resolve("data")), Map.of())
            .read("database", DatabaseConfig.class);
    return new TokenKeys(config(arguments), new DataFolder(database));
  }

  private static AuthConfig config(String... arguments) {
    return Settings.of(List.of(arguments), Map.of()).read("auth", AuthConfig.class);
  }

  private void assertWrong(String message, String... arguments) {
    assertThatThrownBy(() -> authenticator(arguments))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining(SECRET);
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    Errors errors = errors(call);
    assertThat(errors.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(errors.reason()).isEqualTo("UNAUTHENTICATED");
    assertThat(errors.message()).contains(message);
  }

  private static Errors errors(ThrowingCallable call) {
    return Errors.of(() -> {
      try {
        call.call();
      } catch (ServiceException e) {
        throw ErrorTable.toStatus(e);
      }
    });
  }

  private static String hs256(JWTClaimsSet claims, String secret) throws JOSEException {
    return sign(JWSAlgorithm.HS256, new MACSigner(secret), claims);
  }

  private static String sign(JWSAlgorithm algorithm, JWSSigner signer, JWTClaimsSet claims)
      throws JOSEException {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(algorithm).keyID("key-1").build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  private static String pem(RSAKey key) throws JOSEException {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.toRSAPublicKey().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }
}
