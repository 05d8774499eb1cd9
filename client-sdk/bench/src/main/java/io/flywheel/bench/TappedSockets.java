package io.flywheel.bench;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The driver's own sockets, of which the latest that a thread has opened can be had: the driver
 * logs in, and somebody else speaks. The driver makes one for each connection, by the class's name.
 */
public final class TappedSockets extends StandardSocketFactory {
  private static final Map<Thread, Socket> LATEST = new ConcurrentHashMap<>();

  /** For the driver. */
  public TappedSockets() {}

  /** The latest socket that this thread's connections have opened, once. */
  static Socket takeLatest() {
    return Optional.ofNullable(LATEST.remove(Thread.currentThread()))
        .orElseThrow(() -> new IllegalStateException("no connection was opened"));
  }

  @Override
  protected Socket createSocket(PropertySet properties) {
    Socket socket = super.createSocket(properties);
    LATEST.put(Thread.currentThread(), socket);
    return socket;
  }
}
