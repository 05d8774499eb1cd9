-- What is held and owed after an entry; accounts 6 held and 7 debt come to those of V5.
ALTER TABLE ledger_entry
  ADD COLUMN held BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN debt BIGINT NOT NULL DEFAULT 0;

-- What charges took, so that refunds find the lots that they came from: charge_id stands for the charge's cause, state
-- is a flywheel.state.v1.ChargeState.
CREATE TABLE points_charge (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  charge_id BINARY(16) NOT NULL,
  state MEDIUMBLOB NOT NULL,
  charged_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, charge_id)
);
