// The receipt printer with its paper. The paper is a picture from the bench, fetched again when something came out.

import { lamp, usb } from "./devices.js";
import { doing, h, whenChanged } from "./dom.js";
import { t } from "./words.js";

const NEARLY_EMPTY_MM = 20;

/** Fills `root`; the result takes the bench's state. */
export function printer(root, act) {
  const picture = h("img", { alt: t("printer.paper"), draggable: "false" });
  const way = h("div", { class: "paper-way", tabindex: "0" }, picture);
  const body = h("div", { class: "printer-body" });
  root.replaceChildren(way, body);
  picture.addEventListener("load", () => way.scrollTo({ top: way.scrollHeight, behavior: "smooth" }));

  const drawPaper = whenChanged((pieces) => {
    picture.hidden = pieces === 0;
    if (pieces > 0) picture.src = `api/paper.svg?pieces=${pieces}`;
  });
  const drawBody = whenChanged((seen) => {
    root.classList.toggle("open", seen.cover === "open");
    body.replaceChildren(...controls(seen, act));
  });
  return (state) => {
    drawPaper(state.printer.pieces);
    drawBody({ ...state.printer, lines: 0, pieces: 0 });
  };
}

function controls({ paper_mm: paper, cover, plugged, powered, online, jam }, act) {
  const open = cover === "open";
  return [
    h("div", { class: "slot", "aria-hidden": "true" }),
    h("h2", {}, lamp(plugged && powered, online, powered && !online), t("printer.title"), h("small", {}, paperLeft(paper))),
    h(
      "div",
      { class: "controls" },
      doing(act, "paper load", {}, t("printer.load")),
      doing(act, `paper left ${NEARLY_EMPTY_MM}`, {}, t("printer.nearly-empty", { mm: NEARLY_EMPTY_MM })),
      doing(act, `cover ${open ? "close" : "open"}`, { "aria-pressed": String(open) }, t(open ? "printer.close" : "printer.open")),
      doing(act, `printer power ${powered ? "off" : "on"}`, { "aria-pressed": String(powered) }, t(powered ? "printer.off" : "printer.on")),
      jam !== "" && doing(act, "printer clear-jam", { class: "jam" }, t("printer.clear-jam")),
      usb("printer", plugged, act),
    ),
  ];
}

function paperLeft(millimetres) {
  if (millimetres >= 1000) return t("printer.left-m", { m: (millimetres / 1000).toFixed(1) });
  return t("printer.left-mm", { mm: millimetres });
}
