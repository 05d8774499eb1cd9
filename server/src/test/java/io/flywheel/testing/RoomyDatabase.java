package io.flywheel.testing;

import io.flywheel.platform.db.Database;

/**
 * Gives the tests' embedded database as much memory as a service's has with 24 GB: with what it has
 * otherwise, a million viewers are read from the disk again and again. Not to be instantiated.
 */
public final class RoomyDatabase {
  private static final long BUFFER_POOL_BYTES = 3L << 30;

  private RoomyDatabase() {}

  /** Until the tests' process ends. */
  public static void of(TestServer server) {
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(
            handle -> handle.execute("SET GLOBAL innodb_buffer_pool_size = " + BUFFER_POOL_BYTES));
  }
}
