package io.flywheel.platform.db;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Takes one row of a result. */
@FunctionalInterface
public interface RowReader {
  /** Reads the row that the result stands at. */
  void read(ResultSet row) throws SQLException;
}
