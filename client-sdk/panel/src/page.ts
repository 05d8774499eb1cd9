import { chooseLanguage } from "@flywheel/look";
import { keptAt, keptText } from "./core/keptInvite.js";
import { FlywheelPanelElement } from "./element.js";
import "./page.css";

const tokenKey = "flywheel-token";
const inviteKey = "flywheel-invite";

const query = new URLSearchParams(location.search);
const language = chooseLanguage(query.get("lang"), navigator.languages);
const theme = query.get("theme") ?? "auto";

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.title = language === "zh" ? "直播间福利" : "Live rewards";
if (theme === "light" || theme === "dark") {
  document.documentElement.dataset["theme"] = theme;
}

keepInvite();

const panel = new FlywheelPanelElement();
panel.baseUrl = location.origin;
panel.room = query.get("room") ?? "";
panel.lang = language;
panel.theme = theme;
panel.actions = query.get("actions") ?? "on";
panel.history = "address";
panel.token = takeToken();
document.body.append(panel);

// A link with another token, opened in the same tab, changes only the fragment, and nothing is loaded anew.
addEventListener("hashchange", () => {
  panel.token = takeToken();
});

/**
 * The token comes in the fragment, which browsers send to no server. It is kept for reloads of this tab, and taken out of
 * the address, so that a link that is copied from there lets nobody in.
 */
function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  try {
    if (given === null) {
      return sessionStorage.getItem(tokenKey) ?? "";
    }
    sessionStorage.setItem(tokenKey, given);
  } catch {
    return given ?? ""; // The browser keeps nothing, so the address goes on holding it.
  }
  history.replaceState(history.state, "", location.pathname + location.search);
  return given;
}

/**
 * Whoever comes by an invite may have to sign in first, which leads away from this page and back without the invite. So it is
 * kept for its room until it has been accepted, a day at most; then the sheet that accepts it forgets it.
 */
function keepInvite(): void {
  const at = query.get("at") ?? "";
  const roomId = query.get("room") ?? "";
  try {
    if (at.startsWith("today/welcome/")) {
      localStorage.setItem(inviteKey, keptText(at, roomId, Date.now()));
    } else if (!at) {
      const kept = keptAt(localStorage.getItem(inviteKey), roomId, Date.now());
      if (kept) {
        query.set("at", kept);
        history.replaceState(history.state, "", `${location.pathname}?${query}${location.hash}`);
      }
    }
  } catch {
    // The browser keeps nothing: the invite is good for as long as the address names it.
  }
}
