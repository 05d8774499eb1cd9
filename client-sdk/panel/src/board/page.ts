import { chooseLanguage } from "@flywheel/look";
import { defineCustomElement } from "vue";
import tokens from "@flywheel/look/tokens.css?inline";
import "./page.css";
import { provideLanguage } from "../core/texts.js";
import StreamBoard from "./StreamBoard.vue";

/**
 * A board to lay over a stream, as in OBS: /board/?board=ID&room=ROOM&top=10&lang=zh&theme=dark#token=TOKEN. Its ground is
 * transparent. The token stays in the address, which such a program keeps by itself; a read-only one belongs there.
 */
const query = new URLSearchParams(location.search);
const language = chooseLanguage(query.get("lang"), navigator.languages);
const most = 30;
const top = Math.min(most, Math.max(1, Number.parseInt(query.get("top") ?? "", 10) || 10));

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.documentElement.dataset["theme"] = query.get("theme") === "light" ? "light" : "dark";
document.title = language === "zh" ? "直播榜单" : "Live board";

// Styles of components go into an element's shadow, so that the page is one element, as the panel's is.
const Board = defineCustomElement(StreamBoard, {
  styles: [tokens, ...((StreamBoard as { styles?: string[] }).styles ?? [])],
  configureApp: provideLanguage,
});
customElements.define("flywheel-board", Board);
document.body.append(
  Object.assign(new Board(), {
    boardId: query.get("board") ?? "",
    roomId: query.get("room") ?? "",
    top,
    language,
    token: new URLSearchParams(location.hash.slice(1)).get("token") ?? "",
  }),
);
