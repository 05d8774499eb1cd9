package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Progress in tasks whose records are read one at a time. */
final class PackedTaskStatesTest {
  private static final List<String> IDS = List.of("like", "like-2", "l", "x".repeat(64), "likes");

  @Test
  void theyAreTheSameBytes() throws Exception {
    TaskStates states = states();
    PackedTaskStates packed = PackedTaskStates.parseFrom(states.toByteString());
    assertThat(TaskStateSlice.unpacked(packed)).isEqualTo(states);
    assertThat(packed.toByteString()).isEqualTo(states.toByteString());
  }

  @Test
  void aRecordIsKnownByItsBeginning() throws Exception {
    List<ByteString> records = PackedTaskStates.parseFrom(states().toByteString()).getTasksList();
    for (int i = 0; i < IDS.size(); i++) {
      for (int other = 0; other < IDS.size(); other++) {
        assertThat(records.get(i).startsWith(Progress.beginningOfRecord(IDS.get(other))))
            .as("%s begins as %s", IDS.get(i), IDS.get(other))
            .isEqualTo(i == other);
      }
    }
  }

  private static TaskStates states() {
    TaskStates.Builder states =
        TaskStates.newBuilder().setNewestMs(1_700_000_000_000L).addCompletedTasks("like");
    for (String id : IDS) {
      states.addTasks(
          TaskRecord.newBuilder()
              .setTaskId(id)
              .setUnlocked(true)
              .addRateStretches(7)
              .addRateTimes(2)
              .addWindows(
                  WindowRecord.newBuilder()
                      .setWindow("2026-11-30")
                      .setRoomId("room")
                      .setCount(id.length())
                      .addReachedThresholds(3)));
    }
    return states.build();
  }
}
