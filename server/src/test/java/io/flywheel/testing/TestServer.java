package io.flywheel.testing;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.flywheel.FlywheelServer;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.config.Settings;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real server on a free port of 127.0.0.1, with a schema of its own in the {@link TestDatabase}
 * and a clock that the test moves. The schema starts empty, and is handed on or dropped when the
 * server that took it is closed. Not thread-safe.
 */
public final class TestServer implements AutoCloseable {
  /** What signs the tokens of tests. */
  public static final String SECRET = "a secret that is known to tests only";

  /** The room that viewers' tokens let into where nothing else is said. */
  public static final String ROOM = "room";

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Duration LIFE = Duration.ofDays(360);

  private final Builder builder;
  private final String schema;
  private final Consumer<String> whatBecomesOfSchema;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private FlywheelServer server;
  private boolean closed;

  private TestServer(Builder builder, String schema, Consumer<String> whatBecomesOfSchema)
      throws Exception {
    this.builder = builder;
    this.schema = schema;
    this.whatBecomesOfSchema = whatBecomesOfSchema;
    this.server = launch();
  }

  /** A server with nothing special. */
  public static TestServer start() throws Exception {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What is special about a server. */
  public static final class Builder {
    private MutableClock clock = MutableClock.at("2026-03-02T08:00:00Z");
    private final List<String> settings = new ArrayList<>();
    private final List<Module> modules = new ArrayList<>();
    private @Nullable String schema;

    private Builder() {}

    public Builder clock(MutableClock clock) {
      this.clock = clock;
      return this;
    }

    /** A setting, such as "engine.lanes" and "1". */
    public Builder setting(String key, Object value) {
      settings.add("--" + key + "=" + value);
      return this;
    }

    /** A module on top of the server's own; what it binds again wins. */
    public Builder module(Module module) {
      modules.add(module);
      return this;
    }

    /** Works on a schema that somebody else made and drops. */
    public Builder schema(String schema) {
      this.schema = schema;
      return this;
    }

    public TestServer start() throws Exception {
      TestDatabase database = TestDatabase.shared();
      if (schema != null) {
        return new TestServer(this, schema, kept -> {});
      }
      if (!modules.isEmpty()) {
        // They may bring migrations of their own.
        return new TestServer(this, TestDatabase.freshSchema(), database::drop);
      }
      SchemaPool schemas = database.schemas();
      TestServer server = new TestServer(this, schemas.take(), schemas::giveBack);
      schemas.migrated(server.schema);
      return server;
    }
  }

  /** Stops the server; calls that are under way may finish. */
  public void stopServer() {
    server.close();
  }

  /**
   * Stops the server and starts another one on the same schema; channels have to be opened again.
   */
  public void restart() throws Exception {
    shutDown();
    server = launch();
  }

  /**
   * A second server on the same schema, with the same clock and settings; to be closed before this
   * one.
   */
  public TestServer another() throws Exception {
    return new TestServer(builder, schema, kept -> {});
  }

  public MutableClock clock() {
    return builder.clock;
  }

  public String schema() {
    return schema;
  }

  public int port() {
    return server.grpcPort();
  }

  /** The port of the HTTP edge. */
  public int httpPort() {
    return server.httpPort();
  }

  /** What the server's injector made, such as its Database. */
  public <T> T instance(Class<T> type) {
    return server.instance(type);
  }

  /** A token that is good for most of a year of the test's clock. */
  public String tokenFor(String merchantId, Role role, String subject) {
    return tokenFor(merchantId, role, subject, "");
  }

  /** A token that names the broadcast of {@link #ROOM} that it is for. */
  public String tokenFor(String merchantId, Role role, String subject, String broadcastId) {
    return tokenFor(merchantId, role, subject, ROOM, broadcastId);
  }

  /** A token that names the room and broadcast that it is for. */
  public String tokenFor(
      String merchantId, Role role, String subject, String roomId, String broadcastId) {
    return sign(
        new JWTClaimsSet.Builder()
            .subject(subject)
            .claim("merchant", merchantId)
            .claim("room", role == Role.VIEWER ? roomId : null)
            .claim("broadcast", broadcastId)
            .claim("role", role.name().toLowerCase(Locale.ROOT))
            .expirationTime(Date.from(clock().instant().plus(LIFE)))
            .build());
  }

  /** A token with any claims, signed by the secret that the server knows. */
  public String sign(JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
      token.sign(new MACSigner(SECRET));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A connection whose calls carry the token; closed with the server. */
  public ManagedChannel channel(String token) {
    Metadata credentials = new Metadata();
    credentials.put(AUTHORIZATION, "Bearer " + token);
    return channelWith(credentials);
  }

  /** A connection whose calls carry these metadata; closed with the server. */
  public ManagedChannel channelWith(Metadata metadata) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port())
            .usePlaintext()
            .intercept(MetadataUtils.newAttachHeadersInterceptor(metadata))
            .build();
    channels.add(channel);
    return channel;
  }

  @Override
  public void close() {
    shutDown();
    if (!closed) {
      // A second time, the schema may be another server's.
      closed = true;
      whatBecomesOfSchema.accept(schema);
    }
  }

  private void shutDown() {
    channels.forEach(ManagedChannel::shutdownNow);
    channels.clear();
    server.close();
  }

  private FlywheelServer launch() throws Exception {
    List<String> arguments =
        Stream.of(
                List.of(
                    "--grpc.host=127.0.0.1",
                    "--grpc.port=0",
                    "--http.host=127.0.0.1",
                    "--http.port=0",
                    "--auth.jwt-secret=" + SECRET,
                    "--cluster.redis-url=none",
                    "--database.pool-size=8"),
                TestDatabase.shared().settings(schema),
                builder.settings)
            .flatMap(List::stream)
            .toList();
    List<Module> modules = new ArrayList<>(builder.modules);
    modules.add(
        new AbstractModule() {
          @Override
          protected void configure() {
            bind(Clock.class).toInstance(builder.clock);
          }
        });
    return FlywheelServer.start(Settings.of(arguments, Map.of()), modules.toArray(Module[]::new));
  }
}
