// The terminal: its own screen, 1024 × 600 as on a 7-inch panel, scaled to the place there is.

import { h, whenChanged } from "./dom.js";
import { t } from "./words.js";

const WIDTH = 1024;

/** Fills `root` once; the screen stays when the language changes. The result takes the bench's state. */
export function terminal(root) {
  if (root.firstChild === null) assemble(root);
  const frame = root.querySelector("iframe");
  const veil = root.querySelector(".veil");
  frame.title = t("terminal.label");
  const show = whenChanged(({ url, running }) => {
    if (running !== false && frame.dataset.shown !== `${url} ${running}`) {
      frame.dataset.shown = `${url} ${running}`;
      frame.src = url;
    }
    if (running === false) frame.dataset.shown = "";
  });
  const cover = whenChanged(({ running, log }) => {
    veil.hidden = running !== false;
    veil.replaceChildren(h("b", {}, t("terminal.ended")), h("span", {}, t("terminal.log")), h("code", {}, log));
  });
  return (state) => {
    show({ url: state.terminal_url, running: state.terminal.running });
    cover(state.terminal);
  };
}

function assemble(root) {
  const frame = h("iframe", { width: WIDTH, height: 600, allow: "" });
  const panel = h("div", { class: "panel" }, frame, h("div", { class: "veil", hidden: true }));
  root.append(h("div", { class: "bezel" }, panel), h("div", { class: "foot", "aria-hidden": "true" }));
  new ResizeObserver(([entry]) => {
    frame.style.transform = `scale(${entry.contentRect.width / WIDTH})`;
  }).observe(panel);
}
