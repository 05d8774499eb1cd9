package io.flywheel.platform.http;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.EventLoopGroups;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The thread that accepts connections. Netty's threads go on for two seconds after their end in
 * case more work comes, and the server's stop waits for it; to this one nothing comes any more once
 * its port is closed.
 */
final class Acceptor extends MultiThreadIoEventLoopGroup {
  private static final int MAX_SECONDS = 15;

  private Acceptor(String name, IoHandlerFactory polling) {
    super(1, new DefaultThreadFactory(name), polling);
  }

  /** One that polls as the rest of the server does. */
  static EventLoopGroup named(String name) {
    return switch (Flags.transportType()) {
      case NIO -> new Acceptor(name, NioIoHandler.newFactory());
      case EPOLL -> new Acceptor(name, EpollIoHandler.newFactory());
      case KQUEUE -> new Acceptor(name, KQueueIoHandler.newFactory());
      case IO_URING -> EventLoopGroups.newEventLoopGroup(1, name);
    };
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, MAX_SECONDS, TimeUnit.SECONDS);
  }
}
