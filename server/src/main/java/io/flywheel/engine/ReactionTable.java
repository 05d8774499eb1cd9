package io.flywheel.engine;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.inject.Inject;
import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which reactors listen to what. Immutable once made. */
final class ReactionTable implements Reactor.Reactions {
  private final Map<Class<?>, List<Reactor.Reaction<?>>> byType = new HashMap<>();
  private final Map<Class<?>, List<Reactor.FactReaction<?>>> byFact = new HashMap<>();
  private final Map<String, Message> messageTypes = new HashMap<>();

  /** Those that name states, and those that name fields: most reactors do neither. */
  private final List<Reactor> prefetching;

  private final List<Reactor> withConditions;

  /** A fact that is told to reactors. */
  record Told(Fact fact, Message payload) {}

  @Inject
  ReactionTable(Set<Reactor> reactors) {
    this.prefetching = overriding(reactors, "prefetch", Prefetch.class);
    this.withConditions =
        overriding(reactors, "conditionFields", CompiledProgram.class, Object.class);
    reactors.forEach(reactor -> reactor.register(this));
  }

  @Override
  public <M> void on(Class<M> type, Reactor.Reaction<M> reaction) {
    byType.computeIfAbsent(type, unused -> new ArrayList<>()).add(reaction);
    if (Message.class.isAssignableFrom(type)) {
      Message defaultInstance = Internal.getDefaultInstance(type.asSubclass(Message.class));
      messageTypes.put(defaultInstance.getDescriptorForType().getFullName(), defaultInstance);
    }
  }

  @Override
  public <M extends Message> void onWholeFact(Class<M> type, Reactor.FactReaction<M> reaction) {
    Facts.requireKind(type);
    byFact.computeIfAbsent(type, unused -> new ArrayList<>()).add(reaction);
  }

  /** Fails for the body of an action that nobody listens to: it would be lost without a word. */
  void checkHeard(Object body) {
    if (!byType.containsKey(body.getClass())) {
      throw new IllegalStateException("no reactor listens to " + body.getClass().getName());
    }
  }

  /** Lets everyone who listens to a message react to it. */
  void dispatch(Turn turn, Object message) {
    if (message instanceof Told told) {
      for (Reactor.FactReaction<?> reaction :
          byFact.getOrDefault(told.payload.getClass(), List.of())) {
        react(turn, reaction, told);
      }
    } else {
      for (Reactor.Reaction<?> reaction : byType.getOrDefault(message.getClass(), List.of())) {
        react(turn, reaction, message);
      }
    }
  }

  /** Asks for the states that an action is likely to need. */
  void prefetch(Prefetch states) {
    for (Reactor reactor : prefetching) {
      reactor.prefetch(states);
    }
  }

  /** The fields of a viewer's profile that conditions are likely to ask for in an action. */
  Set<String> conditionFields(CompiledProgram program, Object body) {
    Set<String> fields = Set.of();
    for (Reactor reactor : withConditions) {
      Set<String> more = reactor.conditionFields(program, body);
      if (fields.isEmpty()) {
        fields = more;
      } else if (!more.isEmpty()) {
        fields = ImmutableSet.copyOf(Iterables.concat(fields, more));
      }
    }
    return fields;
  }

  /** The default instance of a message by its full name; null: nobody listens to such a message. */
  @Nullable Message messageType(String name) {
    return messageTypes.get(name);
  }

  /** Those with a method of their own in the place of one that does nothing, in their order. */
  private static List<Reactor> overriding(
      Set<Reactor> reactors, String method, Class<?>... parameters) {
    return reactors.stream().filter(reactor -> overrides(reactor, method, parameters)).toList();
  }

  private static boolean overrides(Reactor reactor, String method, Class<?>... parameters) {
    try {
      return reactor.getClass().getMethod(method, parameters).getDeclaringClass() != Reactor.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // it is one of the interface's
    }
  }

  /** The table holds a reaction only under the class that it takes. */
  @SuppressWarnings("unchecked")
  private static <M> void react(Turn turn, Reactor.Reaction<?> reaction, Object message) {
    ((Reactor.Reaction<M>) reaction).react(turn, (M) message);
  }

  @SuppressWarnings("unchecked")
  private static <M> void react(Turn turn, Reactor.FactReaction<?> reaction, Told told) {
    ((Reactor.FactReaction<M>) reaction).react(turn, (M) told.payload, told.fact);
  }
}
