// The SQL editor: CodeMirror 6 as a Streamlit component. Python sends words, names to complete and the door's last
// complaint; this sends the text when it is run, checked, or left.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, toggleComment } from "@codemirror/commands";
import { sql, PostgreSQL } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, placeholder,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

const CHECK_AFTER_MS = 900;

const look = EditorView.theme({
  "&": { fontSize: "0.88rem", backgroundColor: "var(--hk-card)", color: "var(--hk-ink)", border: "1px solid var(--hk-line)", borderRadius: "10px" },
  "&.cm-focused": { outline: "2px solid var(--hk-accent)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "'JetBrains Mono', Consolas, monospace", lineHeight: "1.6", minHeight: "11rem", maxHeight: "26rem", overflow: "auto" },
  ".cm-content": { caretColor: "var(--hk-ink)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--hk-ink)" },
  ".cm-gutters": { backgroundColor: "var(--hk-card)", color: "var(--hk-soft)", border: "none", borderRadius: "10px 0 0 10px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--hk-tint) 60%, transparent)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--hk-accent) 26%, transparent) !important" },
  ".cm-placeholder": { color: "var(--hk-soft)" },
  ".cm-tooltip": { backgroundColor: "var(--hk-card)", color: "var(--hk-ink)", border: "1px solid var(--hk-line)", borderRadius: "10px", overflow: "hidden" },
  ".cm-tooltip-autocomplete ul li": { padding: "3px 8px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--hk-accent)", color: "var(--hk-on-primary)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.75", marginLeft: "1em" },
  ".cm-diagnostic": { padding: "6px 10px" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--hk-bad)" },
  ".cm-panels": { backgroundColor: "var(--hk-tint)", color: "var(--hk-ink)" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--hk-accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--hk-good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--hk-warn)" },
  { tag: tags.comment, color: "var(--hk-soft)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--hk-accent)" },
]);

const plain = (text) =>
  text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();

// Names, measures and values, found by what people call them as well: typing "kim ngach" offers SUM(tri_gia_usd).
// A value is found by itself alone, so that a column's name does not bring every value of it.
function completing(entries) {
  const known = entries.map(([label, detail, type, apply]) => ({
    label, detail, type, apply: apply || label, key: plain(type === "constant" ? label : `${label} ${detail}`),
  }));
  const ranked = (wanted) =>
    known
      .map((entry) => ({ entry, at: entry.key.indexOf(wanted) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => (a.at === 0 ? 0 : 1) - (b.at === 0 ? 0 : 1))
      .slice(0, 60)
      .map(({ entry }) => entry);
  return (context) => {
    const last = context.matchBefore(/'?[\p{L}\p{N}_]+/u);
    if (!context.explicit && (!last || last.text.length < 2)) return null;
    const two = context.matchBefore(/[\p{L}\p{N}_]+ [\p{L}\p{N}_]+/u);
    const pair = two ? ranked(plain(two.text)).filter((entry) => entry.type === "method") : [];
    if (pair.length > 0) return { from: two.from, options: pair, filter: false };
    return { from: last ? last.from : context.pos, options: ranked(plain(last ? last.text : "")), filter: false };
  };
}

function marks(view, error) {
  if (!error || !error.message) return [];
  const lines = view.state.doc.lines;
  const line = view.state.doc.line(Math.min(Math.max(error.line || 1, 1), lines));
  const from = error.column > 0 ? Math.min(line.from + error.column - 1, line.to) : line.from;
  const rest = view.state.doc.sliceString(from, line.to).match(/^[\p{L}\p{N}_]+/u);
  const to = rest ? from + rest[0].length : Math.max(Math.min(from + 1, line.to), from);
  return [{ from, to: error.line ? to : line.to, severity: "error", message: error.message }];
}

const editors = new WeakMap();

function make(host, component, data) {
  const names = new Compartment();
  const readable = new Compartment();
  let timer = 0;
  const state = { send: component, text: data.text, data };
  const text = () => view.state.doc.toString();
  const leave = () => state.send.setStateValue("text", text());
  const run = () => {
    const { from, to } = view.state.selection.main;
    const part = view.state.sliceDoc(from, to).trim();
    state.send.setTriggerValue("run", { text: text(), part });
    return true;
  };
  const view = new EditorView({
    parent: host,
    state: EditorState.create({
      doc: data.text,
      extensions: [
        lineNumbers(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }),
        placeholder(data.words.placeholder), EditorView.lineWrapping, look, syntaxHighlighting(colours),
        readable.of(EditorView.contentAttributes.of({ "aria-label": data.words.label, lang: "vi" })),
        EditorState.phrases.of(data.words.phrases),
        names.of([sql({ dialect: PostgreSQL, upperCaseKeywords: true }), autocompletion({ override: [completing(data.names)] })]),
        keymap.of([
          { key: "Mod-Enter", run },
          { key: "Mod-/", run: toggleComment },
          ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap,
          { key: "Escape", run: (v) => { v.contentDOM.blur(); return true; } },
          indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          window.clearTimeout(timer);
          timer = window.setTimeout(() => state.send.setTriggerValue("check", { text: text() }), CHECK_AFTER_MS);
        }),
        EditorView.domEventHandlers({ blur: () => { window.clearTimeout(timer); leave(); } }),
      ],
    }),
  });
  return { view, state, names };
}

export default function (component) {
  const { data, parentElement } = component;
  const host = parentElement.querySelector(".editor");
  const button = parentElement.querySelector(".run");
  let held = editors.get(host);
  if (!held) {
    held = make(host, component, data);
    editors.set(host, held);
  }
  held.state.send = component;
  // A text that Python has set anew (another tab, laid out, a saved query) takes the place of what is there.
  if (data.stamp !== held.state.stamp) {
    held.state.stamp = data.stamp;
    if (held.view.state.doc.toString() !== data.text) {
      held.view.dispatch({ changes: { from: 0, to: held.view.state.doc.length, insert: data.text } });
    }
  }
  held.view.dispatch(setDiagnostics(held.view.state, marks(held.view, data.error)));
  if (button) {
    button.textContent = data.words.run;
    button.onmousedown = (event) => event.preventDefault();
    button.onclick = () => {
      const { from, to } = held.view.state.selection.main;
      component.setTriggerValue("run", {
        text: held.view.state.doc.toString(), part: held.view.state.sliceDoc(from, to).trim(),
      });
    };
  }
}
