// Buttons. Each carries `data-action`, a name that browser tests and the keyboard's users can rely on.

import { h, picture } from "./dom.js";
import { t } from "./words.js";

/** A button that changes only this screen. `kind`: "primary", "plain", "quiet" or "danger". */
export function button(
  action,
  label,
  press,
  { kind = "plain", disabled = false, pressed = null, className = "" } = {},
) {
  return h(
    "button",
    {
      type: "button",
      class: `button ${kind} ${className}`,
      "data-action": action,
      "aria-pressed": pressed === null ? null : String(pressed),
      disabled,
      onclick: press,
    },
    label,
  );
}

/** A button that sends something to the terminal: it rests while anything is on its way. */
export function sendButton(desk, action, label, press, options = {}) {
  return button(action, label, press, { ...options, disabled: desk.resting || Boolean(options.disabled) });
}

/** A small button in the bar. `tone`: "calm", "good", "warn" or "bad". */
export function chip(action, text, tone, press) {
  return h("button", { type: "button", class: `chip ${tone}`, "data-action": action, onclick: press }, text);
}

/** A panel that only says something. `others` are more ways to go on, beside the one that closes it. */
export function explain(desk, title, lines, others = []) {
  const close = (shown) => button("close", t("action.close"), () => shown.open(null), { kind: "primary" });
  desk.open((shown) => [
    h("h2", {}, title),
    lines.map((line) => h("p", {}, line)),
    h("div", { class: "choices" }, others.filter(Boolean), close(shown)),
  ]);
}

/** A button that goes to another page of this screen. */
export function pageButton(desk, view, label, options = {}) {
  const press = () => {
    desk.sheet = null;
    desk.look(view);
  };
  return button(`page:${view}`, label, press, options);
}

/** "Keep for later", which also works while the terminal waits for the platform. Absent where it makes no sense. */
export function setAsideButton(desk, label = t("action.set_aside"), kind = "plain") {
  if (!desk.allows("set_aside")) return null;
  const press = () => desk.post("set-aside", "api/visit/set-aside");
  return button("set-aside", label, press, { kind, disabled: !desk.connected || desk.pending?.action === "set-aside" });
}

/** Cancels the visit after a question in plain words. Absent where the terminal does not offer it. */
export function cancelButton(desk) {
  if (!desk.allows("cancel")) return null;
  const settled = Boolean(desk.state.visit.settlement);
  const label = t(settled ? "action.cancel_settled" : "action.cancel");
  return sendButton(desk, "cancel", label, () => desk.open(cancelQuestion), { kind: "quiet" });
}

function cancelQuestion(desk) {
  const { settlement, patient } = desk.state.visit;
  const question = settlement ? "cancel.settled" : "cancel.open";
  const yes = () => {
    desk.open(null);
    desk.postVisit("cancel", "cancel");
  };
  return [
    h("h2", {}, t(`${question}.question`, { name: patient.name })),
    h("p", {}, t(`${question}.explanation`)),
    h(
      "div",
      { class: "choices" },
      button("cancel-no", t("cancel.no"), () => desk.open(null), { kind: "primary" }),
      sendButton(desk, "cancel-yes", t(`${question}.yes`), yes, { kind: "danger" }),
    ),
  ];
}

/** What is being done, in the place of the main button, with the way out where there is one. */
export function busyBar(desk) {
  const { busy } = desk.state;
  const key = busy ? `busy.${busy}` : "busy.press";
  return h(
    "div",
    { class: "busy", role: "status", "data-busy": busy || "press" },
    picture("wait", "busy-picture"),
    h("span", {}, t(key)),
  );
}
