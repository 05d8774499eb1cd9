-- A viewer's wishes and likes: flywheel.v1.LanternState of the test's contract.
CREATE TABLE lantern_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- How many lanterns of a merchant are lit: flywheel.v1.LanternStock of the test's contract.
CREATE TABLE lantern_stock (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id)
);
