-- A viewer's wishes and likes: flywheel.v1.LanternState of the test's contract.
ALTER TABLE viewer ADD COLUMN lantern_state MEDIUMBLOB NULL;

-- How many lanterns of a merchant are lit: flywheel.v1.LanternStock of the test's contract.
CREATE TABLE lantern_stock (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id)
);
