-- What rules need of viewers' tags: flywheel.state.v1.TagState.
CREATE TABLE tag_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- When viewers came to have tags and lost them; detail is flywheel.v1.TagEntered, of tags that were lost too. Rows are
-- never changed.
CREATE TABLE tag_change (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  change_number BIGINT NOT NULL,
  tag_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entered TINYINT NOT NULL,
  at_ms BIGINT NOT NULL,
  detail VARBINARY(4000) NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, change_number),
  KEY tag_change_tag (merchant_id, tag_id, at_ms, entered)
);

-- How many viewers came to have a tag, and how many lost it, in an hour since 1970. Every batch adds to the latest
-- ones, so they are sharded: an hour's figures are the sums of its shards.
CREATE TABLE tag_flow (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tag_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hour BIGINT NOT NULL,
  shard SMALLINT NOT NULL,
  entered BIGINT NOT NULL,
  gone BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, tag_id, hour, shard)
);
