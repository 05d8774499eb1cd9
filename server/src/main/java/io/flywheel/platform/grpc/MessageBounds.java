package io.flywheel.platform.grpc;

import com.google.common.io.ByteStreams;
import com.google.protobuf.Descriptors.Descriptor;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a message that is too large or made of too many parts, and messages that all together, or
 * all of one merchant, would take too much memory. It stands behind authentication and sees
 * messages as bytes. Thread-safe.
 */
final class MessageBounds implements ServerInterceptor {
  /** As many values as JSON may bring. */
  private static final int MAX_PARTS = 100_000;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int maxMessageBytes;
  private final Budget budget;

  MessageBounds(int maxMessageBytes, Budget budget) {
    this.maxMessageBytes = maxMessageBytes;
    this.budget = budget;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    List<String> holder = List.of(Caller.find().map(Caller::merchantId).orElse(""));
    return new Bounded<>(
        next.startCall(call, headers), holder, requestType(call.getMethodDescriptor()));
  }

  private static @Nullable Descriptor requestType(MethodDescriptor<?, ?> method) {
    return method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema
        ? schema.getMethodDescriptor().getInputType()
        : null;
  }

  static ServiceException malformed() {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        "the bytes sent are no message of the type that the method takes");
  }

  private final class Bounded<Q> extends SimpleForwardingServerCallListener<Q> {
    private final List<String> holder;
    private final @Nullable Descriptor type;
    private int bytes;

    Bounded(ServerCall.Listener<Q> listener, List<String> holder, @Nullable Descriptor type) {
      super(listener);
      this.holder = holder;
      this.type = type;
    }

    @Override
    public void onMessage(Q message) {
      super.onMessage(admit(message));
    }

    @Override
    public void onCancel() {
      release();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      release();
      super.onComplete();
    }

    /** Keeps account of the message in work; a stream's earlier message is taken to be done. */
    @SuppressWarnings("unchecked")
    private Q admit(Q message) {
      release();
      InputStream content = (InputStream) message;
      try {
        int size = content.available();
        if (!(content instanceof KnownLength)) {
          // Compressed: only reading it tells its size.
          byte[] read = ByteStreams.limit(content, maxMessageBytes + 1L).readAllBytes();
          content = new ByteArrayInputStream(read);
          size = read.length;
        }
        if (size > maxMessageBytes) {
          throw tooLarge();
        } else if (!budget.take(holder, size)) {
          throw ServiceException.overloaded(RETRY_AFTER);
        }
        bytes = size;
        return (Q) (size / 2 > MAX_PARTS ? ofFewParts(content) : content);
      } catch (IOException e) {
        throw malformed();
      }
    }

    private InputStream ofFewParts(InputStream content) throws IOException {
      byte[] message = content.readAllBytes();
      if (type != null && WireParts.areMoreThan(MAX_PARTS, message, type)) {
        throw ServiceException.of(
            ErrorReason.ERROR_REASON_INVALID_FIELD,
            "too many messages within the message (expected: at most %d)".formatted(MAX_PARTS));
      }
      return new ByteArrayInputStream(message);
    }

    private void release() {
      if (bytes > 0) {
        budget.give(holder, bytes);
        bytes = 0;
      }
    }

    private ServiceException tooLarge() {
      return ServiceException.of(
          ErrorReason.ERROR_REASON_TOO_LARGE,
          "the message is too large (expected: at most %d bytes)".formatted(maxMessageBytes));
    }
  }
}
