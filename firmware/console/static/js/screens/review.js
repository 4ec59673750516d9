// What there is against a prescription: one finding at a time, with what to do about it.

import { yuan } from "../amounts.js";
import { button, cancelButton, sendButton, setAsideButton } from "../buttons.js";
import { h } from "../dom.js";
import { t } from "../words.js";

const CERTAIN = 1;
const REASONS = ["needed", "checked", "agreed"];
const REASON_LIMIT = 60;
const REST_MS = 500; // a second tap meant for the screen before must not answer

/** The findings that the doctor has to answer now, worst first. */
export function dueFindings(visit) {
  const { findings, due } = visit.review;
  return findings.filter(({ key }) => due.includes(key));
}

/** How many more there are, which may wait until the visit is settled; or null. */
export function laterLine(visit) {
  const { findings, due } = visit.review;
  const later = findings.filter(({ key, answer, blocks }) => !due.includes(key) && (blocks || !answer)).length;
  return later ? h("p", { class: "estimate", "data-later": later }, t("review.later", { n: later })) : null;
}

function title(finding) {
  const drug = finding.drugs.map(({ name }) => name).join(t("review.and"));
  if (finding.kind === "platform") return drug ? t("limit.platform", { drug, rule: finding.rule }) : finding.rule;
  return t(`limit.${finding.kind}`, { drug, ...finding.params });
}

function post(desk, finding, reason, text = "") {
  return () => desk.postVisit(`answer:${reason}`, "finding", { key: finding.key, reason, text });
}

// The reasons that there usually are as buttons: a counter has no keyboard. A phone may type another.
function reasons(desk, finding, fresh) {
  const typed = desk.local.reason ?? "";
  const type = (event) => {
    desk.local.reason = event.target.value;
    desk.refresh();
  };
  return [
    h("p", { class: "review-ask" }, t("review.reason_about")),
    h(
      "div",
      { class: "reasons" },
      REASONS.map((name) => {
        const press = post(desk, finding, name);
        return sendButton(desk, `answer:${name}`, t(`reason.${name}`), press, { disabled: fresh });
      }),
      h("input", {
        type: "text",
        class: "field",
        "data-action": "reason",
        placeholder: t("reason.other"),
        "aria-label": t("reason.other"),
        autocomplete: "off",
        maxlength: REASON_LIMIT,
        value: typed,
        oninput: type,
      }),
      typed.trim()
        ? sendButton(desk, "answer:other", t("review.use_typed"), post(desk, finding, "other", typed.trim()))
        : null,
    ),
  ];
}

function blocked(desk, finding, fresh) {
  const pay = (drug) => () => desk.postVisit(`self-pay:${drug}`, "self-pay", { drug, self_pay: true });
  return [
    h("p", { class: "review-ask" }, t("review.blocked_about")),
    h(
      "div",
      { class: "reasons" },
      finding.drugs.map(({ drug, name }) =>
        sendButton(desk, `self-pay:${drug}`, t("review.self_pay", { drug: name }), pay(drug), { disabled: fresh }),
      ),
    ),
  ];
}

function wayOn(desk, finding, fresh) {
  if (finding.blocks) return blocked(desk, finding, fresh);
  return finding.severity === CERTAIN ? reasons(desk, finding, fresh) : null;
}

// What it rests on, and how much money it is about: small, for those who want to know.
function small(finding) {
  const words = [
    finding.fen ? t("review.amount", { amount: yuan(finding.fen) }) : null,
    finding.basis ? t("review.basis", { basis: finding.basis }) : null,
  ];
  return h(
    "p",
    { class: "hint" },
    words.filter(Boolean).join(" "),
    finding.verified ? null : h("span", { class: "unverified" }, t("mark.unverified")),
  );
}

/** One finding, and nothing else to decide. */
export function review(desk) {
  const due = dueFindings(desk.state.visit);
  const finding = due[0];
  if (desk.local.finding !== finding.key) {
    desk.local.finding = finding.key;
    desk.local.reason = "";
    desk.local.shownAt = Date.now();
  }
  const fresh = Date.now() - desk.local.shownAt < REST_MS;
  if (fresh) desk.refreshIn(REST_MS);
  const light = !finding.blocks && finding.severity !== CERTAIN;
  const change = button("edit-lines", t("action.edit_lines"), () => desk.look("lines"), {
    kind: light ? "plain" : "primary",
    disabled: desk.resting || !desk.allows("lines"),
  });
  return {
    content: h(
      "div",
      { class: `column review severity-${finding.severity}`, "data-finding": finding.key },
      h(
        "div",
        { class: "review-head" },
        h("span", { class: "severity" }, t(`severity.${finding.severity}`)),
        h("strong", {}, t(`review.${finding.origin === "local" ? "local" : "platform"}`)),
        due.length > 1 ? h("span", {}, t("review.more", { n: due.length - 1 })) : null,
      ),
      h("h1", { "aria-live": "polite" }, title(finding)),
      h("p", { class: "calm-words" }, finding.sentence),
      wayOn(desk, finding, fresh),
      small(finding),
    ),
    buttons: [
      cancelButton(desk),
      setAsideButton(desk),
      change,
      light
        ? sendButton(desk, "answer:known", t("review.known"), post(desk, finding, "known"), {
            kind: "primary",
            disabled: fresh,
          })
        : null,
    ],
  };
}
