package io.flywheel.client;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.okhttp.OkHttpChannelBuilder;

/** OkHttp's HTTP/2, which gRPC has made its own. */
final class StandardTransport implements Transport {
  static final Transport INSTANCE = new StandardTransport();

  private StandardTransport() {}

  @Override
  public ManagedChannelBuilder<?> channelTo(String target, ChannelCredentials security) {
    return OkHttpChannelBuilder.forTarget(target, security);
  }
}
