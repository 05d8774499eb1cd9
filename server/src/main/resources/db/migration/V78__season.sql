-- What rules need of viewers' seasons: flywheel.state.v1.SeasonState.
CREATE TABLE season_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);
