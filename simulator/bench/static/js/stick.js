// The USB stick: in the terminal or in the hand, and with it to the insurance office in town.

import { doing, h, svg, whenChanged } from "./dom.js";
import { t } from "./words.js";

/** Fills `root`; the result takes the bench's state. A counter without a stick shows nothing. */
export function stick(root, act) {
  const draw = whenChanged((seen) => {
    root.hidden = seen === null;
    if (seen !== null) root.replaceChildren(drawing(seen.in), words(seen), h("div", { class: "hands" }, buttons(seen, act)));
  });
  return (state) => draw(state.stick);
}

function words({ in: inside, files, office }) {
  return h(
    "p",
    {},
    h("b", {}, t(inside ? "stick.inside" : "stick.outside", { count: files.length })),
    office && !inside ? h("small", {}, t("stick.office", office)) : null,
  );
}

function buttons({ in: inside }, act) {
  if (inside) return [doing(act, "stick out", {}, t("stick.pull"))];
  return [doing(act, "office takes in", {}, t("stick.to-office")), doing(act, "stick in", {}, t("stick.put-in"))];
}

function drawing(inside) {
  return svg(
    "svg",
    { viewBox: "0 0 56 28", class: inside ? "in" : "out", "aria-hidden": "true" },
    svg("rect", { class: "slot", x: 44, y: 2, width: 10, height: 24, rx: 2 }),
    svg("rect", { class: "shell", x: 30, y: 8, width: 16, height: 12, rx: 1 }),
    svg("rect", { class: "body", x: 2, y: 5, width: 30, height: 18, rx: 5 }),
  );
}
