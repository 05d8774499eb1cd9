import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Mistake } from "./context.js";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--fw-accent-text)" },
  { tag: tags.comment, color: "var(--fw-ink-soft)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--fw-ink-soft)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "transparent", color: "var(--fw-ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--fw-font-mono)", lineHeight: "1.65" },
  ".cm-content": { caretColor: "var(--fw-accent)" },
  ".cm-cursor": { borderLeftColor: "var(--fw-accent)" },
  ".cm-gutters": { backgroundColor: "transparent", border: "0", color: "var(--fw-ink-soft)" },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--fw-sunken) 55%, transparent)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--fw-accent) 22%, transparent)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--fw-surface)",
    border: "1px solid var(--fw-line)",
    borderRadius: "var(--fw-radius-s)",
    boxShadow: "var(--fw-shadow)",
  },
  ".cm-diagnostic": { fontFamily: "var(--fw-font)", maxWidth: "52ch" },
  ".cm-changedLine, &.cm-merge-b .cm-changedLine": { backgroundColor: "var(--fw-accent-soft)" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--fw-danger-soft)" },
  "&.cm-merge-b .cm-changedText, .cm-changedText": {
    background: "color-mix(in srgb, var(--fw-accent) 28%, transparent)",
  },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": {
    background: "color-mix(in srgb, var(--fw-danger) 24%, transparent)",
  },
  "&.cm-merge-b .cm-changedLineGutter": { background: "var(--fw-accent)" },
  "&.cm-merge-a .cm-changedLineGutter": { background: "var(--fw-danger)" },
  ".cm-collapsedLines": {
    background: "var(--fw-sunken)",
    color: "var(--fw-ink-soft)",
    fontFamily: "var(--fw-font)",
    textAlign: "center",
  },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: '"···"', color: "var(--fw-ink-soft)" },
});

/** What every view of a program's YAML has in common. */
export function viewing(label: string, phrases: Record<string, string>): Extension[] {
  return [
    lineNumbers(),
    yaml(),
    syntaxHighlighting(colours),
    look,
    EditorState.phrases.of(phrases),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
  ];
}

export function editing(): Extension[] {
  return [
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    lintGutter(),
    indentUnit.of("  "),
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
  ];
}

export function reading(): Extension[] {
  return [EditorState.readOnly.of(true), EditorView.editable.of(false), lintGutter()];
}

/** Puts a text into an editor by changing only what differs, so that cursor and scroll stay. */
export function replaceText(view: EditorView, text: string): void {
  const before = view.state.doc.toString();
  if (before === text) return;
  let from = 0;
  const shorter = Math.min(before.length, text.length);
  while (from < shorter && before[from] === text[from]) from++;
  let end = 0;
  while (end < shorter - from && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
  view.dispatch({ changes: { from, to: before.length - end, insert: text.slice(from, text.length - end) } });
}

/** Marks the mistakes at their lines. */
export function markMistakes(view: EditorView, mistakes: readonly Mistake[]): void {
  const diagnostics = mistakes.map((mistake): Diagnostic => {
    const line = view.state.doc.line(Math.min(mistake.line, view.state.doc.lines));
    const indent = line.text.length - line.text.trimStart().length;
    const message = mistake.path ? `${mistake.path}: ${mistake.message}` : mistake.message;
    return { from: line.from + indent, to: line.to, severity: "error", message };
  });
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Brings a line into view and puts the cursor there. */
export function showLine(view: EditorView, number: number, focus: boolean): void {
  const line = view.state.doc.line(Math.min(Math.max(1, number), view.state.doc.lines));
  view.dispatch({
    selection: { anchor: line.from + line.text.length - line.text.trimStart().length },
    effects: EditorView.scrollIntoView(line.from, { y: "center" }),
  });
  if (focus) view.focus();
}

export { EditorState, EditorView };
