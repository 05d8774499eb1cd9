package io.flywheel.leaderboard;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;

/** How leaderboards are kept; read under {@code leaderboard}. */
public record BoardConfig(
    @Default("2000000")
        @Min(1_000)
        @Max(100_000_000)
        @Description(
            "Members of leaderboards whose ranks this node keeps in memory, about 150 bytes each. A"
                + " board for which there is no room keeps its first places, a hundredth of this,"
                + " and estimates all others")
        int membersInMemory,
    @Default("10000")
        @Min(1)
        @Max(1_000_000)
        @Description(
            "How many WatchLeaderboard streams one node serves at once. A merchant has at most as"
                + " many of them as are left for others: one alone half of all.")
        int maxWatchers,
    @Default("400d")
        @Min(8 * 86_400_000L)
        @Max(36_500 * 86_400_000L)
        @Description("How long a period of a leaderboard can be read after its end.")
        Duration keepPeriodsFor) {}
