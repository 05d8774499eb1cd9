import {
  ReferralService,
  type CampaignStanding,
  GatheringState,
  type Fact,
  type Gathering,
  type GatheringRule,
  type Invite,
  type InvitedBy,
  type Invitee,
  type ReferralCampaign,
  type ReferralRule,
  type Reward,
} from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";

/** What the viewer shares, and who came; undefined: not read yet. */
export type Referral =
  | {
      readonly campaigns: readonly CampaignStanding[];
      readonly invites: readonly Invite[];
      readonly invitedBy: InvitedBy | undefined;
      /** The latest first; the first page of them. */
      readonly friends: readonly Invitee[];
      /** For the page after; empty: there is none. */
      readonly next: string;
      /** What viewers gather others for. */
      readonly rules: readonly GatheringRule[];
      /** Those that the viewer is or was in, the latest first. */
      readonly gatherings: readonly Gathering[];
    }
  | undefined;

const moved = [
  "gatheringMoved",
  "inviteAccepted",
  "inviteeEntered",
  "inviteeStayed",
  "inviteeOrdered",
  "inviteeMoved",
];

export const referral: Slice<Referral> = {
  id: "referral",
  initial: undefined,
  isStale: (_, facts) =>
    facts.some(
      ({ what }) =>
        moved.includes(what.case ?? "") ||
        (what.case === "rewardRevoked" && what.value.cause?.what.case === "referral"),
    ),
  read: async ({ flywheel }) => {
    const service = flywheel.service(ReferralService);
    const [{ campaigns, invites, invitedBy }, { invitees, nextPageToken }, { rules, gatherings }] =
      await Promise.all([
        service.getReferral({}),
        service.listInvitees({ pageSize: 20 }),
        service.listGatherings({}),
      ]);
    return () => ({
      campaigns,
      invites,
      invitedBy,
      friends: invitees,
      next: nextPageToken,
      rules,
      gatherings,
    });
  },
};

/** A friend who came is told of, wherever the viewer is. */
export function moment({ what }: Fact): Celebration {
  switch (what.case) {
    case "inviteeEntered":
      return occasion(`entered ${what.value.inviteeId}`, "你邀请的好友来了", "Your friend is here");
    case "inviteeOrdered":
      return occasion(`ordered ${what.value.orderId}`, "你邀请的好友下单了", "Your friend has ordered");
    case "gatheringMoved":
      return what.value.state === GatheringState.FILLED
        ? occasion(`filled ${what.value.code}`, "人数凑齐，奖励到手", "Enough have joined, and it is yours")
        : undefined;
    default:
      return undefined;
  }
}

function occasion(key: string, zh: string, en: string): Celebration {
  return { key, moment: { ...noMoment, occasion: { zh, en } } };
}

/** What a campaign gives one of both sides, rule by rule; rules that give that side nothing are left out. */
export function offers(
  campaign: ReferralCampaign | undefined,
  side: "inviter" | "invitee",
): readonly { readonly rule: ReferralRule; readonly rewards: readonly Reward[] }[] {
  return (campaign?.rules ?? [])
    .map((rule) => ({ rule, rewards: rule[side] }))
    .filter(({ rule, rewards }) => rewards.length > 0 || (side === "inviter" && rule.pointsPer100Minor > 0));
}

/** The address that is shared: where the service is, the invite's path, and the way it goes. */
export function linkOf(baseUrl: string, { linkPath }: Invite, channel: string): string {
  const url = new URL(linkPath, baseUrl);
  if (channel) url.searchParams.set("c", channel);
  return url.href;
}
