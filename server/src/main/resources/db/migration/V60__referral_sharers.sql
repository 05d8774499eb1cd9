-- What else came of a viewer's invites of a campaign: how often they were shared and opened, and how many stayed.
ALTER TABLE referral_sharer
  ADD COLUMN shares BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN opened BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN stayed BIGINT NOT NULL DEFAULT 0;
