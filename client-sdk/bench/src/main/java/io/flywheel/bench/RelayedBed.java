package io.flywheel.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server with a relay between it and its database. Where no database server was given, the
 * embedded one of another server is used, which does nothing else. Used by one thread.
 */
final class RelayedBed implements AutoCloseable {
  private @Nullable TestBed holder;
  private @Nullable SqlRelay relay;
  private @Nullable TestBed bed;

  private RelayedBed() {}

  /** Starts all of it. */
  static RelayedBed start(TestBed.Settings settings) throws Exception {
    RelayedBed started = new RelayedBed();
    try {
      started.startAll(settings);
      return started;
    } catch (Exception e) {
      started.close();
      throw e;
    }
  }

  private void startAll(TestBed.Settings settings) throws Exception {
    TestBed.Settings relayed = settings;
    if (settings.databaseUrl().isEmpty()) {
      TestBed owner = new TestBed(settings);
      holder = owner;
      var unused = owner.start(List.of());
      relayed = settings.on(owner.database().urlWithLogin());
    }
    InetSocketAddress database =
        DatabaseServer.of(relayed.databaseUrl().orElseThrow(), "", "", "").endpoint();
    SqlRelay between = new SqlRelay(database.getHostString(), database.getPort());
    relay = between;
    TestBed measured = new TestBed(relayed, direct -> direct.through(between.port()));
    bed = measured;
    var unused = measured.start(List.of());
    between.check();
  }

  /** The server behind the relay; its database is known by the direct way. */
  TestBed bed() {
    return started(bed);
  }

  SqlRelay relay() {
    return started(relay);
  }

  /** A meter of the server, of its database where it is embedded, and of the benchmark itself. */
  CpuMeter cpuMeter() throws IOException {
    TestBed owner = holder;
    return CpuMeter.of(bed().server(), owner == null ? Optional.empty() : owner.embeddedProcess());
  }

  @Override
  public void close() throws IOException, SQLException {
    try {
      close(bed);
    } finally {
      try {
        close(relay);
      } finally {
        close(holder);
      }
    }
  }

  private static void close(@Nullable TestBed open) throws IOException, SQLException {
    if (open != null) {
      open.close();
    }
  }

  private static void close(@Nullable SqlRelay open) throws IOException {
    if (open != null) {
      open.close();
    }
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("not started");
    }
    return part;
  }
}
