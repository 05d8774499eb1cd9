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
 */
record CompiledTag(TagRule rule, Condition condition) {
  static CompiledTag of(TagRule rule) {
    return new CompiledTag(
        rule, Condition.ofStored(Subject.VIEWER_ONLY, rule.getCondition(), "tag " + rule.getId()));
  }

  String id() {
    return rule.getId();
  }

  String group() {
    return rule.getGroup();
  }

  /** Whether the rule says that a viewer has it. */
  boolean holds(ViewerProfile viewer) {
    return !rule.getCondition().isEmpty() && condition.test(null, null, () -> viewer);
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
