package io.flywheel.referral;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.Attribution;
import io.flywheel.v1.GatheringRule;
import io.flywheel.v1.Newcomer;
import io.flywheel.v1.Program;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralGuard;
import io.flywheel.v1.ReferralRule;
import io.flywheel.v1.ReferralRules;
import io.flywheel.v1.ReferralStep;
import io.flywheel.v1.ShareKind;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What a program says of referral. A person stands before each step of an invitee, so that no chain
 * through it is endless. Thread-safe.
 */
final class ReferralSection implements ProgramSection<CompiledReferral> {
  static final Names.Kind CAMPAIGN = new Names.Kind("a campaign of referral");
  static final Names.Kind GATHERING = new Names.Kind("a gathering");

  private static final Duration WINDOW = Durations.fromDays(7);
  private static final int RETURNING_AFTER_DAYS = 30;
  private static final Duration WITHIN = Durations.fromDays(1);
  private static final int JOINS_PER_DAY = 10;

  @Inject
  ReferralSection() {}

  @Override
  public void fill(Program.Builder program) {
    if (!program.hasReferral()) {
      return;
    }
    program.getReferralBuilder().getCampaignsBuilderList().forEach(ReferralSection::fill);
    ReferralRules.Builder rules = program.getReferralBuilder();
    rules.setJoinsPerDay(orElse(rules.getJoinsPerDay(), JOINS_PER_DAY));
    for (GatheringRule.Builder gathering : rules.getGatheringsBuilderList()) {
      gathering.setStarts(orElse(gathering.getStarts(), 1));
      if (!gathering.hasWithin()) {
        gathering.setWithin(WITHIN);
      }
    }
    ReferralGuard.Builder guard = program.getReferralBuilder().getGuardBuilder();
    guard
        .setNewcomersPerDevice(orElse(guard.getNewcomersPerDevice(), 1))
        .setNewcomersPerPayment(orElse(guard.getNewcomersPerPayment(), 1))
        .setNewcomersPerNetwork(orElse(guard.getNewcomersPerNetwork(), 20))
        .setNewcomersPerHour(orElse(guard.getNewcomersPerHour(), 60))
        .setNewcomersPerMinute(orElse(guard.getNewcomersPerMinute(), 10))
        .setNewcomersPerHome(orElse(guard.getNewcomersPerHome(), 5));
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getReferral().getCampaignsCount(); i++) {
      names.declare(CAMPAIGN, program.getReferral().getCampaigns(i).getId(), path(i));
    }
    for (int i = 0; i < program.getReferral().getGatheringsCount(); i++) {
      names.declare(GATHERING, program.getReferral().getGatherings(i).getId(), gatheringPath(i));
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getReferral().getCampaignsCount(); i++) {
      check(program.getReferral().getCampaigns(i), path(i) + ".", findings);
    }
    for (int i = 0; i < program.getReferral().getGatheringsCount(); i++) {
      GatheringRule rule = program.getReferral().getGatherings(i);
      String at = gatheringPath(i);
      Texts.check(rule.hasTitle(), rule.getTitle(), at + ".title", findings);
      if (rule.getLeaderCount() == 0 && rule.getOthersCount() == 0) {
        findings.broken(
            at + ".leader", expected("missing", "a reward for the leader, or for the others"));
      }
    }
  }

  /** Whoever shares relies on what a campaign has promised. */
  @Override
  public void checkChange(Program inForce, Program next, Instant now, Findings findings) {
    CompiledReferral before = CompiledReferral.of(inForce);
    for (int i = 0; i < next.getReferral().getCampaignsCount(); i++) {
      ReferralCampaign campaign = next.getReferral().getCampaigns(i);
      ReferralCampaign promised = before.campaign(campaign.getId()).orElse(campaign);
      if (isBegun(promised, now) && !frozen(promised).equals(frozen(campaign))) {
        findings.broken(
            path(i),
            expected(
                "another rule than the campaign began with",
                "changes of title, description, picture_url, shares and ends_at only; give a new campaign an id of its own"));
      }
    }
  }

  @Override
  public CompiledReferral compile(Program filled) {
    return CompiledReferral.of(filled);
  }

  private static void fill(ReferralCampaign.Builder campaign) {
    if (campaign.getSharesCount() == 0) {
      campaign.addShares(ShareKind.SHARE_KIND_ROOM);
    }
    if (campaign.getAttribution() == Attribution.ATTRIBUTION_UNSPECIFIED) {
      campaign.setAttribution(Attribution.ATTRIBUTION_FIRST_TOUCH);
    }
    if (!campaign.hasWindow()) {
      campaign.setWindow(WINDOW);
    }
    if (campaign.getNewcomersCount() == 0) {
      campaign.addNewcomers(Newcomer.NEWCOMER_NEW_TO_MERCHANT);
    }
    if (campaign.getNewcomersList().contains(Newcomer.NEWCOMER_RETURNING)) {
      campaign.setReturningAfterDays(
          orElse(campaign.getReturningAfterDays(), RETURNING_AFTER_DAYS));
    }
    campaign.setLevels(orElse(campaign.getLevels(), 1));
    for (ReferralRule.Builder rule : campaign.getRulesBuilderList()) {
      if (rule.getOn() == ReferralStep.REFERRAL_STEP_ORDERED) {
        rule.setOrders(orElse(rule.getOrders(), 1));
      }
    }
  }

  private static int orElse(int number, int otherwise) {
    return number == 0 ? otherwise : number;
  }

  private static void check(ReferralCampaign campaign, String path, Findings findings) {
    Texts.check(campaign.hasTitle(), campaign.getTitle(), path + "title", findings);
    if (campaign.hasStartsAt()
        && campaign.hasEndsAt()
        && Timestamps.compare(campaign.getStartsAt(), campaign.getEndsAt()) >= 0) {
      findings.broken(
          path + "ends_at",
          expected(
              Timestamps.toString(campaign.getEndsAt()),
              "a time after starts_at, " + Timestamps.toString(campaign.getStartsAt())));
    }
    if (campaign.getReturningAfterDays() > 0
        && !campaign.getNewcomersList().contains(Newcomer.NEWCOMER_RETURNING)) {
      findings.broken(
          path + "returning_after_days",
          expected(
              String.valueOf(campaign.getReturningAfterDays()),
              "nothing; it is only for newcomers that are returning"));
    }
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < campaign.getRulesCount(); i++) {
      ReferralRule rule = campaign.getRules(i);
      String at = path + "rules[" + i + "].";
      Integer earlier = rule.getId().isEmpty() ? null : places.putIfAbsent(rule.getId(), i);
      if (earlier != null) {
        findings.broken(
            at + "id",
            expected(
                show(rule.getId()),
                "an id of its own; %srules[%d] has this one".formatted(path, earlier)));
      }
      check(campaign, rule, at, findings);
    }
  }

  private static void check(
      ReferralCampaign campaign, ReferralRule rule, String at, Findings findings) {
    if (findings.isFaulty(at + "on") || rule.getOn() == ReferralStep.REFERRAL_STEP_UNSPECIFIED) {
      return;
    }
    boolean stays = rule.getOn() == ReferralStep.REFERRAL_STEP_STAYED;
    if (stays && rule.getMinutes() == 0) {
      findings.broken(at + "minutes", expected("missing", "1 to 1440; the step is stayed"));
    }
    only(!stays && rule.getMinutes() > 0, at + "minutes", "stayed", findings);
    boolean orders = rule.getOn() == ReferralStep.REFERRAL_STEP_ORDERED;
    only(!orders && rule.getOrders() > 0, at + "orders", "ordered", findings);
    only(
        !orders && rule.getPointsPer100Minor() > 0,
        at + "points_per_100_minor",
        "ordered",
        findings);
    boolean enters = rule.getOn() == ReferralStep.REFERRAL_STEP_ENTERED;
    only(!enters && rule.getOnceActive(), at + "once_active", "entered", findings);
    if (rule.getSecondLevelCount() > 0 && campaign.getLevels() != 2) {
      findings.broken(
          at + "second_level", expected("given", "nothing; the campaign pays one level"));
    }
    if (rule.getInviterCount() == 0
        && rule.getInviteeCount() == 0
        && rule.getSecondLevelCount() == 0
        && rule.getPointsPer100Minor() == 0) {
      findings.broken(
          at + "inviter", expected("missing", "a reward for the inviter, or for the invitee"));
    }
  }

  private static void only(boolean given, String path, String step, Findings findings) {
    if (given) {
      findings.broken(path, expected("given", "nothing; it is only for the step " + step));
    }
  }

  private static boolean isBegun(ReferralCampaign campaign, Instant now) {
    return now.toEpochMilli() >= Campaigns.startsMillis(campaign);
  }

  private static ReferralCampaign frozen(ReferralCampaign campaign) {
    return campaign.toBuilder()
        .clearTitle()
        .clearDescription()
        .clearPictureUrl()
        .clearShares()
        .clearEndsAt()
        .build();
  }

  private static String gatheringPath(int index) {
    return "referral.gatherings[" + index + "]";
  }

  private static String path(int index) {
    return "referral.campaigns[" + index + "]";
  }
}
