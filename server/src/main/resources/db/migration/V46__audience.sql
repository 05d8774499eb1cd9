-- The index of the audience: what lists of viewers show, flywheel.v1.AudienceMember. It is made from the journal and the
-- viewers' states, and can be made again. spread is a hash of the viewer's id, by which samples are taken.
CREATE TABLE audience_member (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  spread INT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id),
  KEY audience_member_spread (merchant_id, spread, viewer_id)
);

-- By what viewers are found: a row for "all", for each tag, and for the level and the room that a viewer was in last,
-- with the figures that lists are ordered by.
CREATE TABLE audience_facet (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  facet VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seen_ms BIGINT NOT NULL,
  streak BIGINT NOT NULL,
  points BIGINT NOT NULL,
  ordered_minor BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, facet, viewer_id),
  KEY audience_facet_seen (merchant_id, facet, seen_ms, viewer_id),
  KEY audience_facet_streak (merchant_id, facet, streak, viewer_id),
  KEY audience_facet_points (merchant_id, facet, points, viewer_id),
  KEY audience_facet_spent (merchant_id, facet, ordered_minor, viewer_id)
);

-- Filters that a merchant keeps: flywheel.v1.Segment.
CREATE TABLE audience_segment (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  segment_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, segment_id)
);
