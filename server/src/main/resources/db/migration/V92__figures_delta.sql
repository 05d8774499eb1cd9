-- What batches add to visit, room_minute, room_broadcast and room_activity, a row of each batch and merchant, until it is
-- folded into them. delta_id is a number at random, so that no batch waits for another's; delta is what
-- io.flywheel.analytics.FiguresDelta tells, taken_ms when it was written.
CREATE TABLE figures_delta (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  delta_id BIGINT NOT NULL,
  taken_ms BIGINT NOT NULL,
  delta MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, delta_id)
);

-- The lock of whoever folds a merchant's deltas; batches never touch it.
CREATE TABLE figures_fold (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (merchant_id)
);
