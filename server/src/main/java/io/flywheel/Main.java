package io.flywheel;

import com.google.inject.Module;
import io.flywheel.platform.auth.AuthModule;
import io.flywheel.platform.config.Settings;
import io.flywheel.platform.db.DatabaseModule;
import io.flywheel.platform.grpc.GrpcModule;
import io.flywheel.platform.telemetry.TelemetryModule;
import io.flywheel.platform.time.TimeModule;
import java.util.List;

/** What the service is made of. */
public final class Main {
  private Main() {}

  static List<Module> modules(Settings settings) {
    return List.of(
        new TimeModule(),
        new TelemetryModule(),
        new DatabaseModule(settings),
        new AuthModule(settings),
        new GrpcModule(settings));
  }

  public static void main(String[] args) {
    System.exit(CommandLine.run(args));
  }
}
