// Nobody is being served: lay a card, scan the insurance code, type the number, or go on with a kept visit.

import { timeOfDay } from "../amounts.js";
import { button, pageButton, sendButton } from "../buttons.js";
import { h, picture } from "../dom.js";
import { isFull } from "../outbox.js";
import { numberPad } from "../pads.js";
import { backButton } from "../patient.js";
import { t, wordFor } from "../words.js";

const NUMBER_SIZE = 18;

function keptVisit(desk, visit) {
  const resume = () => desk.post("resume", "api/visit/resume", { id: visit.id });
  const label = [
    h("strong", {}, visit.patient),
    h("span", { class: "kept-step" }, wordFor("step", visit.step)),
    h("span", { class: "kept-time" }, timeOfDay(visit.opened_at)),
  ];
  return h(
    "div",
    { "data-key": visit.id, "data-visit": visit.id },
    sendButton(desk, "resume", label, resume, { className: "kept-visit" }),
  );
}

function keptVisits(desk) {
  const { kept } = desk.state;
  if (!kept?.length) return null;
  return h(
    "section",
    { class: "kept" },
    h("h2", {}, t("welcome.kept", { n: kept.length })),
    kept.map((visit) => keptVisit(desk, visit)),
  );
}

function scanButton(desk) {
  const armed = Boolean(desk.state.devices.scanner?.armed);
  const press = () => desk.post("scan", "api/visit/scan", { on: !armed });
  return sendButton(desk, "scan", t(armed ? "welcome.scanning" : "welcome.scan"), press, {
    kind: armed ? "lit" : "primary",
    pressed: armed,
    className: "tall",
    disabled: isFull(desk),
  });
}

// What has no room cannot be promised: no new visit until something of what waits is at the platform.
function fullPage(desk) {
  return h(
    "div",
    { class: "side lay" },
    h("h1", {}, t("welcome.full")),
    picture("trouble", "trouble-picture"),
    h("p", { class: "hint" }, t("welcome.full_hint")),
    desk.may("carry") ? pageButton(desk, "terminal", t("outbox.carry"), { kind: "primary" }) : null,
  );
}

/** The screen between two patients. */
export function welcome(desk) {
  if (desk.view === "number") return identityNumber(desk);
  const reader = desk.state.devices.card_reader?.state ?? "starting";
  const ready = reader === "ready";
  const social = desk.state.devices.social_card_reader?.state === "ready";
  const lay = h(
    "div",
    { class: "side lay" },
    h("h1", {}, t(ready ? "welcome.card" : "welcome.no_reader")),
    ready ? picture("card", "card-picture") : picture("trouble", "trouble-picture"),
    h("p", { class: "hint" }, t(ready ? "welcome.card_hint" : "welcome.no_reader_hint")),
    social ? h("p", { class: "hint" }, t("welcome.social_card")) : null,
  );
  const other = h(
    "div",
    { class: "side" },
    scanButton(desk),
    button("type-number", t("welcome.number"), () => desk.look("number"), {
      className: "tall",
      disabled: desk.resting || isFull(desk),
    }),
    keptVisits(desk),
  );
  const side = isFull(desk) ? fullPage(desk) : lay;
  return { content: h("div", { class: "two-sides welcome" }, side, other), buttons: [] };
}

// 110105 19491231 002X: region, day of birth, rest, as it is printed on the card.
function inGroups(number) {
  return [number.slice(0, 6), number.slice(6, 14), number.slice(14)].filter(Boolean).join(" ");
}

function identityNumber(desk) {
  const number = desk.local.number ?? "";
  const open = () => {
    if (number.length === NUMBER_SIZE && !desk.resting)
      desk.post("identity-number", "api/visit/identity-number", { number });
  };
  const change = (value) => {
    desk.local.number = value;
    desk.refresh();
  };
  const field = { value: number, limit: NUMBER_SIZE, extra: "X", change, enter: open };
  const words = h(
    "div",
    { class: "side words" },
    h("h1", {}, t("number.title")),
    h("div", { class: "number-typed", "data-typed": number.length }, inGroups(number) || "—"),
    h(
      "p",
      { class: "hint" },
      number.length < NUMBER_SIZE ? t("number.left", { n: NUMBER_SIZE - number.length }) : t("number.complete"),
    ),
  );
  return {
    content: h("div", { class: "two-sides" }, words, h("div", { class: "side" }, numberPad(desk, field))),
    buttons: [
      backButton(desk),
      sendButton(desk, "identity-number", t("number.open"), open, {
        kind: "primary",
        disabled: number.length < NUMBER_SIZE,
      }),
    ],
  };
}
