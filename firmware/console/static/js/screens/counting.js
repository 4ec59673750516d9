// Boxes and money: scan every box, ask the platform for the price, agree on it with the patient.

import { amount, yuan } from "../amounts.js";
import { button, cancelButton, sendButton, setAsideButton } from "../buttons.js";
import { comparisonButton } from "../comparison.js";
import { h, picture } from "../dom.js";
import { t } from "../words.js";
import { laterLine } from "./review.js";

const SETTLE_REST_MS = 500; // a second tap meant for the screen before must not settle

/** The way back to the list of drugs. */
function linesButton(desk) {
  if (!desk.allows("lines")) return null;
  return button("edit-lines", t("action.edit_lines"), () => desk.look("lines"), { disabled: desk.resting });
}

function countRow({ drug, name, specification, scanned, quantity, self_paid: selfPaid }, next) {
  const complete = scanned >= quantity;
  return h(
    "li",
    { class: `count ${complete ? "complete" : ""} ${next ? "next" : ""}`, "data-key": drug, "data-line": drug },
    h("div", { class: "line-name" }, h("strong", {}, name), h("span", { class: "drug-detail" }, specification)),
    selfPaid ? h("span", { class: "unverified" }, t("mark.self_paid")) : null,
    h("span", { class: "counter", "data-scanned": scanned, "data-quantity": quantity }, `${scanned} / ${quantity}`),
    complete ? picture("check", "count-picture") : h("span", { class: "count-picture" }),
  );
}

function estimateLine({ estimate }) {
  if (!estimate) return null;
  const words = t("dispense.estimate", {
    total: yuan(estimate.total_fen),
    fund: yuan(estimate.fund_fen),
    own: yuan(estimate.own_fen),
  });
  return h(
    "p",
    { class: "estimate" },
    words,
    h("span", { class: "unverified" }, t(estimate.verified ? "mark.estimated" : "mark.estimated_unverified")),
  );
}

/** Scan the trace code of every box. */
export function dispense(desk) {
  const { visit, devices } = desk.state;
  const next = visit.lines.find(({ scanned, quantity }) => scanned < quantity);
  const armed = Boolean(devices.scanner?.armed);
  const title = next
    ? t("dispense.next", { drug: next.name, unit: next.unit, n: next.scanned + 1 })
    : t("dispense.complete");
  const scan = () => desk.post("scan", "api/visit/scan", { on: true });
  return {
    content: h(
      "div",
      { class: "column" },
      h("h1", { class: "next-box", "aria-live": "polite" }, title),
      h(
        "ul",
        { class: "lines" },
        visit.lines.map((line) => countRow(line, line === next)),
      ),
      laterLine(visit),
      estimateLine(visit),
    ),
    buttons: [
      cancelButton(desk),
      setAsideButton(desk),
      linesButton(desk),
      sendButton(desk, "scan", t(armed ? "dispense.armed" : "dispense.scan"), scan, {
        kind: armed ? "lit" : "primary",
        pressed: armed,
      }),
    ],
  };
}

/** The terminal asks for the price by itself; after trouble the doctor asks again. */
export function price(desk) {
  const asking = Boolean(desk.state.busy || desk.pending);
  const ask = () => desk.postVisit("price", "price");
  return {
    content: h(
      "div",
      { class: "column centred" },
      picture(asking ? "wait" : "trouble", "large-picture"),
      h("h1", {}, t(asking ? "price.asking" : "price.trouble")),
      h("p", {}, t(asking ? "price.asking_about" : "price.trouble_about")),
      estimateLine(desk.state.visit),
    ),
    buttons: [
      cancelButton(desk),
      setAsideButton(desk),
      linesButton(desk),
      sendButton(desk, "price", t("price.ask"), ask, { kind: "primary", disabled: !desk.allows("price") }),
    ],
  };
}

/** The three sums of a bill in large figures, and how the own share is paid. */
export function bill(sums) {
  return h(
    "div",
    { class: "bill" },
    h(
      "div",
      { class: "sums" },
      amount("total", sums.total_fen),
      amount("fund", sums.fund_fen),
      amount("own", sums.own_fen, "own"),
    ),
    h("div", { class: "split" }, amount("account", sums.account_fen), amount("cash", sums.cash_fen)),
  );
}

// What the doctor may know before he asks for the money: an audit that was not answered, amounts that surprise.
function confirmNotes(desk) {
  const { review } = desk.state.visit;
  const silent = review.not_audited
    ? h("p", { class: "not-audited", "data-code": review.not_audited }, t("review.not_audited"))
    : null;
  const compare = comparisonButton(desk);
  return silent || compare ? h("div", { class: "confirm-notes" }, silent, compare) : null;
}

/** Tell the patient what to pay, then settle. */
export function confirm(desk) {
  const { preview } = desk.state.visit;
  desk.local.shownAt ??= Date.now();
  const fresh = Date.now() - desk.local.shownAt < SETTLE_REST_MS;
  if (fresh) desk.refreshIn(SETTLE_REST_MS);
  const settle = () => desk.postVisit("settle", "settle", { own_fen: preview.own_fen });
  return {
    content: h("div", { class: "column" }, h("h1", {}, t("confirm.title")), bill(preview), confirmNotes(desk)),
    buttons: [
      cancelButton(desk),
      setAsideButton(desk),
      linesButton(desk),
      sendButton(desk, "settle", t("confirm.settle"), settle, {
        kind: "primary",
        disabled: fresh || !desk.allows("settle"),
      }),
    ],
  };
}
