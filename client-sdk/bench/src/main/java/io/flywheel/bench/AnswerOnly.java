package io.flywheel.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.flywheel.client.FlywheelClient;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What a call costs that is let in and answers so many bytes, and does nothing else: a gRPC server
 * in a process of its own that checks a caller's token and answers with bytes that it holds ready.
 * Thread-safe.
 */
final class AnswerOnly implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final MethodDescriptor<byte[], byte[]> ANSWER =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("flywheel.bench.AnswerOnly/Answer")
          .setRequestMarshaller(new EmptyCalls.Bytes())
          .setResponseMarshaller(new EmptyCalls.Bytes())
          .build();

  private final Process process;
  private final int port;

  private AnswerOnly(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts the server, which ends with the benchmark. */
  static AnswerOnly start(String secret) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                AnswerOnly.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.outputWriter(StandardCharsets.UTF_8).append(secret).append('\n').flush();
    String port = process.inputReader(StandardCharsets.UTF_8).readLine();
    if (port == null) {
      throw new IOException("the server that only answers did not start");
    }
    return new AnswerOnly(process, Integer.parseInt(port));
  }

  int port() {
    return port;
  }

  /** A call that is answered with so many bytes. */
  static byte[] call(FlywheelClient client, byte[] request) {
    return client.call(ANSWER, request);
  }

  /** The request for so many bytes. */
  static byte[] request(int bytes) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array();
  }

  @Override
  public void close() {
    ServerProcess.stop(process.toHandle());
  }

  /** The server; it reads the secret from its input and ends when that ends. */
  public static void main(String[] args) throws Exception {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    ServerInterceptor guard = guard(new MACVerifier(input.readLine()));
    Map<Integer, byte[]> ready = new ConcurrentHashMap<>();
    ServerServiceDefinition service =
        ServerServiceDefinition.builder("flywheel.bench.AnswerOnly")
            .addMethod(
                ANSWER,
                ServerCalls.asyncUnaryCall((request, response) -> {
                  response.onNext(
                      ready.computeIfAbsent(ByteBuffer.wrap(request).getInt(), byte[]::new));
                  response.onCompleted();
                }))
            .build();
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .addService(ServerInterceptors.intercept(service, guard))
            .build()
            .start();
    System.out.println(server.getPort());
    while (input.read() >= 0) {}
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  /** A token's signature is checked when the token is first seen, as Flywheel does it. */
  private static ServerInterceptor guard(JWSVerifier verifier) {
    Map<String, Instant> good = new ConcurrentHashMap<>();
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Instant until =
            good.computeIfAbsent(
                String.valueOf(headers.get(AUTHORIZATION)), token -> goodUntil(token, verifier));
        if (Instant.now().isBefore(until)) {
          return next.startCall(call, headers);
        }
        call.close(Status.UNAUTHENTICATED, new Metadata());
        return new ServerCall.Listener<>() {};
      }
    };
  }

  private static Instant goodUntil(String authorization, JWSVerifier verifier) {
    try {
      SignedJWT token = SignedJWT.parse(authorization.replaceFirst("^Bearer ", ""));
      return token.verify(verifier)
          ? token.getJWTClaimsSet().getExpirationTime().toInstant()
          : Instant.MIN;
    } catch (ParseException | JOSEException e) {
      return Instant.MIN;
    }
  }
}
