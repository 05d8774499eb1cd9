package io.flywheel.administration;

import com.google.inject.Inject;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The version in force of each merchant's program; 0: none yet. Its lock puts a merchant's changes
 * in order, also with nodes of versions that knew no merchant's row. Thread-safe.
 */
final class ProgramHeadSlice extends SharedSlice<String, Long> {
  private static final int RANK = 10;

  @Inject
  ProgramHeadSlice() {
    super(RANK, "program_head", List.of("merchant_id"), List.of("version"));
  }

  @Override
  public Long initial(String merchantId) {
    return 0L;
  }

  @Override
  protected void bindKey(Values values, String merchantId) {
    values.text(merchantId);
  }

  @Override
  protected void bindState(Values values, Long version) {
    values.number(version);
  }

  @Override
  protected String readKey(ResultSet row) throws SQLException {
    return row.getString("merchant_id");
  }

  @Override
  protected Long readState(ResultSet row, int first) throws SQLException {
    return row.getLong(first);
  }
}
