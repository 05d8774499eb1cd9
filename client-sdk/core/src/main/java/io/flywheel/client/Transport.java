package io.flywheel.client;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannelBuilder;

/** What carries calls over the network. Each SDK brings one, which its clients use by default. */
@FunctionalInterface
public interface Transport {
  /** A connection to configure; nothing is sent before the first call. */
  ManagedChannelBuilder<?> channelTo(String target, ChannelCredentials security);
}
