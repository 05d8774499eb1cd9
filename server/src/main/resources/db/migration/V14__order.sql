-- Viewers' orders, told or refunded: state is a flywheel.state.v1.OrderState, heard_ms when the order was first heard of,
-- by the time of what told of it.
CREATE TABLE viewer_order (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  heard_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, order_id)
);

-- How much of a grant was taken back, in the quantity's own unit, and when the latest part of it was.
CREATE TABLE grant_revocation (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grant_number BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  revoked_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, grant_number)
);
