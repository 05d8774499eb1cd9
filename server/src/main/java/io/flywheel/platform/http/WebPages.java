package io.flywheel.platform.http;

import com.linecorp.armeria.server.ServerBuilder;

/**
 * Addresses of a feature's own that browsers open, beside the calls. Features bind theirs with
 * {@code Multibinder.newSetBinder(binder(), WebPages.class)}. Thread-safe.
 */
public interface WebPages {
  /** Adds them. What waits for the database has to do so on the blocking executor. */
  void addTo(ServerBuilder server);
}
