package io.flywheel.engine;

import static java.util.stream.Collectors.toUnmodifiableMap;

import com.google.common.collect.ImmutableSet;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Options;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Facts by their payloads: which of a fact's kinds it is says the payload's type. */
public final class Facts {
  private static final OneofDescriptor WHAT =
      Fact.getDescriptor().getOneofs().stream()
          .filter(oneof -> oneof.getName().equals("what"))
          .findFirst()
          .orElseThrow();

  /** The kinds of facts by the full names of their payloads, of which no two are the same. */
  private static final Map<String, FieldDescriptor> KINDS =
      WHAT.getFields().stream()
          .collect(
              toUnmodifiableMap(field -> field.getMessageType().getFullName(), field -> field));

  /** The fields of facts that viewers are never told. */
  private static final ImmutableSet<Integer> FOR_STAFF =
      WHAT.getFields().stream()
          .filter(field -> field.getOptions().getExtension(Options.staffOnly))
          .map(FieldDescriptor::getNumber)
          .collect(ImmutableSet.toImmutableSet());

  /** The fields of facts that tell of a room what everyone there may know. */
  private static final ImmutableSet<Integer> ROOM_NEWS =
      WHAT.getFields().stream()
          .filter(field -> field.getOptions().getExtension(Options.roomNews))
          .map(FieldDescriptor::getNumber)
          .collect(ImmutableSet.toImmutableSet());

  /** How a payload of a class is put into a fact; resolved once a class. */
  private static final ClassValue<MethodHandle> SETTERS =
      new ClassValue<>() {
        @Override
        protected MethodHandle computeValue(Class<?> type) {
          return setter(type);
        }
      };

  private Facts() {}

  /**
   * A fact of a payload, without its time.
   *
   * @throws IllegalArgumentException if the contract has no such fact
   */
  public static Fact.Builder of(Message payload) {
    Fact.Builder fact = Fact.newBuilder();
    try {
      SETTERS.get(payload.getClass()).invokeExact(fact, payload);
      return fact;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a fact tells; for the many facts of a busy room, remember the payload instead. */
  public static Message payloadOf(Fact fact) {
    return (Message) fact.getField(fact.getOneofFieldDescriptor(WHAT));
  }

  /** Facts without those that are for the merchant's people and services only, in their order. */
  public static List<Fact> forViewers(List<Fact> facts) {
    for (Fact fact : facts) {
      if (isForStaff(fact)) {
        return facts.stream().filter(each -> !isForStaff(each)).toList();
      }
    }
    return Collections.unmodifiableList(facts);
  }

  /** What a room's facts tell that everyone in the room may know, in their order. */
  public static List<Fact> roomNews(List<Fact> facts) {
    return facts.stream()
        .filter(fact -> ROOM_NEWS.contains(fact.getWhatCase().getNumber()))
        .toList();
  }

  private static boolean isForStaff(Fact fact) {
    return FOR_STAFF.contains(fact.getWhatCase().getNumber());
  }

  /** Fails unless the contract has facts of this type. */
  static void requireKind(Class<? extends Message> type) {
    SETTERS.get(type);
  }

  private static MethodHandle setter(Class<?> type) {
    Message payload = Internal.getDefaultInstance(type.asSubclass(Message.class));
    FieldDescriptor kind = KINDS.get(payload.getDescriptorForType().getFullName());
    if (kind == null) {
      throw new IllegalArgumentException(type.getSimpleName() + " is no fact of the contract");
    }
    String name = kind.getJsonName();
    String setter = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Fact.Builder.class, setter, MethodType.methodType(Fact.Builder.class, type))
          .asType(MethodType.methodType(void.class, Fact.Builder.class, Message.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
