-- What tells this installation from others that share its Redis, or the locks of its database server; one row.
CREATE TABLE cluster_installation (
  singleton TINYINT NOT NULL,
  installation_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (singleton)
);

-- Who took a slot last, and how it hears of the others' commits; whether it still runs, its session's lock tells.
CREATE TABLE cluster_node (
  slot INT NOT NULL,
  node_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  process VARCHAR(255) NOT NULL,
  fan_out VARCHAR(255) NOT NULL,
  PRIMARY KEY (slot)
);
