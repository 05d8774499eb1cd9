import "@flywheel/look/tokens.css";
import "./style/element.css";
import "./style/base.css";
import { createApp, watch } from "vue";
import App from "./App.vue";
import { i18n } from "./i18n/index.js";
import { makeRouter } from "./router.js";
import { beginSession, signIn } from "./session/entry.js";
import { watchExpiry } from "./session/expiry.js";
import { failure } from "./session/failure.js";
import { fragmentToken, session } from "./session/session.js";
import { applyPreferences } from "./shell/preferences.js";
import { followReleases } from "./shell/release.js";

applyPreferences();
watchExpiry();

const given = await beginSession();
if (given !== undefined) failure.value = await signIn(given, false);
const router = makeRouter();
followReleases(router);

// Wherever a session ends, the way leads to the sign-in page, which leads back.
watch(session, (now, before) => {
  const here = router.currentRoute.value;
  if (!now && before && here.name !== "sign-in") {
    void router.replace({ name: "sign-in", query: { to: here.fullPath } });
  }
});

// A link that signs in and is followed on a page that is open already changes nothing but the fragment.
addEventListener("hashchange", () => {
  if (fragmentToken(location.hash) !== undefined) location.reload();
});

createApp(App).use(i18n).use(router).mount("#app");
