package io.flywheel.engine;

import com.google.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The shared slices that there are, each with a rank of its own. Thread-safe. */
final class SharedSlices {
  private final Set<SharedSlice<?, ?>> known;

  /** Fails where two slices have the same rank, for then nothing says which is locked first. */
  @Inject
  SharedSlices(Set<SharedSlice<?, ?>> slices) {
    Map<Integer, SharedSlice<?, ?>> byRank = new HashMap<>();
    for (SharedSlice<?, ?> slice : slices) {
      SharedSlice<?, ?> other = byRank.putIfAbsent(slice.rank(), slice);
      if (other != null) {
        throw new IllegalStateException(
            "%s and %s both have the rank %d (expected: a rank of its own for each)"
                .formatted(other.getClass().getName(), slice.getClass().getName(), slice.rank()));
      }
    }
    this.known = Set.copyOf(slices);
  }

  /** Fails for a slice that nobody has bound, whose rank may be another's. */
  void check(SharedSlice<?, ?> slice) {
    if (!known.contains(slice)) {
      throw new IllegalStateException(
          slice.getClass().getName() + " is not known (expected: bound by SharedSlice.bind)");
    }
  }
}
