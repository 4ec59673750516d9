// The card reader and the scanner.

import { doing, h, svg, whenChanged } from "./dom.js";
import { CARD_TYPE, cardFace } from "./patients.js";
import { t } from "./words.js";

/** Fills `root`; the result takes the bench's state. */
export function devices(root, act) {
  const readerPlace = h("div", { class: "device reader" });
  const scannerPlace = h("div", { class: "device scanner" });
  root.replaceChildren(scannerPlace, readerPlace);
  const drawReader = whenChanged((seen) => readerPlace.replaceChildren(...reader(seen, act)));
  const drawScanner = whenChanged((seen) => {
    scannerPlace.classList.toggle("lit", seen.scanner.lit);
    scannerPlace.replaceChildren(...scanner(seen, act));
  });
  acceptCards(readerPlace, act);
  return (state) => {
    const person = state.people.find(({ id }) => id === state.reader.card) ?? null;
    drawReader({ plugged: state.reader.plugged, card: state.reader.card, person });
    drawScanner({ scanner: state.scanner, boxes: state.boxes });
  };
}

function acceptCards(place, act) {
  place.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes(CARD_TYPE)) return;
    event.preventDefault();
    place.classList.add("target");
  });
  place.addEventListener("dragleave", () => place.classList.remove("target"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("target");
    act(`card lay ${event.dataTransfer.getData(CARD_TYPE)}`);
  });
}

function reader({ plugged, card, person }, act) {
  const pad =
    person === null
      ? h("div", { class: "pad" }, waves(), h("span", {}, t("reader.empty")))
      : doing(act, "card remove", { class: `card layout-${person.layout}`, title: t("reader.remove") }, cardFace(person));
  return [
    h("h2", {}, lamp(plugged, card !== null), t("reader.title"), usb("reader", plugged, act)),
    h("div", { class: "antenna" }, pad),
  ];
}

function scanner({ scanner: { kind, lit, window: held, phone_of: phone, plugged }, boxes }, act) {
  const box = boxes.find(({ id, code }) => held === id || held === code);
  const seen = phone ? t("scanner.phone", { name: phone }) : (box?.label ?? held);
  const text = held ? seen : t(lit ? "scanner.lit" : "scanner.dark");
  return [
    h("h2", {}, lamp(plugged, lit), t("scanner.title"), h("small", {}, t(`scanner.${kind}`)), usb("scanner", plugged, act)),
    h(
      "div",
      { class: "sight" },
      gun(lit),
      h("p", { class: held ? "held" : "" }, text),
      held && doing(act, "scanner take-away", { class: "quiet" }, t("scanner.take-away")),
    ),
  ];
}

/** A device's lamp: off without power, brighter while it works, red while something is in its way. */
export function lamp(powered, working, hindered = false) {
  const state = hindered ? "hindered" : powered ? (working ? "working" : "on") : "off";
  return h("i", { class: `lamp ${state}`, "aria-hidden": "true" });
}

/** The button that pulls or puts in a device's cable. */
export function usb(device, plugged, act) {
  const line = `${device} ${plugged ? "unplug" : "plug"}`;
  const attributes = { class: "quiet usb", "aria-pressed": String(plugged) };
  return doing(act, line, attributes, t(plugged ? "device.unplug" : "device.plug"));
}

function waves() {
  return svg(
    "svg",
    { viewBox: "0 0 40 40", class: "waves", "aria-hidden": "true" },
    [7, 13, 19].map((r) => svg("path", { d: `M${14 + r * 0.5} ${20 - r * 0.8}a${r} ${r} 0 0 1 0 ${r * 1.6}` })),
    svg("rect", { x: 5, y: 14, width: 9, height: 12, rx: 2 }),
  );
}

function gun(lit) {
  return svg(
    "svg",
    { viewBox: "0 0 112 78", class: "gun", "aria-hidden": "true" },
    lit && svg("path", { class: "beam", d: "M63 21 112 4v36z" }),
    svg("path", { class: "grip", d: "M17 30h24l9 38q1 6-5 6H33q-5 0-6-5z" }),
    svg("path", { class: "trigger", d: "M43 35q9 3 8 12l-5 1z" }),
    svg("path", { class: "body", d: "M5 17Q5 6 16 6h39q10 0 10 9v11q0 10-10 10H17Q5 36 5 25z" }),
    svg("path", { class: "shine", d: "M12 13q2-3 7-3h30" }),
    svg("path", { class: "window", d: "M59 9q8 1 8 8v8q0 7-8 8z" }),
    svg("circle", { class: "eye", cx: 20, cy: 21, r: 3.4 }),
  );
}
