package io.flywheel.cli;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.nimbusds.jwt.SignedJWT;
import io.flywheel.v1.ErrorReason;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A real gRPC server on a loopback port with services of the test's own. */
final class TestService implements AutoCloseable {
  /** The token of the call being served; empty without one. */
  static final Context.Key<String> TOKEN = Context.keyWithDefault("token", "");

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Server server;

  TestService(BindableService... services) {
    ServerBuilder<?> builder = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create());
    for (BindableService service : services) {
      builder.addService(service);
    }
    try {
      server = builder.intercept(new TokenReader()).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String target() {
    return "127.0.0.1:" + server.getPort();
  }

  /** A claim of the token of the call being served. */
  static String claim(String name) {
    try {
      return String.valueOf(SignedJWT.parse(TOKEN.get()).getJWTClaimsSet().getClaim(name));
    } catch (java.text.ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An error as the service sends it. */
  static StatusRuntimeException error(Status.Code code, ErrorReason reason, Message... details) {
    String name = reason.name().substring("ERROR_REASON_".length());
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage("made up for this test")
            .addDetails(
                Any.pack(ErrorInfo.newBuilder().setDomain("flywheel").setReason(name).build()));
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static final class TokenReader implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      String header = headers.get(AUTHORIZATION);
      String token = header == null ? "" : header.replace("Bearer ", "");
      return Contexts.interceptCall(Context.current().withValue(TOKEN, token), call, headers, next);
    }
  }
}
