// Before the work: the first set-up and signing in.

import { button, sendButton } from "../buttons.js";
import { duration } from "../amounts.js";
import { h } from "../dom.js";
import { t } from "../words.js";
import { PIN_SIZE, goTo, namePage, newPin, pinField, pinPage } from "./new_pin.js";

/** First start: the operator's name, then the PIN twice. Also on a board on which the PINs of before cannot be tried. */
export function setup(desk) {
  const { name, stage } = desk.local;
  if (stage !== "pin" && stage !== "again") {
    const moved = desk.state.operators.length > 0;
    return namePage(desk, { title: t("setup.name"), hint: t(moved ? "setup.moved" : "setup.name_hint") }, "pin");
  }
  return newPin(desk, {
    title: t("setup.pin"),
    action: "setup",
    finish: t("setup.finish"),
    kept: { name },
    back: () => goTo(desk, "name", { name }),
    send: async (pin) => {
      if (await desk.post("setup", "api/setup", { name: name.trim(), pin })) desk.onSession();
    },
  });
}

function operatorPage(desk) {
  const choose = (operator) => () => {
    desk.local = { operator };
    desk.error = null;
    desk.refresh();
  };
  const names = desk.state.operators.map((operator) =>
    button(`operator:${operator.id}`, operator.name, choose(operator), { className: "tall" }),
  );
  return {
    content: h("div", { class: "column" }, h("h1", {}, t("sign_in.who")), h("div", { class: "results" }, names)),
    buttons: [],
  };
}

// The terminal says how long an operator is locked out; this screen only counts it down.
function secondsLocked(desk, { id }) {
  const told = desk.state.operators.find((known) => known.id === id)?.locked_s ?? 0;
  desk.local.lockedUntil ??= desk.receivedAt + told * 1000;
  if (desk.error?.code === "operator.locked") {
    desk.local.lockedUntil = Date.now() + Number(desk.error.params?.seconds ?? 0) * 1000;
    desk.error = null; // the countdown says it
  }
  const left = Math.ceil((desk.local.lockedUntil - Date.now()) / 1000);
  if (left > 0) desk.refreshIn(1000);
  return Math.max(0, left);
}

/** Who works, then the PIN. */
export function signIn(desk) {
  const { operators } = desk.state;
  const operator = desk.local.operator ?? (operators.length === 1 ? operators[0] : null);
  if (!operator) return operatorPage(desk);
  const locked = secondsLocked(desk, operator);
  const enter = async () => {
    const pin = desk.local.pin ?? "";
    if (pin.length < PIN_SIZE || locked || desk.resting) return;
    desk.local.pin = "";
    if (await desk.post("sign-in", "api/sign-in", { operator: operator.id, pin })) desk.onSession();
  };
  const field = pinField(desk, "pin", enter);
  const hint = locked
    ? h("p", { class: "hint wrong", "data-locked": locked }, t("sign_in.locked", { time: duration(locked) }))
    : h("p", { class: "hint" }, t(operator.new_pin ? "error.operator.new_pin_needed" : "sign_in.hint"));
  const other = () => {
    desk.local = {};
    desk.error = null;
    desk.refresh();
  };
  return {
    content: pinPage(desk, t("sign_in.hello", { name: operator.name }), hint, field),
    buttons: [
      operators.length > 1 ? button("other-operator", t("sign_in.other"), other) : null,
      sendButton(desk, "sign-in", t("sign_in.enter"), enter, {
        kind: "primary",
        disabled: Boolean(locked) || field.value.length < PIN_SIZE,
      }),
    ],
  };
}
