import { ref } from "vue";
import { closeSession, session } from "./session.js";

/** Whether the last session ended by itself, which the sign-in page tells. */
export const ended = ref(false);

/** Ends the session because the service takes its token no more, or because its time is up. */
export function endSession(): void {
  if (!session.value) return;
  ended.value = true;
  closeSession();
}

/** Ends the session when its time is up, also after the device has slept. */
export function watchExpiry(): void {
  const check = () => {
    const expiresAt = session.value?.expiresAt;
    if (expiresAt !== undefined && expiresAt * 1000 <= Date.now()) endSession();
  };
  setInterval(check, 5_000);
  document.addEventListener("visibilitychange", check);
}
