package io.flywheel.engine;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One thing that one viewer did or asks for. Everything that changes a viewer's standing is an
 * action.
 *
 * @param viewer whose action it is
 * @param roomId the room it happens in; empty: outside of rooms
 * @param broadcastId the broadcast of the room; empty: none was given
 * @param at when it happened, by which windows and streaks are reckoned
 * @param body what reactors react to: an {@link io.flywheel.v1.Event}, or a feature's own request
 * @param identity what makes a repeated delivery of the same action known
 */
public record Action(
    ViewerKey viewer,
    String roomId,
    String broadcastId,
    Instant at,
    Object body,
    Identity identity) {

  /** What makes a repeated delivery known, and where the first answer is kept. */
  public sealed interface Identity {
    /** Stands for the action, and what it leaves to be done is known by it. */
    Id id();
  }

  /**
   * An event or request of a caller; its effect and answer are remembered for at least seven days.
   *
   * @param key stands for the caller's id
   * @param contentHash 16 bytes that stand for the content, so that the same id with another
   *     content is found out
   * @param content what came in
   */
  public record Remembered(ActionKey key, Id contentHash, Message content) implements Identity {
    @Override
    public Id id() {
      return key.hash();
    }
  }

  /**
   * Something that an earlier action left to be done; it is deleted by the transaction that does
   * it.
   *
   * @param id the row's id
   */
  record FollowUp(Id id) implements Identity {}

  /** The same in a room, as the turn has found out. */
  Action in(String room) {
    return room.equals(roomId) ? this : new Action(viewer, room, broadcastId, at, body, identity);
  }

  /**
   * Whether it is a call of its own, of a kind that the body's class tells, rather than an event or
   * what was left to be done.
   */
  @SuppressWarnings("ReferenceEquality") // an event's content is the body itself
  boolean isCall() {
    return identity instanceof Remembered remembered && remembered.content() != body;
  }

  /** What the journal keeps of it: the event or request that came in, or the follow-up's body. */
  Message content() {
    return identity instanceof Remembered remembered ? remembered.content() : (Message) body;
  }

  /** An event that the platform reported under its {@code eventId}. */
  public static Remembered event(ViewerKey viewer, String eventId, Message content) {
    return new Remembered(
        ActionKey.event(viewer.merchantId(), eventId), Id.of(deterministicBytes(content)), content);
  }

  /**
   * A request under its {@code requestId}.
   *
   * @param byViewer whether the viewer asks, or a service of the merchant in the viewer's name
   */
  public static Remembered request(
      ViewerKey viewer, boolean byViewer, String requestId, Message content) {
    String type = content.getDescriptorForType().getFullName();
    return new Remembered(
        ActionKey.request(viewer, byViewer, type, requestId),
        Id.of(type.getBytes(StandardCharsets.UTF_8), deterministicBytes(content)),
        content);
  }

  /** Maps have no order of their own, so it must be given to them. */
  private static byte[] deterministicBytes(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      message.writeTo(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }
}
