package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.flywheel.v1.Program;

/**
 * A version of a merchant's program as reactors use it: defaults filled in, and each feature's part
 * compiled by its section. Immutable and thread-safe.
 */
public final class CompiledProgram {
  private final long version;
  private final Program program;
  private final ProgramCalendar calendar;
  private final ImmutableMap<Class<?>, Object> parts;
  private final ImmutableList<String> partsSet;

  /**
   * @param program filled
   * @param parts by their sections' classes
   */
  CompiledProgram(long version, Program program, ImmutableMap<Class<?>, Object> parts) {
    this.version = version;
    this.program = program;
    this.calendar = ProgramTime.calendar(program);
    this.parts = parts;
    this.partsSet =
        program.getAllFields().keySet().stream()
            .filter(field -> field.getJavaType() == JavaType.MESSAGE)
            .map(FieldDescriptor::getName)
            .collect(ImmutableList.toImmutableList());
  }

  /** The same program as another version. */
  CompiledProgram as(long other) {
    return new CompiledProgram(other, program, parts);
  }

  public long version() {
    return version;
  }

  /** The program with all defaults filled in. */
  public Program program() {
    return program;
  }

  /** What the merchant has set of the program, by name. */
  public ImmutableList<String> partsSet() {
    return partsSet;
  }

  /** The program's days and weeks. */
  public ProgramCalendar calendar() {
    return calendar;
  }

  /** A feature's part, as its section compiled it. */
  @SuppressWarnings("unchecked") // a part is kept under the class of the section that made it
  public <C> C get(Class<? extends ProgramSection<C>> section) {
    Object part = parts.get(section);
    if (part == null) {
      throw new IllegalArgumentException(section.getSimpleName() + " is not bound");
    }
    return (C) part;
  }
}
