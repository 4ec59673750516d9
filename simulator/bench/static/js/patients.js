// The patients' cards and phones. A card is laid on the reader by a click or by dragging it there.

import { doing, h, svg, whenChanged } from "./dom.js";
import { squareSymbol } from "./symbols.js";
import { t } from "./words.js";

export const CARD_TYPE = "application/x-identity-card"; // what a dragged card carries

/** Fills `root`; the result takes the bench's state. */
export function patients(root, act) {
  const list = h("ul", { class: "people" });
  root.replaceChildren(h("h2", {}, t("patients.title"), h("small", {}, t("patients.hint"))), list);
  const draw = whenChanged(({ people, card, social }) => {
    list.replaceChildren(
      ...people.map((person) =>
        h(
          "li",
          {},
          person.has_card && place(person, card, act),
          h(
            "div",
            { class: "pocket" },
            person.has_qr && phone(person, act),
            social !== null && person.has_social && chipCard(person, social.card, act),
          ),
        ),
      ),
    );
  });
  return (state) => draw({ people: state.people, card: state.reader.card, social: state.social });
}

function place(person, lying, act) {
  if (lying === person.id) return h("div", { class: "card away" }, h("span", {}, t("patients.on-reader")));
  return doing(
    act,
    `card lay ${person.id}`,
    {
      class: `card layout-${person.layout}`,
      draggable: "true",
      title: t("patients.lay", { name: person.name }),
      dragstart: (event) => event.dataTransfer.setData(CARD_TYPE, person.id),
    },
    cardFace(person),
  );
}

/** The face of an identity document, without a photo. */
export function cardFace(person) {
  const citizen = person.layout === "citizen";
  return [
    guilloche(),
    !citizen && h("span", { class: "kind" }, t(`card.${person.layout}`)),
    h("span", { class: "field" }, t("card.name")),
    h("b", {}, person.name),
    h("span", { class: "field wide" }, t(citizen ? "card.number" : "card.other-number")),
    h("span", { class: "number" }, person.number),
  ];
}

function guilloche() {
  const waves = [0, 1, 2, 3, 4, 5].map((n) =>
    svg("path", { d: `M0 ${14 + n * 9}c26-22 52 22 78 0s52 22 82 0`, transform: `translate(0 ${n})` }),
  );
  return svg("svg", { class: "guilloche", viewBox: "0 0 160 100", "aria-hidden": "true" }, waves);
}

function phone(person, act) {
  return doing(
    act,
    `scan qr ${person.id}`,
    { class: "phone", title: t("patients.show-qr", { name: person.name }) },
    h("span", {}, t("phone.title")),
    squareSymbol(`phone ${person.id}`, "qr"),
    h("small", {}, person.name),
  );
}

function chipCard(person, inserted, act) {
  const inside = inserted === person.id;
  const line = inside ? "social remove" : `social insert ${person.id}`;
  const label = t(inside ? "social.remove" : "social.insert", { name: person.name });
  return doing(act, line, { class: "chip", title: label, "aria-pressed": String(inside) }, t("social.title"));
}
