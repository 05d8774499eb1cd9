-- What tasks gave to all viewers together on a day of the program (epoch_day), and what they withheld. Every batch adds to
-- it, so each lane of each node has rows of its own: a sum is that of its shards.
CREATE TABLE task_total (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  epoch_day INT NOT NULL,
  task_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  shard SMALLINT NOT NULL,
  reached BIGINT NOT NULL,
  given BIGINT NOT NULL,
  points BIGINT NOT NULL,
  withheld_by_cap BIGINT NOT NULL,
  withheld_by_budget BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, epoch_day, task_id, shard)
);
