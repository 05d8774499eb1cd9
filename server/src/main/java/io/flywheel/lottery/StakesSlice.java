package io.flywheel.lottery;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.AppendedSlice;
import io.flywheel.engine.MemoryStates;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.Draw;
import jakarta.inject.Inject;
import java.util.Comparator;
import org.jdbi.v3.core.Handle;

/** A viewer's draws of a lottery in their order, a page of them. Only read. Thread-safe. */
final class StakesSlice implements AppendedSlice<StakesSlice.Key, ImmutableList<Draw>> {
  static final int PAGE = 50;

  private final DrawDao dao;

  @Inject
  StakesSlice(DrawDao dao) {
    this.dao = dao;
  }

  /** The viewer's draws of a lottery with numbers above one. */
  record Key(ViewerKey viewer, String lotteryId, long after) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::viewer)
            .thenComparing(Key::lotteryId)
            .thenComparingLong(Key::after);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  public ImmutableList<Draw> initial(Key key) {
    return ImmutableList.of();
  }

  @Override
  public ImmutableList<Draw> read(Handle handle, Key key) {
    return ImmutableList.copyOf(dao.drawsAfter(handle, key.viewer, key.lotteryId, key.after, PAGE));
  }

  @Override
  public ImmutableList<Draw> readRows(Key key, MemoryStates states) {
    return states.rows(DrawAppender.Row.class).stream()
        .filter(row ->
            row.viewer().equals(key.viewer)
                && row.draw().getLotteryId().equals(key.lotteryId)
                && row.number() > key.after)
        .sorted(Comparator.comparingLong(DrawAppender.Row::number))
        .limit(PAGE)
        .map(DrawAppender.Row::draw)
        .collect(ImmutableList.toImmutableList());
  }
}
