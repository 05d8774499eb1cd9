package io.flywheel.platform.http;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sends without an end, as fast as its reader takes it. Thread-safe. */
final class FloodService implements BindableService {
  static final int MESSAGE_BYTES = 64 << 10;
  static final MethodDescriptor<BytesValue, BytesValue> FLOOD =
      MethodDescriptor.newBuilder(
              ProtoUtils.marshaller(BytesValue.getDefaultInstance()),
              ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
          .setFullMethodName("flywheel.test.Flood/Flood")
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .build();
  private static final BytesValue MESSAGE =
      BytesValue.of(ByteString.copyFrom(new byte[MESSAGE_BYTES]));

  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong sentBytes = new AtomicLong();
  private volatile boolean waits;

  Module module() {
    return new AbstractModule() {
      @Override
      protected void configure() {
        Multibinder.newSetBinder(binder(), BindableService.class)
            .addBinding()
            .toInstance(FloodService.this);
      }
    };
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder("flywheel.test.Flood")
        .addMethod(FLOOD, ServerCalls.asyncServerStreamingCall(this::flood))
        .build();
  }

  /** Streams that have not ended. */
  int open() {
    return open.get();
  }

  /** What was handed over to be sent, on all streams. */
  long sentBytes() {
    return sentBytes.get();
  }

  /** Whether the latest stream waits for its reader. */
  boolean waits() {
    return waits;
  }

  private void flood(BytesValue request, StreamObserver<BytesValue> answers) {
    ServerCallStreamObserver<BytesValue> stream = (ServerCallStreamObserver<BytesValue>) answers;
    waits = false;
    open.incrementAndGet();
    stream.setOnCancelHandler(open::decrementAndGet);
    stream.setOnReadyHandler(() -> {
      waits = false;
      while (stream.isReady()) {
        stream.onNext(MESSAGE);
        sentBytes.addAndGet(MESSAGE_BYTES);
      }
      waits = true;
    });
  }
}
