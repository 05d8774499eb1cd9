package io.flywheel.lottery;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.AppendedSlice;
import io.flywheel.engine.MemoryStates;
import jakarta.inject.Inject;
import java.util.Comparator;
import org.jdbi.v3.core.Handle;

/** Who has drawn in a lottery, a page of viewers. Only read. Thread-safe. */
final class StakersSlice implements AppendedSlice<StakersSlice.Key, ImmutableList<String>> {
  static final int PAGE = 500;

  private final DrawDao dao;

  @Inject
  StakersSlice(DrawDao dao) {
    this.dao = dao;
  }

  /** The viewers of a lottery who come after one. */
  record Key(String merchantId, String lotteryId, String afterViewerId) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId)
            .thenComparing(Key::lotteryId)
            .thenComparing(Key::afterViewerId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  public ImmutableList<String> initial(Key key) {
    return ImmutableList.of();
  }

  @Override
  public ImmutableList<String> read(Handle handle, Key key) {
    return ImmutableList.copyOf(
        dao.viewersAfter(handle, key.merchantId, key.lotteryId, key.afterViewerId, PAGE));
  }

  @Override
  public ImmutableList<String> readRows(Key key, MemoryStates states) {
    return states.rows(DrawAppender.Row.class).stream()
        .filter(row ->
            row.viewer().merchantId().equals(key.merchantId)
                && row.draw().getLotteryId().equals(key.lotteryId))
        .map(row -> row.viewer().viewerId())
        .filter(viewerId -> viewerId.compareTo(key.afterViewerId) > 0)
        .distinct()
        .sorted()
        .limit(PAGE)
        .collect(ImmutableList.toImmutableList());
  }
}
