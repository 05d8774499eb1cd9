package io.flywheel.platform.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Counts, in a message's bytes, the parts that parsing makes objects of: messages within it and
 * fields that its type doesn't know. Two bytes can be one, so that bytes alone say little of the
 * memory that a message takes. Not thread-safe.
 */
final class WireParts {
  /** The parser refuses what is nested deeper. */
  private static final int DEEPEST = 100;

  private final int most;
  private int found;

  private WireParts(int most) {
    this.most = most;
  }

  /**
   * Whether the bytes hold more than so many parts. What is no message of the type counts as far as
   * it can be read, which is as far as its parser comes.
   */
  static boolean areMoreThan(int most, byte[] message, Descriptor type) {
    if (message.length / 2 <= most) {
      return false; // each takes two bytes or more
    }
    WireParts parts = new WireParts(most);
    try {
      parts.count(CodedInputStream.newInstance(message), type, 0);
    } catch (IOException e) {
      // The parser says so.
    }
    return parts.found > most;
  }

  private void count(CodedInputStream in, Descriptor type, int depth) throws IOException {
    while (found <= most) {
      int tag = in.readTag();
      if (tag == 0) {
        return;
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      boolean isMessage = field != null && field.getJavaType() == JavaType.MESSAGE;
      if (field == null || isMessage) {
        found++;
      }
      int wireType = WireFormat.getTagWireType(tag);
      if (isMessage && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED && depth < DEEPEST) {
        int limit = in.pushLimit(in.readRawVarint32());
        count(in, field.getMessageType(), depth + 1);
        in.popLimit(limit);
      } else if (wireType != WireFormat.WIRETYPE_START_GROUP
          && wireType != WireFormat.WIRETYPE_END_GROUP) { // what is within a group counts by itself
        in.skipField(tag);
      }
    }
  }
}
