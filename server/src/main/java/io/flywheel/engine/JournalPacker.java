package io.flywheel.engine;

import static com.google.protobuf.CodedOutputStream.computeInt32Size;
import static com.google.protobuf.CodedOutputStream.computeInt64Size;
import static com.google.protobuf.CodedOutputStream.computeMessageSize;
import static com.google.protobuf.CodedOutputStream.computeStringSize;
import static com.google.protobuf.CodedOutputStream.computeTagSize;
import static com.google.protobuf.CodedOutputStream.computeUInt32SizeNoTag;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.WireFormat;
import io.flywheel.v1.Fact;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes the compressed {@link JournalBatch}es of rows. The messages are never made: what is in
 * them goes straight into the compression, for every action of a lane comes by here. Used by one
 * thread.
 */
final class JournalPacker {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private ByteArrayOutputStream packed = new ByteArrayOutputStream();
  private DeflaterOutputStream compression = compression();
  private CodedOutputStream output = output();
  private int records;
  private int bytes;

  /** How many records the row has by now. */
  int records() {
    return records;
  }

  /** About how long the row is by now, before it is compressed. */
  int bytes() {
    return bytes;
  }

  /**
   * Adds a record.
   *
   * @param body as the journal keeps it
   */
  void add(Action action, Message body, long programVersion, List<Fact> facts) {
    try {
      bytes += write(action, body, programVersion, facts);
      records++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the row, and begins another one. */
  byte[] finish() {
    try {
      output.flush();
      compression.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] row = packed.toByteArray();
    clear();
    return row;
  }

  /** Forgets what was not finished. */
  void clear() {
    deflater.reset();
    packed = new ByteArrayOutputStream();
    compression = compression();
    output = output();
    records = 0;
    bytes = 0;
  }

  private DeflaterOutputStream compression() {
    return new DeflaterOutputStream(packed, deflater, BUFFER_BYTES);
  }

  private CodedOutputStream output() {
    return CodedOutputStream.newInstance(compression, BUFFER_BYTES);
  }

  /** Writes a {@link JournalRecord}, as its own class would, and returns how long it is. */
  private int write(Action action, Message body, long programVersion, List<Fact> facts)
      throws IOException {
    String bodyType = body.getDescriptorForType().getFullName();
    Instant at = action.at();
    long seconds = at.getEpochSecond();
    int nanos = at.getNano();
    int atBytes =
        int64Size(Timestamp.SECONDS_FIELD_NUMBER, seconds)
            + int32Size(Timestamp.NANOS_FIELD_NUMBER, nanos);
    int bodyBytes = body.getSerializedSize();
    int length =
        textSize(JournalRecord.VIEWER_ID_FIELD_NUMBER, action.viewer().viewerId())
            + textSize(JournalRecord.ROOM_ID_FIELD_NUMBER, action.roomId())
            + textSize(JournalRecord.BROADCAST_ID_FIELD_NUMBER, action.broadcastId())
            + partSize(JournalRecord.AT_FIELD_NUMBER, atBytes)
            + textSize(JournalRecord.BODY_TYPE_FIELD_NUMBER, bodyType)
            + (bodyBytes == 0 ? 0 : partSize(JournalRecord.BODY_FIELD_NUMBER, bodyBytes))
            + int64Size(JournalRecord.PROGRAM_VERSION_FIELD_NUMBER, programVersion);
    for (Fact fact : facts) {
      length += computeMessageSize(JournalRecord.FACTS_FIELD_NUMBER, fact);
    }
    beginPart(JournalBatch.RECORDS_FIELD_NUMBER, length);
    text(JournalRecord.VIEWER_ID_FIELD_NUMBER, action.viewer().viewerId());
    text(JournalRecord.ROOM_ID_FIELD_NUMBER, action.roomId());
    text(JournalRecord.BROADCAST_ID_FIELD_NUMBER, action.broadcastId());
    beginPart(JournalRecord.AT_FIELD_NUMBER, atBytes);
    int64(Timestamp.SECONDS_FIELD_NUMBER, seconds);
    int32(Timestamp.NANOS_FIELD_NUMBER, nanos);
    text(JournalRecord.BODY_TYPE_FIELD_NUMBER, bodyType);
    if (bodyBytes > 0) {
      beginPart(JournalRecord.BODY_FIELD_NUMBER, bodyBytes);
      body.writeTo(output);
    }
    int64(JournalRecord.PROGRAM_VERSION_FIELD_NUMBER, programVersion);
    for (Fact fact : facts) {
      output.writeMessage(JournalRecord.FACTS_FIELD_NUMBER, fact);
    }
    return length;
  }

  private void beginPart(int field, int length) throws IOException {
    output.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    output.writeUInt32NoTag(length);
  }

  private static int partSize(int field, int length) {
    return computeTagSize(field) + computeUInt32SizeNoTag(length) + length;
  }

  private void text(int field, String text) throws IOException {
    if (!text.isEmpty()) {
      output.writeString(field, text);
    }
  }

  private static int textSize(int field, String text) {
    return text.isEmpty() ? 0 : computeStringSize(field, text);
  }

  private void int64(int field, long number) throws IOException {
    if (number != 0) {
      output.writeInt64(field, number);
    }
  }

  private static int int64Size(int field, long number) {
    return number == 0 ? 0 : computeInt64Size(field, number);
  }

  private void int32(int field, int number) throws IOException {
    if (number != 0) {
      output.writeInt32(field, number);
    }
  }

  private static int int32Size(int field, int number) {
    return number == 0 ? 0 : computeInt32Size(field, number);
  }
}
