package io.flywheel.platform.http;

import io.flywheel.platform.grpc.Budget;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * Shares the connections among the addresses that they come from: one address alone may have half
 * of them, and whoever comes from another finds some. What is too many is closed. Thread-safe.
 */
final class ConnectionBounds implements Consumer<ChannelPipeline> {
  private final Budget connections;

  ConnectionBounds(int maxConnections) {
    this.connections = new Budget(maxConnections);
  }

  @Override
  public void accept(ChannelPipeline pipeline) {
    Channel channel = pipeline.channel();
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      return;
    }
    List<String> holder = List.of(RpcEntrance.networkOf(remote.getAddress()));
    if (connections.take(holder, 1)) {
      channel.closeFuture().addListener(closed -> connections.give(holder, 1));
    } else {
      var unused = channel.close();
    }
  }
}
