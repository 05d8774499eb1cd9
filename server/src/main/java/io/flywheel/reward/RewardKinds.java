package io.flywheel.reward;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import com.google.inject.Binder;
import com.google.inject.Inject;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramPart;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The kinds of rewards, and the rewards of a program wherever they stand in it. Thread-safe. */
public final class RewardKinds implements ProgramPart {
  /** What {@link #declare} declares the privileges as. */
  public static final Names.Kind PRIVILEGE = new Names.Kind("a privilege that the program gives");

  /** The most of what is counted one by one in one reward, far below what a sum of them holds. */
  private static final int MAX_AT_ONCE = 1_000_000;

  private final ImmutableMap<Reward.KindCase, RewardKind> kinds;

  /** Fails unless each kind of the contract has exactly one keeper. */
  @Inject
  RewardKinds(Set<RewardKind> kinds) {
    ImmutableMap.Builder<Reward.KindCase, RewardKind> byCase = ImmutableMap.builder();
    kinds.forEach(kind -> byCase.put(kind.kind(), kind));
    this.kinds = byCase.buildOrThrow();
    Set<Reward.KindCase> all = EnumSet.allOf(Reward.KindCase.class);
    all.remove(Reward.KindCase.KIND_NOT_SET);
    if (!this.kinds.keySet().equals(all)) {
      throw new IllegalStateException(
          "Nobody keeps rewards of " + Sets.difference(all, this.kinds.keySet()));
    }
  }

  /** Where a feature's module binds the kinds that the feature keeps. */
  public static Multibinder<RewardKind> binder(Binder binder) {
    return Multibinder.newSetBinder(binder, RewardKind.class);
  }

  /**
   * The kind of a reward that was checked.
   *
   * @throws IllegalArgumentException if it has none
   */
  public RewardKind kindOf(Reward reward) {
    RewardKind kind = kinds.get(reward.getKindCase());
    if (kind == null) {
      throw new IllegalArgumentException("A reward without a kind");
    }
    return kind;
  }

  /** Whether rewards of a kind, by its name in the contract's code, are listed among grants. */
  public boolean isGranted(String kind) {
    return kinds.values().stream()
        .anyMatch(known -> known.isGranted() && known.kind().name().equals(kind));
  }

  /**
   * What gives a reward so many times: one of a larger amount where it is counted in amounts, else
   * so many of the same.
   *
   * @param times 0 or more
   */
  public List<Reward> times(Reward reward, long times) {
    if (times == 0) {
      return List.of();
    }
    return kindOf(reward)
        .times(reward, times)
        .map(List::of)
        .orElseGet(() -> Collections.nCopies(Math.toIntExact(times), reward));
  }

  /** Whether so many times the reward is one of a larger amount, and not so many of the same. */
  public boolean isAmount(Reward reward) {
    return kindOf(reward).times(reward, 1).isPresent();
  }

  /** So many times a count, which must not become more than a reward can hold. */
  public static int multiply(int count, long times) {
    if (times > MAX_AT_ONCE / Math.max(1, count)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_CHAIN_TOO_LONG,
          "a reward of %d would be given %d times at once (expected: at most %d in all); nothing took effect"
              .formatted(count, times, MAX_AT_ONCE));
    }
    return Math.toIntExact(count * times);
  }

  @Override
  public void fill(Program.Builder program) {
    fillAll(program);
  }

  /** The privileges that are given somewhere, which have no place of their own. */
  @Override
  public void declare(Program program, Names names, Findings findings) {
    below(program)
        .filter(Reward::hasPrivilege)
        .map(reward -> reward.getPrivilege().getPrivilegeId())
        .distinct()
        .forEach(id -> names.declare(PRIVILEGE, id, ""));
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    checkAll(program, "", program, names, findings);
  }

  private void fillAll(Message.Builder message) {
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
        if (field.isRepeated()) {
          for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            fillOne(message.getRepeatedFieldBuilder(field, i));
          }
        } else {
          fillOne(message.getFieldBuilder(field));
        }
      }
    }
  }

  private void fillOne(Message.Builder message) {
    if (!(message instanceof Reward.Builder reward)) {
      fillAll(message);
    } else {
      RewardKind kind = kinds.get(reward.getKindCase());
      if (kind != null) {
        kind.fill(reward);
      }
    }
  }

  private void checkAll(
      Message message, String path, Program program, Names names, Findings findings) {
    message
        .getAllFields()
        .forEach((field, value) -> {
          String at = path.isEmpty() ? field.getName() : path + "." + field.getName();
          if (field.getJavaType() == JavaType.MESSAGE && !field.isMapField()) {
            if (value instanceof List<?> elements) {
              for (int i = 0; i < elements.size(); i++) {
                checkOne((Message) elements.get(i), at + "[" + i + "]", program, names, findings);
              }
            } else {
              checkOne((Message) value, at, program, names, findings);
            }
          }
        });
  }

  private void checkOne(
      Message message, String path, Program program, Names names, Findings findings) {
    if (!(message instanceof Reward reward)) {
      checkAll(message, path, program, names, findings);
    } else {
      RewardKind kind = kinds.get(reward.getKindCase());
      if (kind != null) {
        kind.check(reward, path, program, names, findings);
      }
    }
  }

  private static Stream<Reward> below(Message message) {
    return message.getAllFields().entrySet().stream()
        .filter(entry ->
            entry.getKey().getJavaType() == JavaType.MESSAGE && !entry.getKey().isMapField())
        .flatMap(entry ->
            entry.getValue() instanceof List<?> elements
                ? elements.stream()
                : Stream.of(entry.getValue()))
        .flatMap(
            value -> value instanceof Reward reward ? Stream.of(reward) : below((Message) value));
  }
}
