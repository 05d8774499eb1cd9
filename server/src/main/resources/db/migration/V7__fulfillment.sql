-- What viewers were granted besides points. kind is the number of the field that is set in a flywheel.v1.Reward;
-- subject_id is the coupon, badge, privilege or lottery, empty for other kinds; quantity is how much or how many;
-- reward and cause are a flywheel.v1.Reward and a flywheel.v1.Cause; expires_ms is null where the grant does not end.
CREATE TABLE viewer_grant (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grant_number BIGINT NOT NULL,
  kind TINYINT NOT NULL,
  subject_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  quantity BIGINT NOT NULL,
  reward BLOB NOT NULL,
  cause BLOB NOT NULL,
  granted_ms BIGINT NOT NULL,
  expires_ms BIGINT NULL,
  PRIMARY KEY (merchant_id, viewer_id, grant_number)
);

-- What rules need to know of a viewer's grants: flywheel.state.v1.GrantState.
CREATE TABLE grant_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);
