package io.flywheel.analytics;

import io.flywheel.engine.Appender;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.MemoryStates;
import io.flywheel.engine.PastTurn;
import io.flywheel.engine.Slice;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * An action of the journal, for the reactors of figures, which look at what was known then and add
 * rows. Used by one thread.
 */
final class RetoldTurn extends PastTurn {
  private final LongFunction<CompiledProgram> programs;
  private final MemoryStates rooms;
  private final Consumer<Object> rows;

  /** What was known of the viewer; it moves with the action. */
  private ViewerProfile profile;

  private boolean toldFacts;

  /**
   * @param isRequest whether somebody asked for it, rather than that it was reported or fell due
   * @param programs finds the version that it was reckoned by
   * @param profile what was known of the viewer before
   * @param rooms what was known of rooms
   * @param rows takes the rows that are added
   */
  RetoldTurn(
      JournalEntry entry,
      boolean isRequest,
      LongFunction<CompiledProgram> programs,
      ViewerProfile profile,
      MemoryStates rooms,
      Consumer<Object> rows) {
    super(entry, isRequest ? entry : Event.getDefaultInstance());
    this.programs = programs;
    this.profile = profile;
    this.rooms = rooms;
    this.rows = rows;
  }

  /** Goes on with what is known of the viewer by now. */
  void know(ViewerProfile known) {
    profile = known;
  }

  /** From now on, what the action set off is known. */
  void tellFacts() {
    toldFacts = true;
  }

  @Override
  public CompiledProgram program() {
    return programs.apply(entry().programVersion());
  }

  @Override
  public ViewerProfile profile() {
    return profile;
  }

  /** Orders are known with the action, for who keeps them comes first. */
  @Override
  public ViewerProfile profileNow(Set<String> fields) {
    return profile;
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return rooms.get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return rooms.peek(slice, key);
  }

  @Override
  public List<Fact> facts() {
    return toldFacts ? entry().facts() : List.of();
  }

  @Override
  public <R> void append(Appender<R> appender, R row) {
    rows.accept(row);
  }
}
