package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.reward.RewardKind;
import io.flywheel.v1.Grant;
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
        (values, row) -> {
          Grant grant = row.grant();
          ViewerRows.bindKey(values, row.viewer());
          values.number(grant.getGrantNumber());
          values.number(grant.getReward().getKindCase().getNumber());
          values.text(row.kind().subjectId(grant.getReward()));
          values.number(row.kind().quantity(grant.getReward()));
          values.bytes(grant.getReward().toByteArray());
          values.bytes(grant.getCause().toByteArray());
          values.number(Timestamps.toMillis(grant.getGrantedAt()));
          if (grant.hasExpiresAt()) {
            values.number(Timestamps.toMillis(grant.getExpiresAt()));
          } else {
            values.nothing();
          }
        });
  }
}
