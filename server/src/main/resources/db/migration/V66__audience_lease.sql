-- Which node brings the audience's index of a merchant up to date, and until when nobody else does.
CREATE TABLE audience_lease (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  until_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id)
);
