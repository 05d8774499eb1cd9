package io.flywheel.counting;

import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.PastTurn;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.util.List;
import java.util.Set;

/**
 * A turn that was, for those who only look: by the entry's time and place, and by what is known of
 * the viewer now. Used by one thread.
 */
final class RecordedTurn extends PastTurn {
  private final StateView now;
  private final long orders;

  /**
   * @param orders how many orders the viewer had with this entry
   */
  RecordedTurn(StateView now, JournalEntry entry, long orders) {
    super(entry, entry);
    this.now = now;
    this.orders = orders;
  }

  @Override
  public CompiledProgram program() {
    return now.program();
  }

  /** Where the viewer was then is not known. */
  @Override
  public ViewerProfile profile() {
    return now.profile().toBuilder().clearPresence().build();
  }

  @Override
  public ViewerProfile profileNow(Set<String> fields) {
    return now.profileNow(fields).toBuilder().setOrders(orders).build();
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return now.peek(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return now.peek(slice, key);
  }

  @Override
  public List<Fact> facts() {
    return entry().facts();
  }
}
