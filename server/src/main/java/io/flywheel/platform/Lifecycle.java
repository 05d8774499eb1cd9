package io.flywheel.platform;

/**
 * Something that runs for as long as the server does. Bind it with {@code
 * Multibinder.newSetBinder(binder(), Lifecycle.class)}. Phases start in their order and stop in the
 * reverse order, one after the other on one thread.
 */
public interface Lifecycle {
  /** When something starts; it stops the later, the earlier it starts. */
  enum Phase {
    /** What takes its time beside the start of the rest, and needs none of it. */
    PREPARATION,
    /** The database, on which everything else stands. */
    STORAGE,
    /** Who else works on the database, and hearing from them. */
    CLUSTER,
    /** The lanes. */
    ENGINE,
    /** What features do in the background, by way of the engine. */
    FEATURES,
    /** Whatever lets calls in. */
    NETWORK,
    /** What calls the service through the network itself. */
    CALLERS
  }

  /** When this starts. */
  Phase phase();

  /** Starts; when it returns, what stands on it may begin. */
  default void start() throws Exception {}

  /** Stops in a bounded time; also called when a later start failed. */
  default void stop() throws Exception {}
}
