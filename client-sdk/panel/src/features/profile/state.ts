import { FlywheelError, ViewerService, type PublicProfile } from "@flywheel/client";
import type { PanelRoom } from "../../core/room.js";
import type { Slice } from "../../core/feature.js";

/** How others see the viewer; undefined: not known yet. */
export interface Profile {
  readonly name: string;
  readonly pictureUrl: string;
  readonly isAnonymous: boolean;
}

export const profile: Slice<Profile | undefined> = {
  id: "profile",
  initial: undefined,
  snapshot: (state, viewer) => (viewer.profile ? withShown(viewer.profile.shownAs) : state),
  read: async ({ flywheel }) => {
    try {
      const { viewer } = await flywheel.service(ViewerService).getViewer({});
      return () => withShown(viewer?.profile?.shownAs);
    } catch (caught) {
      // Whoever has done nothing yet has no name either.
      if (FlywheelError.from(caught).is("VIEWER_NOT_FOUND")) return () => withShown(undefined);
      throw caught;
    }
  },
};

export function withShown(shown: PublicProfile | undefined): Profile {
  return {
    name: shown?.displayName ?? "",
    pictureUrl: shown?.avatarUrl ?? "",
    isAnonymous: shown?.anonymous ?? false,
  };
}

/** Hides the viewer's name and picture from others, or shows them again. */
export async function setAnonymous(room: PanelRoom, anonymous: boolean): Promise<void> {
  const { shownAs } = await room.service(ViewerService).setPublicProfile({ shownAs: { anonymous } });
  room.change(profile, () => withShown(shownAs));
}
