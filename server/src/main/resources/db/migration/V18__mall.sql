-- How many pieces of an item were sold, less those that were given back. Shared: locked by whoever changes it.
CREATE TABLE mall_stock (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sold BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, item_id)
);

-- What rules need of a viewer's redemptions: flywheel.state.v1.MallState.
CREATE TABLE mall_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- Redemptions: state is the number of a flywheel.v1.RedemptionState, redemption a flywheel.v1.Redemption without what
-- the viewer said for the delivery. The lock on the viewer's own row guards it.
CREATE TABLE redemption (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  redemption_number BIGINT NOT NULL,
  item_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state TINYINT NOT NULL,
  redeemed_ms BIGINT NOT NULL,
  redemption MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, redemption_number),
  KEY redemption_newest (merchant_id, redeemed_ms, viewer_id, redemption_number),
  KEY redemption_state (merchant_id, state, redeemed_ms, viewer_id, redemption_number)
);

-- What viewers said for deliveries, apart so that it can be erased: a flywheel.v1.Redemption with nothing else.
CREATE TABLE redemption_delivery (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  redemption_number BIGINT NOT NULL,
  delivery MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, redemption_number)
);
