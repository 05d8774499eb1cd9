-- What rules need of viewers' levels: flywheel.state.v1.LevelState.
CREATE TABLE level_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);
