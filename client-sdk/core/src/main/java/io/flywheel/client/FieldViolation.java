package io.flywheel.client;

/** A field of the request, or a path in a program, that breaks its rule. Immutable. */
public final class FieldViolation {
  private final String field;
  private final String description;

  FieldViolation(String field, String description) {
    this.field = field;
    this.description = description;
  }

  /** The field, such as "room_id" or "tasks[3].tiers[1].threshold". */
  public String field() {
    return field;
  }

  /** What is wrong and what is expected. */
  public String description() {
    return description;
  }

  @Override
  public String toString() {
    return field + ": " + description;
  }
}
