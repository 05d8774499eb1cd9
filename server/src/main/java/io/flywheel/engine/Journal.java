package io.flywheel.engine;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Rows that are only ever added, such as ledger entries.
 *
 * @param <R> the row
 */
public interface Journal<R> {
  /** Adds the rows of a batch in one multi-row write. */
  void append(Handle handle, List<R> rows);
}
