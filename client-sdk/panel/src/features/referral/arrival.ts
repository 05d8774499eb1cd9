/** Where the page keeps an invite until the viewer has signed in; see page.ts. */
const inviteKey = "flywheel-invite";

/** The invite counts, or can't: nothing is to be kept any more. */
export function forgetInvite(): void {
  try {
    localStorage.removeItem(inviteKey);
  } catch {
    // The browser keeps nothing.
  }
}
