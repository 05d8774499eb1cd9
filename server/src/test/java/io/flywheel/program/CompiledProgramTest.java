package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.PresenceRules;
import io.flywheel.v1.Program;
import io.flywheel.v1.StreakCalendar;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CompiledProgramTest {
  @Test
  void whatIsLeftOutHasItsDefault() {
    CompiledProgram program =
        TestPrograms.all()
            .compile(3, Program.newBuilder().setCheckIn(CheckInRules.getDefaultInstance()).build());

    assertThat(program.version()).isEqualTo(3);
    assertThat(program.calendar().zone().getId()).isEqualTo("Asia/Shanghai");
    assertThat(program.calendar().dayStartsAt()).isEqualTo(Duration.ZERO);
    PresenceRules presence = program.program().getPresence();
    assertThat(presence.getHeartbeatInterval()).isEqualTo(Durations.fromSeconds(30));
    assertThat(presence.getLongestSilence()).isEqualTo(Durations.fromSeconds(90));
    CheckInRules checkIn = program.program().getCheckIn();
    assertThat(checkIn.getCalendar()).isEqualTo(StreakCalendar.STREAK_CALENDAR_DAYS);
    assertThat(checkIn.getMakeUpDays()).isEqualTo(7);
    assertThat(checkIn.getMaxFreezes()).isEqualTo(2);
  }

  @Test
  void aStoredProgramInAZoneThatIsNotKnownHereStillLoads() {
    Program stored = Program.newBuilder().setTimeZone("Mars/Olympus").build();

    assertThat(TestPrograms.compile(stored).calendar().zone().getId()).isEqualTo("Asia/Shanghai");
  }
}
