-- What a viewer's earliest entries came to, of which only this is kept: entry_number is the number of the latest of them,
-- latest_ms the latest time of their actions. balance, pending, held and debt are what the viewer had and owed after
-- them; issuance, spent and expired what they added to these accounts. The entry after it follows from it.
CREATE TABLE ledger_opening (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_number BIGINT NOT NULL,
  latest_ms BIGINT NOT NULL,
  issuance DECIMAL(38, 0) NOT NULL,
  balance BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  spent DECIMAL(38, 0) NOT NULL,
  expired DECIMAL(38, 0) NOT NULL,
  held BIGINT NOT NULL,
  debt BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);
