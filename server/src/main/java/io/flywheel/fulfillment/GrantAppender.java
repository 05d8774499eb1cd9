package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.reward.RewardKind;
import io.flywheel.v1.Grant;
import java.sql.Types;
import java.util.List;

/** Adds grants. Thread-safe. */
final class GrantAppender implements Appender<GrantAppender.Row> {
  @Inject
  GrantAppender() {}

  /**
   * A grant.
   *
   * @param viewer who got it
   * @param grant what was granted
   * @param kind the kind of its reward
   */
  record Row(ViewerKey viewer, Grant grant, RewardKind kind) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO viewer_grant
          (merchant_id, viewer_id, grant_number, kind, subject_id, quantity, reward, cause,
           granted_ms, expires_ms)
        VALUES\
        """,
        10,
        "",
        rows,
        (statement, index, row) -> {
          Grant grant = row.grant();
          int next = ViewerRows.bindKey(statement, index, row.viewer());
          statement.setLong(next, grant.getGrantNumber());
          statement.setInt(next + 1, grant.getReward().getKindCase().getNumber());
          statement.setString(next + 2, row.kind().subjectId(grant.getReward()));
          statement.setLong(next + 3, row.kind().quantity(grant.getReward()));
          statement.setBytes(next + 4, grant.getReward().toByteArray());
          statement.setBytes(next + 5, grant.getCause().toByteArray());
          statement.setLong(next + 6, Timestamps.toMillis(grant.getGrantedAt()));
          if (grant.hasExpiresAt()) {
            statement.setLong(next + 7, Timestamps.toMillis(grant.getExpiresAt()));
          } else {
            statement.setNull(next + 7, Types.BIGINT);
          }
          return next + 8;
        });
  }
}
