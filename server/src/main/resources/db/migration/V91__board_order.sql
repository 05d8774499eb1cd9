-- What viewers' orders added to scores, so that their refunds take it away again: state is a
-- flywheel.state.v1.OrderScores, counted_ms when the order was first counted, by the time of what told of it.
CREATE TABLE board_order (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  counted_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, order_id)
);
