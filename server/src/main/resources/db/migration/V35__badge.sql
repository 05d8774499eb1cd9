-- What rules need of viewers' badges: flywheel.state.v1.BadgeState.
CREATE TABLE badge_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- Who holds which tier of a badge, or held it, for merchants who look from the badge's side; badge_state is what rules go
-- by. threshold is the tier's, 0 for badges without one; revoked_ms is 0 where it is held; retroactive says that it was
-- awarded for what was done before the program had it.
CREATE TABLE badge_holder (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  badge_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  threshold BIGINT NOT NULL,
  earned_ms BIGINT NOT NULL,
  retroactive TINYINT NOT NULL,
  revoked_ms BIGINT NOT NULL,
  revoked_by VARCHAR(255) NOT NULL,
  revoked_reason VARCHAR(200) NOT NULL,
  PRIMARY KEY (merchant_id, badge_id, viewer_id, threshold),
  KEY badge_holder_counted (merchant_id, revoked_ms, badge_id, threshold)
);
