package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.TaskProgressed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

final class JournalPackerTest {
  private static final List<Fact> FACTS =
      List.of(
          Fact.newBuilder().setRoomEntered(RoomEntered.newBuilder().setRoomId("r")).build(),
          Fact.newBuilder()
              .setOccurredAt(Timestamp.newBuilder().setSeconds(5))
              .setTaskProgressed(TaskProgressed.newBuilder().setTaskId("观").setCount(7))
              .build());

  @Test
  void aRowIsWhatTheMessagesThemselvesWouldHaveWritten() throws IOException {
    JournalPacker packer = new JournalPacker();
    Event event =
        Event.newBuilder()
            .setEventId("e")
            .setViewerId("v")
            .setLiked(Liked.newBuilder().setCount(3))
            .build();
    List<Message> bodies = List.of(event, Empty.getDefaultInstance());
    List<Instant> times =
        List.of(Instant.EPOCH, Instant.ofEpochSecond(-1, 999), Instant.ofEpochSecond(1 << 30, 1));
    List<String> rooms = List.of("", "room 直播");
    JournalBatch.Builder expected = JournalBatch.newBuilder();
    for (Message body : bodies) {
      for (Instant at : times) {
        for (String room : rooms) {
          for (List<Fact> facts : List.of(List.<Fact>of(), FACTS)) {
            long version = expected.getRecordsCount();
            packer.add(action(body, at, room), body, version, facts);
            expected.addRecords(record(body, at, room, version, facts));
          }
        }
      }
    }
    assertThat(packer.records()).isEqualTo(expected.getRecordsCount());
    assertThat(packer.bytes())
        .isEqualTo(
            expected.getRecordsList().stream().mapToInt(JournalRecord::getSerializedSize).sum());
    assertThat(inflate(packer.finish())).isEqualTo(expected.build());
  }

  @Test
  void eachRowBeginsAnew() throws IOException {
    JournalPacker packer = new JournalPacker();
    Message body = Empty.getDefaultInstance();
    packer.add(action(body, Instant.EPOCH, "lost"), body, 1, FACTS);
    packer.clear();
    packer.add(action(body, Instant.EPOCH, "a"), body, 1, FACTS);
    JournalBatch first = inflate(packer.finish());
    packer.add(action(body, Instant.EPOCH, "b"), body, 2, List.of());
    assertThat(first.getRecordsList()).containsExactly(record(body, Instant.EPOCH, "a", 1, FACTS));
    assertThat(packer.records()).isOne();
    assertThat(inflate(packer.finish()).getRecordsList())
        .containsExactly(record(body, Instant.EPOCH, "b", 2, List.of()));
  }

  private static Action action(Message body, Instant at, String room) {
    return new Action(
        new ViewerKey("m", "viewer"), room, room, at, body, new Action.FollowUp(Id.of("x")));
  }

  private static JournalRecord record(
      Message body, Instant at, String room, long version, List<Fact> facts) {
    return JournalRecord.newBuilder()
        .setViewerId("viewer")
        .setRoomId(room)
        .setBroadcastId(room)
        .setAt(Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()))
        .setBodyType(body.getDescriptorForType().getFullName())
        .setBody(body.toByteString())
        .setProgramVersion(version)
        .addAllFacts(facts)
        .build();
  }

  private static JournalBatch inflate(byte[] row) throws IOException {
    return JournalBatch.parseFrom(
        new InflaterInputStream(new ByteArrayInputStream(row), new Inflater(true)));
  }
}
