package io.flywheel.platform.grpc;

import com.google.inject.AbstractModule;
import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.Message;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** A service by which tests see what a call meets on its way to any service. Thread-safe. */
final class ProbeService implements BindableService {
  static final MethodDescriptor<ActRequest, ActResponse> ACT =
      method(
          "Act",
          MethodType.UNARY,
          ActRequest.getDefaultInstance(),
          ActResponse.getDefaultInstance());
  static final MethodDescriptor<IngestEventsRequest, IngestEventsResponse> INGEST =
      method(
          "Ingest",
          MethodType.UNARY,
          IngestEventsRequest.getDefaultInstance(),
          IngestEventsResponse.getDefaultInstance());
  static final MethodDescriptor<StreamEventsRequest, StreamEventsResponse> STREAM =
      method(
          "Stream",
          MethodType.BIDI_STREAMING,
          StreamEventsRequest.getDefaultInstance(),
          StreamEventsResponse.getDefaultInstance());

  private final Function<ActRequest, ActResponse> act;

  /** A probe that answers Act by the function, every event by accepting it, and streams in turn. */
  ProbeService(Function<ActRequest, ActResponse> act) {
    this.act = act;
  }

  static Module module(Function<ActRequest, ActResponse> act) {
    return new AbstractModule() {
      @Override
      protected void configure() {
        Multibinder.newSetBinder(binder(), BindableService.class)
            .addBinding()
            .toInstance(new ProbeService(act));
      }
    };
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder("flywheel.test.Probe")
        .addMethod(
            ACT,
            ServerCalls.asyncUnaryCall((request, observer) -> {
              observer.onNext(act.apply(request));
              observer.onCompleted();
            }))
        .addMethod(
            INGEST,
            ServerCalls.asyncUnaryCall((request, observer) -> {
              observer.onNext(
                  IngestEventsResponse.newBuilder().setAccepted(request.getEventsCount()).build());
              observer.onCompleted();
            }))
        .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(ProbeService::countEvents))
        .build();
  }

  private static StreamObserver<StreamEventsRequest> countEvents(
      StreamObserver<StreamEventsResponse> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(StreamEventsRequest request) {
        answers.onNext(
            StreamEventsResponse.newBuilder().setAccepted(request.getEventsCount()).build());
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> method(
      String name, MethodType type, Q request, A answer) {
    return MethodDescriptor.newBuilder(
            ProtoUtils.marshaller(request), ProtoUtils.marshaller(answer))
        .setFullMethodName("flywheel.test.Probe/" + name)
        .setType(type)
        .build();
  }
}
