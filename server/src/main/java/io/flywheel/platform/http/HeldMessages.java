package io.flywheel.platform.http;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Messages as bytes that are held until the service takes them: the HTTP server takes its buffers
 * back as soon as it has handed a message over. Thread-safe.
 */
final class HeldMessages implements Marshaller<InputStream> {
  private static final HeldMessages INSTANCE = new HeldMessages();

  private HeldMessages() {}

  /** The service, for a server that takes its buffers back. */
  static ServerServiceDefinition of(ServerServiceDefinition service) {
    return ServerInterceptors.useMarshalledMessages(service, INSTANCE);
  }

  @Override
  public InputStream stream(InputStream message) {
    return message;
  }

  @Override
  public InputStream parse(InputStream message) {
    try {
      return new Held(message.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Held extends ByteArrayInputStream implements KnownLength {
    Held(byte[] message) {
      super(message);
    }
  }
}
