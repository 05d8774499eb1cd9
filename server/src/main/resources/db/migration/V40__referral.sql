-- What rules need of a viewer as one who shares and as one who came: flywheel.state.v1.ReferralState.
CREATE TABLE referral_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- Invites by their codes: flywheel.state.v1.InviteState. Shared: whoever makes one locks it; it is never changed.
CREATE TABLE referral_invite (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, code),
  KEY referral_invite_code (code)
);

-- By whom a viewer was invited: flywheel.state.v1.BondRow. Shared: who looks for circles locks the rows of the chain.
CREATE TABLE referral_bond (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- Who is known under a hash of a device, network or payment: flywheel.state.v1.IdentityState. Shared.
CREATE TABLE referral_identity (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  identity VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, identity)
);

-- Who came by a viewer's invites (level 1), or by those of somebody whom the viewer had invited (level 2):
-- flywheel.state.v1.FriendState; review is the number of a flywheel.v1.ReviewState. The lock on the viewer guards it.
CREATE TABLE referral_friend (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  level TINYINT NOT NULL,
  invitee_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  accepted_ms BIGINT NOT NULL,
  review TINYINT NOT NULL,
  flagged_ms BIGINT NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, level, invitee_id),
  KEY referral_friend_latest (merchant_id, viewer_id, level, accepted_ms, invitee_id),
  KEY referral_friend_review (merchant_id, review, flagged_ms, viewer_id, invitee_id)
);

-- What came of a viewer's invites of a campaign. The lock on the viewer guards it.
CREATE TABLE referral_sharer (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  accepted BIGINT NOT NULL,
  entered BIGINT NOT NULL,
  ordered BIGINT NOT NULL,
  points BIGINT NOT NULL,
  in_review BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, campaign_id),
  KEY referral_sharer_most (merchant_id, campaign_id, entered, viewer_id)
);

-- What campaigns brought on a day of the program (epoch_day) by a channel; figure is the number of a field of
-- flywheel.v1.ReferralFigures. Every batch adds to it, so each lane of each node has rows of its own.
CREATE TABLE referral_total (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  campaign_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  epoch_day INT NOT NULL,
  channel VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  figure TINYINT NOT NULL,
  shard SMALLINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, campaign_id, epoch_day, channel, figure, shard)
);
