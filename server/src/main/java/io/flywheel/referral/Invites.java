package io.flywheel.referral;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Invite;
import io.flywheel.v1.InvitedBy;
import io.flywheel.v1.MiniProgramCard;
import io.flywheel.v1.ReferralCampaign;
import java.security.SecureRandom;
import java.util.Locale;

/** Codes of invites, and invites as they are shown. Thread-safe; not to be instantiated. */
final class Invites {
  /** Without I, O, 0 and 1, which are mistaken for each other. */
  private static final String LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

  private static final int LENGTH = 8;

  private Invites() {}

  /** A code at random. */
  static String newCode(SecureRandom random) {
    StringBuilder code = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      code.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return code.toString();
  }

  /** A code as it is kept, however it was typed. */
  static String normal(String code) {
    return code.toUpperCase(Locale.ROOT);
  }

  /** Where an invite leads, by a pattern of the program's. */
  static String filled(String pattern, ViewerKey inviter, String code, String roomId) {
    return pattern
        .replace("{code}", code)
        .replace("{room}", roomId)
        .replace("{merchant}", inviter.merchantId());
  }

  static Invite shown(CompiledReferral program, ViewerKey inviter, OwnInvite own) {
    InviteState invite = own.getInvite();
    String page =
        filled(program.rules().getMiniProgramPath(), inviter, own.getCode(), invite.getRoomId());
    Invite.Builder shown =
        Invite.newBuilder()
            .setCode(own.getCode())
            .setCampaignId(invite.getCampaignId())
            .setInviterId(invite.getInviterId())
            .setShared(invite.getShared())
            .setRoomId(invite.getRoomId())
            .setCreatedAt(Timestamps.fromMillis(invite.getCreatedMs()))
            .setLinkPath("/i/" + own.getCode())
            .setMiniProgramPath(page);
    if (!page.isEmpty()) {
      ReferralCampaign campaign =
          program.campaign(invite.getCampaignId()).orElse(ReferralCampaign.getDefaultInstance());
      shown.setMiniProgramCard(
          MiniProgramCard.newBuilder()
              .setTitle(campaign.getTitle().getZh())
              .setPath(page)
              .setImageUrl(campaign.getPictureUrl()));
    }
    return shown.build();
  }

  static InvitedBy invitedBy(Bond bond) {
    InvitedBy.Builder shown =
        InvitedBy.newBuilder()
            .setInviterId(bond.getInviterId())
            .setCampaignId(bond.getCampaignId())
            .setCode(bond.getCode())
            .setAcceptedAt(Timestamps.fromMillis(bond.getAcceptedMs()))
            .setCountsUntil(Timestamps.fromMillis(bond.getEndsMs()));
    if (bond.getEnteredMs() > 0) {
      shown.setEnteredAt(Timestamps.fromMillis(bond.getEnteredMs()));
    }
    return shown.build();
  }

  static ServiceException notFound(String code) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_INVITE_NOT_FOUND,
        "code: %s (expected: the code of an invite)".formatted(code));
  }
}
