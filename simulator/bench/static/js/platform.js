// The two ways to the insurance, cable and stick, and the platform with the messages that arrive there.

import { doing, h, svg, whenChanged } from "./dom.js";
import { stick } from "./stick.js";
import { t, wordOr } from "./words.js";

/** Fills `root`; the result takes the bench's state. */
export function platform(root, act) {
  const cablePlace = h("div", { class: "cable" });
  const stickPlace = h("div", { class: "stick" });
  const count = h("small", {});
  const list = h("ol", { class: "messages" });
  root.replaceChildren(cablePlace, stickPlace, h("h2", {}, t("platform.title"), count), list);
  const tellStick = stick(stickPlace, act);
  const drawCable = whenChanged((cable) => cablePlace.replaceChildren(plug(cable, act)));
  const drawMessages = whenChanged(({ settlements, messages }) => {
    count.textContent = t("platform.settlements", { count: settlements });
    list.replaceChildren(...messages.toReversed().map(row));
    if (messages.length === 0) list.append(h("li", { class: "none" }, t("platform.none")));
  });
  return (state) => {
    drawCable(state.network.cable);
    tellStick(state);
    drawMessages(state.platform);
  };
}

function row({ infno, name, ok, error }) {
  return h(
    "li",
    { class: ok ? "ok" : "refused", title: error || null },
    h("code", {}, infno),
    h("span", {}, wordOr(`transaction.${infno}`, name)),
    h("b", {}, t(ok ? "platform.ok" : "platform.refused")),
  );
}

function plug(cable, act) {
  const is = cable === "in";
  const label = t(is ? "cable.pull" : "cable.put-in");
  return doing(
    act,
    is ? "cable out" : "cable in",
    { class: `plug ${is ? "in" : "out"}`, title: label, "aria-label": label, "aria-pressed": String(is) },
    drawing(),
    h("span", {}, label),
  );
}

function drawing() {
  return svg(
    "svg",
    { viewBox: "0 0 240 64", "aria-hidden": "true" },
    svg("rect", { class: "wall-plate", x: 176, y: 4, width: 58, height: 56, rx: 8 }),
    svg("rect", { class: "jack", x: 184, y: 16, width: 34, height: 32, rx: 3 }),
    svg("path", { class: "contacts", d: "M189 22v8M194 22v8M199 22v8M204 22v8M209 22v8" }),
    svg("circle", { class: "link", cx: 226, cy: 14, r: 3 }),
    svg(
      "g",
      { class: "moving" },
      svg("path", { class: "wire", d: "M-60 40C0 40 30 32 96 32" }),
      svg("path", { class: "boot", d: "M84 25h26q4 0 4 4v6q0 4-4 4H84q-6 0-6-7t6-7z" }),
      svg("rect", { class: "shell", x: 112, y: 18, width: 44, height: 28, rx: 4 }),
      svg("path", { class: "latch", d: "M118 18l24-7 12 7z" }),
      svg("path", { class: "gold", d: "M158 23h26M158 28h26M158 33h26M158 38h26" }),
      svg("rect", { class: "nose", x: 156, y: 20, width: 26, height: 24, rx: 2 }),
    ),
  );
}
