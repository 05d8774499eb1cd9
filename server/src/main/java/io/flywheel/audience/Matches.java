package io.flywheel.audience;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.AudienceMember;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Finds those of some viewers for whom all of a filter holds. Thread-safe. */
final class Matches {
  private static final int VIEWERS_AT_ONCE = 500;

  private final Engine engine;

  @Inject
  Matches(Engine engine) {
    this.engine = engine;
  }

  /**
   * Those for whom it holds, in the same order: by what the index has of them, and, where the
   * filter asks for what it has not, by their states as of now.
   */
  List<AudienceMember> of(String merchantId, Filter filter, Collection<AudienceMember> members) {
    List<AudienceMember> found = members.stream().filter(filter::holds).toList();
    if (!filter.asksStates()) {
      return found;
    }
    List<AudienceMember> matching = new ArrayList<>();
    for (int from = 0; from < found.size(); from += VIEWERS_AT_ONCE) {
      List<AudienceMember> part =
          found.subList(from, Math.min(from + VIEWERS_AT_ONCE, found.size()));
      List<Boolean> holds =
          engine.readAll(
              part.stream().map(member -> new ViewerKey(merchantId, member.getViewerId())).toList(),
              filter::holds);
      for (int i = 0; i < part.size(); i++) {
        if (holds.get(i)) {
          matching.add(part.get(i));
        }
      }
    }
    return matching;
  }
}
