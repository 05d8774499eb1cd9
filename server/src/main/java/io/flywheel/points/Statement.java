package io.flywheel.points;

import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Validation;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which of a viewer's entries a statement asks for. Immutable and thread-safe. */
final class Statement {
  private static final OneofDescriptor CAUSES = Cause.getDescriptor().getOneofs().get(0);

  private final Set<PointsEntryKind> kinds;
  private final Set<String> causes;
  private final long sinceMillis;
  private final long untilMillis;

  /**
   * The statement of a request.
   *
   * @throws ServiceException INVALID_FIELD for a cause that there is not, and for what is no time
   */
  Statement(ListPointsEntriesRequest request) {
    kinds = new HashSet<>(request.getKindsList());
    causes = new TreeSet<>(request.getCausesList());
    sinceMillis =
        request.hasSince() ? Validation.millis("since", request.getSince()) : Long.MIN_VALUE;
    untilMillis =
        request.hasUntil() ? Validation.millis("until", request.getUntil()) : Long.MAX_VALUE;
    for (int i = 0; i < request.getCausesCount(); i++) {
      String cause = request.getCauses(i);
      List<String> known = CAUSES.getFields().stream().map(field -> field.getName()).toList();
      if (!known.contains(cause)) {
        throw ServiceException.invalidField(
            "causes[" + i + "]",
            "\"%s\" (expected: one of %s)".formatted(cause, String.join(", ", known)));
      }
    }
  }

  /** Whether it asks for all entries. */
  boolean isWhole() {
    return kinds.isEmpty()
        && causes.isEmpty()
        && sinceMillis == Long.MIN_VALUE
        && untilMillis == Long.MAX_VALUE;
  }

  boolean asksFor(PointsEntry entry) {
    long millis = Timestamps.toMillis(entry.getOccurredAt());
    return sinceMillis <= millis
        && millis < untilMillis
        && (kinds.isEmpty() || kinds.contains(entry.getKind()))
        && (causes.isEmpty() || causes.contains(causeOf(entry)));
  }

  private static String causeOf(PointsEntry entry) {
    int number = entry.getCause().getWhatCase().getNumber();
    return number == 0 ? "" : Cause.getDescriptor().findFieldByNumber(number).getName();
  }

  /** What it asks for as a text that page tokens are made for. */
  String scope() {
    Set<Integer> numbers = new TreeSet<>();
    kinds.forEach(kind -> numbers.add(kind.getNumber()));
    return numbers + " " + causes + " " + sinceMillis + " " + untilMillis;
  }
}
