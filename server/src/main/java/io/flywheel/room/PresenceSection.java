package io.flywheel.room;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.v1.PresenceRules;
import io.flywheel.v1.Program;

/** What a program says of being in a room. Thread-safe. */
final class PresenceSection implements ProgramSection<PresenceRules> {
  private static final Duration HEARTBEAT_INTERVAL = Durations.fromSeconds(30);
  private static final int MAX_ACTIONS_PER_SECOND = 10;
  private static final int INTERVALS_OF_SILENCE = 3;

  @Inject
  PresenceSection() {}

  @Override
  public void fill(Program.Builder program) {
    fill(program.getPresenceBuilder());
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    PresenceRules.Builder presence = program.getPresence().toBuilder();
    fill(presence);
    Duration interval = presence.getHeartbeatInterval();
    if (!findings.isFaulty("presence.heartbeat_interval")
        && Durations.compare(presence.getLongestSilence(), interval) < 0) {
      findings.broken(
          "presence.longest_silence",
          expected(
              show(presence.getLongestSilence()),
              "at least the heartbeat_interval, " + show(interval)));
    }
  }

  @Override
  public PresenceRules compile(Program filled) {
    return filled.getPresence();
  }

  private static void fill(PresenceRules.Builder presence) {
    if (presence.getMaxActionsPerSecond() == 0) {
      presence.setMaxActionsPerSecond(MAX_ACTIONS_PER_SECOND);
    }
    if (!presence.hasHeartbeatInterval()) {
      presence.setHeartbeatInterval(HEARTBEAT_INTERVAL);
    }
    if (!presence.hasLongestSilence()) {
      presence.setLongestSilence(
          Durations.fromSeconds(
              INTERVALS_OF_SILENCE * presence.getHeartbeatInterval().getSeconds()));
    }
  }
}
