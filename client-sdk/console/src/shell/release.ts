import { ref } from "vue";
import type { Router } from "vue-router";

/** Whether a page could not be loaded, which the shell tells. */
export const unloadable = ref(false);

/**
 * A release takes the scripts of the one before away, and a tab that was open needs those. Where the service has another
 * release, the page is loaded anew, at the place that was asked for; the draft of the program is kept on the device. Where
 * it is the network that is missing, nothing is reloaded, for there would be no page at all.
 */
export function followReleases(router: Router): void {
  let meant: string | undefined;
  router.beforeEach((to) => {
    meant = router.resolve(to).href;
  });
  router.afterEach(() => {
    meant = undefined;
    unloadable.value = false;
  });
  addEventListener("vite:preloadError", () => {
    const target = meant ?? location.pathname + location.search;
    void isReplaced().then((replaced) => {
      if (replaced) location.assign(target);
      else unloadable.value = true;
    });
  });
}

/** Whether the page that the service hands out now begins with another script than this one did. */
async function isReplaced(): Promise<boolean> {
  const entry = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.getAttribute("src");
  try {
    const answer = await fetch(import.meta.env.BASE_URL, { cache: "no-store" });
    return answer.ok && !!entry && !(await answer.text()).includes(`src="${entry}"`);
  } catch {
    return false;
  }
}
