-- Gatherings by their codes: flywheel.state.v1.GatheringRow. Shared: whoever starts, joins or leaves one locks it.
CREATE TABLE referral_gathering (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, code)
);
