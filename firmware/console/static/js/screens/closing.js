// After the press: the outcome, the receipt, the end of a visit or its cancellation.

import { yuan } from "../amounts.js";
import { cancelButton, sendButton, setAsideButton } from "../buttons.js";
import { h, picture } from "../dom.js";
import { printPage } from "../paper.js";
import { t } from "../words.js";
import { bill } from "./counting.js";

const JOB_TROUBLES = ["printer.busy", "printer.bad_job", "printer.same_action"];
const SAY_IT_ALL = ["printer.bad_job", "printer.busy"]; // the sentence itself says what to press

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

// The office printer is the browser's: this screen prints the page, and nobody but the doctor sees whether it came out.
function officeButton(desk, label, kind = "plain") {
  if (!desk.allows("office")) return null;
  const press = async () => {
    if (await desk.postVisit("office", "receipt", { answer: "office" })) printPage("api/visit/receipt.html");
  };
  return sendButton(desk, "office", label, press, { kind });
}

// What keeps the printer from printing: its own state, or what it said of this receipt.
function printerTrouble({ devices, notice }) {
  const { state, code } = devices.printer ?? {};
  if (code && state !== "ready") return code;
  return JOB_TROUBLES.includes(notice?.code) ? notice.code : null;
}

// The first sentence on a printer's trouble says what is wrong, the others what to do.
function wrongAndRight(code) {
  const [, wrong, right] = /^(.+?)[。.]\s*(.+)$/.exec(t(`error.${code}`));
  return [wrong, right];
}

function receiptQuestion(desk) {
  const { office } = desk.state.visit.receipt;
  const code = office ? null : printerTrouble(desk.state);
  return {
    content: message(
      "printer",
      t(office ? "receipt.office_question" : "receipt.question"),
      h("p", {}, t("receipt.question_about")),
      code ? h("p", { class: "advice" }, t(`error.${code}`)) : null,
      office ? null : officeButton(desk, t("receipt.office_instead")),
    ),
    buttons: [
      setAsideButton(desk),
      answerButton(desk, "reprint", "reprint", t(office ? "receipt.reprint_here" : "receipt.reprint_answer"), "plain"),
      office ? officeButton(desk, t("receipt.office_again")) : null,
      answerButton(desk, "came-out", "came_out", t("receipt.came_out"), "primary"),
    ],
  };
}

/** Settled and safe; only the paper is missing. */
export function receipt(desk) {
  const { visit, busy } = desk.state;
  const { state } = visit.receipt;
  if (state === "unsure") return receiptQuestion(desk);
  const printing = state === "printing" || busy === "print";
  const failed = state === "failed";
  const plain = printing ? "receipt.printing" : failed ? "receipt.failed" : "receipt.none";
  const code = printerTrouble(desk.state);
  const [title, advice] = code ? wrongAndRight(code) : [t(plain), failed ? t("receipt.try_again") : null];
  const mends = code && !SAY_IT_ALL.includes(code);
  const then = mends ? [h("br"), t(printing ? "receipt.then_wait" : "receipt.then_print")] : null;
  return {
    content: message(
      code || failed ? "trouble" : "printer",
      title,
      advice ? h("p", { class: "advice" }, advice, then) : null,
      h("p", {}, t("receipt.safe", { amount: yuan(visit.settlement.own_fen) })),
      officeButton(desk, t("receipt.office")),
    ),
    buttons: printing
      ? [setAsideButton(desk, t("action.next_patient_waiting"))]
      : [
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
  const { refund } = desk.state.visit;
  const finish = () => desk.post("finish", "api/visit/finish");
  return {
    content: message(
      refund && !refund.agree ? "trouble" : "check",
      t("cancelled.title"),
      refund ? h("p", { class: "give-back" }, t("cancelled.give_back", { amount: yuan(refund.cash_fen) })) : null,
      refund ? refundLine(desk, refund) : null,
    ),
    buttons: [
      answerButton(desk, "print", "print", t("cancelled.print"), "plain"),
      answerButton(desk, "reprint", "reprint", t("cancelled.reprint"), "plain"),
      answerButton(desk, "came-out", "came_out", t("receipt.came_out"), "plain"),
      desk.allows("finish") ? sendButton(desk, "finish", t("done.finish"), finish, { kind: "primary" }) : null,
      setAsideButton(desk, t("action.next_patient_waiting"), "primary"),
    ],
  };
}

// Whether the platform gave back what was taken, and what became of the slip.
function refundLine(desk, refund) {
  const { state } = desk.state.visit.receipt;
  if (!refund.agree) {
    const booked = Number.isInteger(refund.booked_fen) ? yuan(refund.booked_fen) : t("cancelled.untold");
    return h("p", { class: "advice", "data-refund": "differs" }, t("cancelled.differs", { booked }));
  }
  return h("p", { class: "hint" }, t(`refund_slip.${state}`));
}
