package io.flywheel.engine;

import java.util.List;

/**
 * Rows that are only ever added, such as ledger entries.
 *
 * @param <R> the row
 */
public interface Appender<R> {
  /** Adds to a script the multi-row write of a batch's rows. */
  void append(Script script, List<R> rows);
}
