-- Coupons by their grants: coupon is a flywheel.v1.Coupon without its code. The code stands in code, or is the one of
-- this number in coupon_code. The lock on the viewer's own row guards it.
CREATE TABLE viewer_coupon (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grant_number BIGINT NOT NULL,
  coupon_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  code_number BIGINT NULL,
  coupon BLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, grant_number),
  UNIQUE KEY viewer_coupon_code (merchant_id, code),
  UNIQUE KEY viewer_coupon_number (merchant_id, coupon_id, code_number)
);

-- What rules need of a viewer's coupons together: flywheel.state.v1.CouponsState.
CREATE TABLE coupon_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- How many coupons were given whose codes are taken from a list; the latest one's number. Shared: locked by whoever
-- changes it.
CREATE TABLE coupon_pool (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  coupon_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  given BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, coupon_id)
);

-- How many codes were taken in for a coupon; locked by whoever takes in more.
CREATE TABLE coupon_import (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  coupon_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  imported BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, coupon_id)
);

-- The codes of lists, numbered 1, 2, 3 … for each coupon in the order in which they were taken in.
CREATE TABLE coupon_code (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  coupon_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code_number BIGINT NOT NULL,
  code VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (merchant_id, coupon_id, code_number),
  UNIQUE KEY coupon_code_code (merchant_id, code)
);
