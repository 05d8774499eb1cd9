-- How many of a prize were won. Shared: locked by whoever changes it.
CREATE TABLE lottery_prize (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lottery_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  prize_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  won BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, lottery_id, prize_id)
);

-- What rules need of a viewer's draws: flywheel.state.v1.LotteryState.
CREATE TABLE lottery_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- Every draw, a flywheel.v1.Draw each. Rows are only ever added, and stay for three years and longer.
CREATE TABLE lottery_draw (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lottery_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  draw_number BIGINT NOT NULL,
  draw BLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, lottery_id, draw_number)
);

-- The secret that the seeds of a merchant's draws are made from. It never leaves the database and the servers.
CREATE TABLE lottery_secret (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  secret BINARY(32) NOT NULL,
  PRIMARY KEY (merchant_id)
);
