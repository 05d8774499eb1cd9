import { InviteRefusal, InviteeStage, ReferralStep, StepState, type Invitee } from "@flywheel/client";
import type { texts } from "./texts.js";

type Word = keyof (typeof texts)["zh"];

/** What an invitee has to do for a rule. */
export function stepWord(step: ReferralStep): Word {
  switch (step) {
    case ReferralStep.STAYED:
      return "STAYED";
    case ReferralStep.FOLLOWED:
      return "FOLLOWED";
    case ReferralStep.JOINED_GROUP:
      return "JOINED_GROUP";
    case ReferralStep.ORDERED:
      return "ORDERED";
    default:
      return "ENTERED";
  }
}

/** How far a friend is, or why the invite does not count. */
export function standingWord({ stage, refusal }: Pick<Invitee, "stage" | "refusal">): Word {
  return refusal === InviteRefusal.UNSPECIFIED
    ? `stage${knownStage(stage)}`
    : `refused${refusal as Exclude<InviteRefusal, InviteRefusal.UNSPECIFIED>}`;
}

function knownStage(stage: InviteeStage): 1 | 2 | 3 | 4 | 5 | 6 {
  return stage === InviteeStage.UNSPECIFIED ? 1 : stage;
}

/** What became of what a step pays. */
export function stateWord(state: StepState): Word {
  switch (state) {
    case StepState.AHEAD:
      return "ahead";
    case StepState.HELD:
      return "held";
    case StepState.IN_REVIEW:
      return "review";
    case StepState.CAPPED:
      return "capped";
    case StepState.REJECTED:
      return "rejected";
    case StepState.TAKEN_BACK:
      return "takenBack";
    case StepState.WAITING:
      return "waiting";
    default:
      return "paid";
  }
}

/** What whoever came by an invite is told of it. */
export function arrivalWord(refusal: InviteRefusal): Word {
  switch (refusal) {
    case InviteRefusal.OWN_INVITE:
      return "own";
    case InviteRefusal.SAME_PERSON:
      return "samePerson";
    case InviteRefusal.NOT_NEW:
      return "notNew";
    case InviteRefusal.INVITED_BY_ANOTHER:
      return "taken";
    case InviteRefusal.CIRCLE:
      return "circle";
    case InviteRefusal.CAMPAIGN_CLOSED:
      return "closed";
    default:
      return "counted";
  }
}
