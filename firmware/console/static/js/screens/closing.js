// After the press: the outcome, the receipt, the end of a visit or its cancellation.

import { yuan } from "../amounts.js";
import { cancelButton, sendButton, setAsideButton } from "../buttons.js";
import { h, picture } from "../dom.js";
import { has, t } from "../words.js";
import { bill } from "./counting.js";

const PAPER_HELP = { "printer.paper_out": "receipt.paper_out", "printer.cover_open": "receipt.cover_open" };

function message(name, title, ...rest) {
  return h(
    "div",
    { class: "column centred" },
    picture(name, "large-picture"),
    h("h1", { "aria-live": "polite" }, title),
    rest,
  );
}

/** Nobody knows yet whether the settlement went through; the terminal finds out. */
export function settling(desk) {
  const asking = desk.state.busy === "settle"; // the answer is still being waited for: no reason to alarm anybody
  const title = t(asking ? "settling.asking" : "settling.title");
  if (desk.allows("ask_again")) {
    const again = () => desk.postVisit("ask-again", "ask-again");
    return {
      content: message("trouble", title, h("p", { class: "calm-words" }, t("settling.refused_about"))),
      buttons: [
        setAsideButton(desk, t("action.next_patient_waiting")),
        sendButton(desk, "ask-again", t("settling.ask_again"), again, { kind: "primary" }),
      ],
    };
  }
  return {
    content: message(
      "wait",
      title,
      h("p", { class: "calm-words" }, t(asking ? "settling.asking_about" : "settling.about")),
    ),
    buttons: [setAsideButton(desk, t("action.next_patient_waiting"), "primary")],
  };
}

function answerButton(desk, action, answer, label, kind) {
  if (!desk.allows(answer)) return null;
  return sendButton(desk, action, label, () => desk.postVisit(action, "receipt", { answer }), { kind });
}

function receiptQuestion(desk) {
  return {
    content: message("printer", t("receipt.question"), h("p", {}, t("receipt.question_about"))),
    buttons: [
      setAsideButton(desk),
      answerButton(desk, "reprint", "reprint", t("receipt.reprint_answer"), "plain wide"),
      answerButton(desk, "came-out", "came_out", t("receipt.came_out"), "primary"),
    ],
  };
}

/** Settled and safe; only the paper is missing. */
export function receipt(desk) {
  const { visit, devices, busy } = desk.state;
  const { state } = visit.receipt;
  if (state === "unsure") return receiptQuestion(desk);
  const code = devices.printer?.code;
  const help = PAPER_HELP[code] ?? (code && has(`error.${code}`) ? `error.${code}` : null);
  const safe = h("p", {}, t("receipt.safe", { amount: yuan(visit.settlement.own_fen) }));
  if (state === "printing" || busy === "print") {
    const title = help ? t(help) : t("receipt.printing");
    return {
      content: message(help ? "trouble" : "printer", title, safe),
      buttons: [setAsideButton(desk, t("action.next_patient_waiting"))],
    };
  }
  const title = help ? t(help) : t(state === "failed" ? "receipt.failed" : "receipt.none");
  return {
    content: message(state === "failed" ? "trouble" : "printer", title, safe),
    buttons: [
      cancelButton(desk),
      setAsideButton(desk),
      answerButton(desk, "without-paper", "without_paper", t("receipt.without_paper"), "plain"),
      answerButton(desk, "print", "print", t("receipt.print"), "primary"),
    ],
  };
}

function uploadLine({ uploads }) {
  if (uploads?.quarantined) return t("done.refused", { n: uploads.quarantined });
  return uploads?.waiting ? t("done.waiting", { n: uploads.waiting }) : t("done.uploaded");
}

/** All done. */
export function done(desk) {
  const { visit } = desk.state;
  const finish = () => desk.post("finish", "api/visit/finish");
  return {
    content: h(
      "div",
      { class: "column" },
      h("h1", { class: "done-title" }, picture("check", "done-picture"), t("done.title")),
      bill(visit.settlement),
      h("p", { class: "hint" }, uploadLine(visit)),
    ),
    buttons: [
      cancelButton(desk),
      answerButton(desk, "reprint", "reprint", t("receipt.reprint"), "plain"),
      sendButton(desk, "finish", t("done.finish"), finish, { kind: "primary" }),
    ],
  };
}

/** The cancellation is on its way; asking again does no harm. */
export function cancelling(desk) {
  const again = () => desk.postVisit("cancel", "cancel");
  return {
    content: message("wait", t("cancelling.title"), h("p", { class: "calm-words" }, t("cancelling.about"))),
    buttons: [
      desk.allows("cancel") ? sendButton(desk, "cancel", t("cancelling.again"), again) : null,
      setAsideButton(desk, t("action.next_patient_waiting"), "primary"),
    ],
  };
}

/** Cancelled; money that was taken goes back to the patient. */
export function cancelled(desk) {
  const { settlement } = desk.state.visit;
  const finish = () => desk.post("finish", "api/visit/finish");
  const back = settlement
    ? h("p", { class: "give-back" }, t("cancelled.give_back", { amount: yuan(settlement.cash_fen) }))
    : null;
  return {
    content: message("check", t("cancelled.title"), back),
    buttons: [sendButton(desk, "finish", t("done.finish"), finish, { kind: "primary" })],
  };
}
