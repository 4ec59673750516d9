// The doctor's own part: the diagnosis and the drugs.

import { yuan } from "../amounts.js";
import { button, cancelButton, sendButton, setAsideButton } from "../buttons.js";
import { h } from "../dom.js";
import { backButton } from "../patient.js";
import { Search } from "../search.js";
import { t } from "../words.js";

const FEW = 10; // boxes left on the shelf that the doctor should hear of
const MOST = 99; // boxes of one drug; the terminal knows the shelf and refuses more than is there

/** Choose a diagnosis: the common ones as buttons, the others by name or first letters. */
export function diagnose(desk) {
  desk.local.search ??= new Search(desk, "api/diagnoses");
  const { search } = desk.local;
  const choose = (code) => async () => {
    if (await desk.postVisit("diagnosis", "diagnosis", { code })) desk.look(null);
  };
  const chosen = desk.state.visit.diagnosis?.code;
  const draw = ({ code, name }) =>
    sendButton(desk, `diagnosis:${code}`, name, choose(code), { pressed: chosen === code, className: "result" });
  return {
    content: h(
      "div",
      { class: "column finder" },
      h("div", { class: "ask" }, h("h1", {}, t("diagnose.title")), search.box(t("diagnose.search"))),
      search.results(draw),
      search.pad(),
    ),
    buttons: [desk.view ? backButton(desk) : cancelButton(desk), desk.view ? null : setAsideButton(desk)],
  };
}

function handedOver(visit) {
  return JSON.stringify(visit.lines.map(({ drug, quantity }) => [drug, quantity]));
}

// The list the doctor is writing. It starts from what the terminal has, and again when somebody else changed that.
function prescription(desk) {
  const { visit } = desk.state;
  const base = handedOver(visit);
  if (desk.prescription?.base !== base || desk.prescription.visit !== visit.id) {
    desk.prescription = { visit: visit.id, base, lines: visit.lines.map((line) => ({ ...line, id: line.drug })) };
  }
  return desk.prescription.lines;
}

function changeQuantity(desk, line, step) {
  line.quantity = Math.min(MOST, line.quantity + step);
  if (line.quantity < 1) desk.prescription.lines = desk.prescription.lines.filter((other) => other !== line);
  desk.refresh();
}

function add(desk, drug) {
  const line = prescription(desk).find(({ id }) => id === drug.id);
  if (line) return changeQuantity(desk, line, 1);
  desk.prescription.lines.push({ ...drug, quantity: 1 });
  if (desk.local.search.text) desk.local.search.change("");
  desk.local.search.closePad();
}

function shelf({ price_fen: price, on_hand: left, unit }) {
  if (left < 1) return h("span", { class: "few" }, t("prescribe.none"));
  if (left < FEW) return [`${yuan(price)} `, h("span", { class: "few" }, t("prescribe.on_hand", { n: left, unit }))];
  return yuan(price);
}

function drugButton(desk, drug) {
  const label = [
    h("strong", {}, drug.name),
    h("span", { class: "drug-detail" }, `${drug.specification} `, shelf(drug)),
  ];
  return button(`drug:${drug.id}`, label, () => add(desk, drug), { className: "result", disabled: drug.on_hand < 1 });
}

function lineRow(desk, line) {
  const stepper = (sign, name, step) =>
    button(`quantity-${name}:${line.id}`, sign, () => changeQuantity(desk, line, step), { className: "stepper" });
  return h(
    "li",
    { class: "line", "data-key": line.id },
    h(
      "div",
      { class: "line-name" },
      h("strong", {}, line.name),
      h("span", { class: "drug-detail" }, `${line.specification} ${yuan(line.price_fen * line.quantity)}`),
    ),
    stepper("−", "minus", -1),
    h("span", { class: "quantity", "data-quantity": line.id }, `${line.quantity}${line.unit}`),
    stepper("+", "plus", 1),
  );
}

/** Choose the drugs and how many boxes of each. */
export function prescribe(desk) {
  desk.local.search ??= new Search(desk, "api/drugs");
  const { search } = desk.local;
  const lines = prescription(desk);
  const send = async () => {
    const wanted = desk.prescription.lines.map(({ id, quantity }) => ({ drug: id, quantity }));
    if (await desk.postVisit("lines", "lines", { lines: wanted })) desk.look(null);
  };
  const total = lines.reduce((sum, { price_fen: price, quantity }) => sum + price * quantity, 0);
  const list = lines.length
    ? h(
        "ul",
        { class: "lines" },
        lines.map((line) => lineRow(desk, line)),
      )
    : h("p", { class: "hint" }, t("prescribe.empty"));
  return {
    content: h(
      "div",
      { class: "two-sides prescribe" },
      h(
        "div",
        { class: "side finder" },
        search.box(t("prescribe.search")),
        search.results((drug) => drugButton(desk, drug)),
        search.pad(),
      ),
      h(
        "div",
        { class: "side list" },
        h(
          "h1",
          {},
          t("prescribe.title"),
          h("span", { class: "running" }, t("prescribe.total", { amount: yuan(total) })),
        ),
        list,
      ),
    ),
    buttons: [
      desk.view ? backButton(desk) : cancelButton(desk),
      desk.view ? null : setAsideButton(desk),
      sendButton(desk, "lines", t("prescribe.done"), send, { kind: "primary", disabled: !lines.length }),
    ],
  };
}
