package io.flywheel.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A stream of updates that is opened again whenever it breaks, and rests while there is no network
 * or the app is behind. It brings one update each time one is asked for; the rest waits at the
 * service, which sends the latest state then. Thread-safe.
 */
final class Line<Q, R> implements AutoCloseable {
  private final FlywheelClient client;
  private final MethodDescriptor<Q, R> method;
  private final Q request;
  private final WatchListener<R> listener;
  private final Reopening reopening;
  private final Network.Listening surroundings;

  // All below is guarded by this.
  private @Nullable Connection connection;
  private boolean wanted;
  private boolean ended;

  Line(FlywheelClient client, MethodDescriptor<Q, R> method, Q request, WatchListener<R> listener) {
    this.client = client;
    this.method = method;
    this.request = request;
    this.listener = listener;
    this.reopening = new Reopening(client);
    this.surroundings = client.surroundings().onChange(this::surroundingsChanged);
  }

  synchronized void open() {
    if (!ended && connection == null) {
      reopening.opened();
      connection = new Connection();
      connection.open();
    }
  }

  /** Asks for one update, unless one is asked for already. */
  synchronized void pull() {
    if (!wanted) {
      wanted = true;
      if (connection != null) {
        connection.call.request(1);
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      ended = true;
      cut("the watch was closed");
    }
    surroundings.close();
  }

  private void surroundingsChanged() {
    FlywheelException why =
        FlywheelException.from(Status.UNAVAILABLE.withDescription("the network has changed"), null);
    synchronized (this) {
      if (ended || connection == null) {
        return; // Where it waits, the wait ends by itself.
      }
      cut("the network has changed");
      if (!reopening.scheduleAtOnce(this::open)) {
        return;
      }
    }
    listener.onBreak(why);
  }

  private void cut(String why) {
    Connection cut = connection;
    connection = null;
    if (cut != null) {
      cut.call.cancel(why, null);
    }
  }

  private synchronized boolean brings(Connection source) {
    if (source != connection) {
      return false;
    }
    wanted = false;
    reopening.succeeded();
    return true;
  }

  private void ended(Connection source, FlywheelException failure) {
    boolean opensAgain;
    synchronized (this) {
      if (source != connection) {
        return;
      }
      connection = null;
      opensAgain = reopening.schedule(failure, this::open);
      ended = !opensAgain;
    }
    if (opensAgain) {
      listener.onBreak(failure);
    } else {
      surroundings.close();
      listener.onFailure(failure);
    }
  }

  private final class Connection extends ClientCall.Listener<R> {
    private final ClientCall<Q, R> call = client.channel().newCall(method, CallOptions.DEFAULT);

    void open() {
      call.start(this, new Metadata());
      if (wanted) {
        call.request(1);
      }
      call.sendMessage(request);
      call.halfClose();
    }

    @Override
    public void onMessage(R update) {
      if (brings(this)) {
        listener.onUpdate(update);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      // The service never ends a watch by itself; something in between did.
      Status end =
          status.isOk() ? Status.UNAVAILABLE.withDescription("the watch was ended") : status;
      ended(this, FlywheelException.from(end, trailers));
    }
  }
}
