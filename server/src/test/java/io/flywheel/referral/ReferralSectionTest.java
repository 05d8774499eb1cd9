package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.flywheel.program.Findings;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Attribution;
import io.flywheel.v1.GatheringRule;
import io.flywheel.v1.Newcomer;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramMistake;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.ReferralGuard;
import io.flywheel.v1.ReferralRules;
import io.flywheel.v1.ShareKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a program may say of referral, and what is meant where it says nothing. */
final class ReferralSectionTest {
  private static final Instant STARTS = Instant.parse("2026-03-03T00:00:00Z");

  private static final String PROGRAM =
      """
      name: section
      referral:
        campaigns:
          - id: friends
            title: 邀请
            starts_at: 2026-03-03T00:00:00Z
            rules:
              - {id: come, on: entered, inviter: [{points: 7}]}
              - {id: buy, on: ordered, inviter: [{points: 7}]}
      """;

  @Test
  void whatACampaignPromisesStaysOnceItHasBegun() {
    for (String change :
        List.of(
            "points: 7->points: 8",
            "on: ordered->on: followed",
            "on: entered,->on: entered, per_day: 9,")) {
      String[] parts = change.split("->");
      String next = PROGRAM.replace(parts[0], parts[1]);
      assertThat(mistakes(next, STARTS.minusMillis(1))).as(change).isEmpty();
      assertThat(mistakes(next, STARTS))
          .as(change)
          .singleElement()
          .satisfies(mistake -> {
            assertThat(mistake.getPath()).isEqualTo("referral.campaigns[0]");
            assertThat(mistake.getMessage()).contains("give a new campaign an id of its own");
          });
    }
  }

  @Test
  void howACampaignLooksAndWhenItEndsMayChangeAndCampaignsComeAndGo() {
    assertThat(
            mistakes(
                PROGRAM.replace(
                    "title: 邀请",
                    "title: 新名字\n      description: 更多\n      shares: [mall]\n      picture_url: https://cdn.example/a.png\n      ends_at: 2026-04-01T00:00:00Z"),
                STARTS))
        .isEmpty();
    assertThat(mistakes(PROGRAM.replace("id: friends", "id: others"), STARTS)).isEmpty();
    assertThat(mistakes("name: nothing", STARTS)).isEmpty();
  }

  @Test
  void aCampaignWithoutABeginningIsOn() {
    String program = PROGRAM.replaceAll(" +starts_at.*\n", "");
    Findings findings = new Findings();
    TestPrograms.all()
        .checkChange(
            check(program), check(program.replace("points: 7", "points: 8")), STARTS, findings);
    assertThat(findings.mistakes()).hasSize(1);
  }

  @Test
  void whatIsNotSaidIsFilledIn() {
    ReferralRules rules =
        check(
                PROGRAM
                    + """
                      gatherings:
                        - {id: help, title: 助力, people: 3, leader: [{points: 1}]}
                        - {id: team, title: 拼团, people: 3, starts: 4, within: 2h, leader: [{points: 1}]}
                    """)
            .getReferral();
    ReferralCampaign campaign = rules.getCampaigns(0);
    assertThat(campaign.getSharesList()).containsExactly(ShareKind.SHARE_KIND_ROOM);
    assertThat(campaign.getAttribution()).isEqualTo(Attribution.ATTRIBUTION_FIRST_TOUCH);
    assertThat(campaign.getWindow()).isEqualTo(Durations.fromDays(7));
    assertThat(campaign.getNewcomersList()).containsExactly(Newcomer.NEWCOMER_NEW_TO_MERCHANT);
    assertThat(campaign.getReturningAfterDays()).isZero();
    assertThat(campaign.getLevels()).isEqualTo(1);
    assertThat(campaign.getRules(0).getOrders()).isZero();
    assertThat(campaign.getRules(1).getOrders()).isEqualTo(1);
    assertThat(rules.getJoinsPerDay()).isEqualTo(10);
    assertThat(rules.getGuard())
        .isEqualTo(
            ReferralGuard.newBuilder()
                .setNewcomersPerDevice(1)
                .setNewcomersPerPayment(1)
                .setNewcomersPerNetwork(20)
                .setNewcomersPerHour(60)
                .setNewcomersPerMinute(10)
                .setNewcomersPerHome(5)
                .build());
    assertThat(rules.getGatherings(0).getStarts()).isEqualTo(1);
    assertThat(rules.getGatherings(0).getWithin()).isEqualTo(Durations.fromDays(1));
    GatheringRule team = rules.getGatherings(1);
    assertThat(team.getStarts()).isEqualTo(4);
    assertThat(team.getWithin()).isEqualTo(Durations.fromHours(2));
  }

  @Test
  void whatIsSaidStays() {
    String said =
        """
        title: 邀请
            shares: [goods]
            attribution: last_touch
            window: 2h
            newcomers: [returning]
            levels: 2\
        """
            .replace("\n    ", "\n      ");
    ReferralCampaign campaign =
        check(PROGRAM.replace("title: 邀请", said)).getReferral().getCampaigns(0);
    assertThat(campaign.getSharesList()).containsExactly(ShareKind.SHARE_KIND_GOODS);
    assertThat(campaign.getAttribution()).isEqualTo(Attribution.ATTRIBUTION_LAST_TOUCH);
    assertThat(campaign.getWindow()).isEqualTo(Durations.fromHours(2));
    assertThat(campaign.getNewcomersList()).containsExactly(Newcomer.NEWCOMER_RETURNING);
    assertThat(campaign.getReturningAfterDays()).isEqualTo(30);
    assertThat(campaign.getLevels()).isEqualTo(2);
    assertThat(check("name: nothing").hasReferral()).isFalse();
  }

  @Test
  void whatInviteesDoHappensOnlyWhereThereIsACampaign() {
    String task =
        """
        tasks:
          - {id: came, title: 来, trigger: invitee_entered, tiers: [{threshold: 1, rewards: [{points: 1}]}]}
        """;
    assertThat(TestPrograms.check(PROGRAM + task).mistakes()).isEmpty();
    assertThat(TestPrograms.check("name: nothing\n" + task).mistakes())
        .singleElement()
        .satisfies(mistake -> assertThat(mistake.getMessage()).contains("no campaign of referral"));
  }

  private static List<ProgramMistake> mistakes(String next, Instant now) {
    Findings findings = new Findings();
    TestPrograms.all().checkChange(check(PROGRAM), check(next), now, findings);
    return findings.mistakes();
  }

  private static Program check(String document) {
    return TestPrograms.check(document).orThrow();
  }
}
