package io.flywheel.audience.tag;

import com.google.common.collect.ImmutableSortedMap;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.ViewerProfile;
import java.util.Map;

/**
 * A tag as reactors use it. Immutable and thread-safe.
 *
 * @param condition who has it, unless it is given by hand only
 * @param comparisons how the condition asks for numbers
 */
record CompiledTag(TagRule rule, Condition condition, Comparisons comparisons) {
  static CompiledTag of(TagRule rule) {
    return new CompiledTag(
        rule,
        Condition.ofStored(Subject.VIEWER_ONLY, rule.getCondition(), "tag " + rule.getId()),
        Comparisons.of(rule.getCondition()));
  }

  String id() {
    return rule.getId();
  }

  String group() {
    return rule.getGroup();
  }

  /** Whether the rule says that a viewer has it; nobody has one that can't be reckoned. */
  boolean holds(ViewerProfile viewer, TagMeters meters) {
    if (rule.getCondition().isEmpty()) {
      return false;
    }
    Condition.Verdict verdict = condition.reckon(null, null, () -> viewer);
    meters.asked(!verdict.problem().isEmpty());
    return verdict.holds();
  }

  /** Whether the rule may say something else after a field of the viewer moved. */
  boolean mayChange(String field, ViewerProfile now, long reach) {
    if (!condition.viewerFields().contains(field)) {
      return false;
    }
    FieldDescriptor descriptor = ViewerProfile.getDescriptor().findFieldByName(field);
    return reach == Moves.ANY
        || descriptor.isRepeated()
        || !(now.getField(descriptor) instanceof Number number)
        || comparisons.mayChange(field, number.longValue(), reach);
  }

  /** The whole numbers of the viewer that the rule asks for, by their names. */
  Map<String, Long> found(ViewerProfile viewer) {
    ImmutableSortedMap.Builder<String, Long> found = ImmutableSortedMap.naturalOrder();
    for (String name : condition.viewerFields()) {
      FieldDescriptor field = ViewerProfile.getDescriptor().findFieldByName(name);
      if (!field.isRepeated() && viewer.getField(field) instanceof Number number) {
        found.put(name, number.longValue());
      }
    }
    return found.buildOrThrow();
  }
}
