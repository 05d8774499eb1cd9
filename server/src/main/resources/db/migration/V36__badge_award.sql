-- The latest preview and the latest award of each badge for what was done before the program had it. ordered is a
-- flywheel.state.v1.OrderedAward, progress a flywheel.state.v1.AwardProgress; done is 1 once it has come to its end. The
-- node that does it is the owner until lease_ms, in milliseconds since 1970.
CREATE TABLE badge_award (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  badge_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  preview TINYINT NOT NULL,
  ordered BLOB NOT NULL,
  progress BLOB NOT NULL,
  done TINYINT NOT NULL,
  owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lease_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, badge_id, preview),
  KEY badge_award_waiting (done, lease_ms)
);
