package io.flywheel;

import com.google.inject.Module;
import io.flywheel.administration.AdministrationModule;
import io.flywheel.analytics.AnalyticsModule;
import io.flywheel.audience.AudienceModule;
import io.flywheel.audience.reminder.ReminderModule;
import io.flywheel.audience.tag.TagModule;
import io.flywheel.badge.BadgeModule;
import io.flywheel.checkin.CheckInModule;
import io.flywheel.counting.CountingModule;
import io.flywheel.coupon.CouponModule;
import io.flywheel.demo.DemoModule;
import io.flywheel.engine.EngineModule;
import io.flywheel.event.EventModule;
import io.flywheel.fulfillment.FulfillmentModule;
import io.flywheel.fulfillment.webhook.WebhookModule;
import io.flywheel.leaderboard.LeaderboardModule;
import io.flywheel.level.LevelModule;
import io.flywheel.lottery.LotteryModule;
import io.flywheel.mall.MallModule;
import io.flywheel.operations.OperationsModule;
import io.flywheel.order.OrderModule;
import io.flywheel.platform.auth.AuthModule;
import io.flywheel.platform.chores.ChoresModule;
import io.flywheel.platform.cluster.ClusterModule;
import io.flywheel.platform.config.Settings;
import io.flywheel.platform.db.DatabaseModule;
import io.flywheel.platform.grpc.GrpcModule;
import io.flywheel.platform.http.HttpModule;
import io.flywheel.platform.telemetry.TelemetryModule;
import io.flywheel.platform.time.TimeModule;
import io.flywheel.points.PointsModule;
import io.flywheel.profile.ProfileModule;
import io.flywheel.program.ProgramModule;
import io.flywheel.referral.ReferralModule;
import io.flywheel.reward.RewardModule;
import io.flywheel.room.RoomModule;
import io.flywheel.task.TaskModule;
import io.flywheel.ticket.TicketModule;
import io.flywheel.viewer.ViewerModule;
import java.util.List;

/** What the service is made of. */
public final class Main {
  private Main() {}

  /** The modules, in the order in which their reactors run. */
  public static List<Module> modules(Settings settings) {
    return List.of(
        new TimeModule(),
        new TelemetryModule(),
        new DatabaseModule(settings),
        new ClusterModule(settings),
        new ChoresModule(),
        new AuthModule(settings),
        new GrpcModule(settings),
        new HttpModule(settings),
        new ProgramModule(settings),
        new EngineModule(settings),
        new AdministrationModule(),
        new OperationsModule(),
        new ProfileModule(settings),
        // Reactors run in this order. Orders that were told before are counted by nobody. Figures
        // find viewers as the action found them. Who keeps what conditions ask for comes before
        // counting, where they are asked: tasks note that one was completed before it is counted.
        new OrderModule(),
        new AnalyticsModule(settings),
        new ViewerModule(settings),
        new RoomModule(),
        new EventModule(),
        new CheckInModule(),
        new RewardModule(),
        new PointsModule(settings),
        new TicketModule(),
        new FulfillmentModule(settings),
        new WebhookModule(settings),
        new CouponModule(),
        new LevelModule(),
        new BadgeModule(),
        new TaskModule(settings),
        new TagModule(),
        new ReminderModule(),
        new CountingModule(),
        new MallModule(),
        new LotteryModule(),
        new ReferralModule(settings),
        new LeaderboardModule(settings),
        new AudienceModule(),
        new DemoModule(settings));
  }

  public static void main(String[] args) {
    // Guice would generate classes by a way into the JVM that newer JDKs warn of; there is nothing
    // here to generate.
    System.setProperty("guice_bytecode_gen_option", "DISABLED");
    System.exit(CommandLine.run(args));
  }
}
