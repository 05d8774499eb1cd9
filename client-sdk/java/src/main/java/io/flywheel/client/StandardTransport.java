package io.flywheel.client;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;

/** Netty, which comes with this SDK under a name of its own. */
final class StandardTransport implements Transport {
  static final Transport INSTANCE = new StandardTransport();

  private StandardTransport() {}

  @Override
  public ManagedChannelBuilder<?> channelTo(String target, ChannelCredentials security) {
    return NettyChannelBuilder.forTarget(target, security);
  }
}
