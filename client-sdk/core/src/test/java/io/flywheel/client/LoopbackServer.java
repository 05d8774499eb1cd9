package io.flywheel.client;

import io.flywheel.v1.ErrorReason;
import io.grpc.BindableService;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A real gRPC server behind a real socket that can be cut: the counterpart for tests of how the
 * client behaves when the service or the network does not.
 */
final class LoopbackServer implements AutoCloseable {
  final List<Metadata> headers = new CopyOnWriteArrayList<>();
  private final Server server;
  private final ServerSocket entrance;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();

  LoopbackServer(BindableService... services) {
    try {
      ServerBuilder<?> builder =
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create());
      for (BindableService service : services) {
        builder.addService(service);
      }
      server = builder.intercept(new HeaderRecorder()).build().start();
      entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  String target() {
    return "127.0.0.1:" + entrance.getLocalPort();
  }

  FlywheelClient.Builder client() {
    return FlywheelClient.builder()
        .target(target())
        .plaintext()
        .retryPolicy(RetryPolicy.standard().backoff(1, 20, TimeUnit.MILLISECONDS));
  }

  /** Cuts every connection, as a crash or a pulled cable behind a firewall does. */
  void cut() {
    List<Socket> cut = List.copyOf(connections);
    for (Socket socket : cut) {
      closeQuietly(socket);
    }
    // The client may have come back by now: what it opened since stands.
    connections.removeAll(cut);
  }

  /** An error as the service sends it. */
  static StatusRuntimeException error(Status.Code code, ErrorReason reason, byte[]... details) {
    String name = reason.name().substring("ERROR_REASON_".length());
    return ErrorOnTheWire.error(code, name, details);
  }

  @Override
  public void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
    server.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        Socket outside = entrance.accept();
        Socket inside = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        connections.add(outside);
        connections.add(inside);
        daemon(() -> copy(outside, inside));
        daemon(() -> copy(inside, outside));
      }
    } catch (IOException closed) {
      cut();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      var unused = from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException broken) {
      closeQuietly(from);
    }
    closeQuietly(to);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "loopback");
    thread.setDaemon(true);
    thread.start();
  }

  private final class HeaderRecorder implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata received, ServerCallHandler<ReqT, RespT> next) {
      headers.add(received);
      return next.startCall(call, received);
    }
  }
}
