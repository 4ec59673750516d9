// Before the work: the first set-up and signing in.

import { button, sendButton } from "../buttons.js";
import { duration } from "../amounts.js";
import { h } from "../dom.js";
import { letterPad, numberPad, pinMarks } from "../pads.js";
import { t } from "../words.js";

const PIN_SIZE = 6;
const NAME_LIMIT = 20;

function pinField(desk, name, enter) {
  const change = (value) => {
    desk.local[name] = value;
    desk.local.mismatch = false;
    desk.refresh();
  };
  return { value: desk.local[name] ?? "", limit: PIN_SIZE, extra: "", change, enter };
}

function pinPage(desk, title, hint, field) {
  return h(
    "div",
    { class: "two-sides" },
    h("div", { class: "side words" }, h("h1", {}, title), hint, pinMarks(field.value.length, PIN_SIZE)),
    h("div", { class: "side" }, numberPad(desk, field)),
  );
}

function namePage(desk) {
  const name = desk.local.name ?? "";
  const change = (value) => {
    desk.local.name = value.slice(0, NAME_LIMIT);
    desk.refresh();
  };
  const next = () => {
    desk.local.stage = "pin";
    desk.refresh();
  };
  const input = h("input", {
    type: "text",
    class: "field",
    "data-action": "name",
    placeholder: t("setup.name_example"),
    "aria-label": t("setup.name"),
    autocomplete: "off",
    maxlength: NAME_LIMIT,
    value: name,
    oninput: (event) => change(event.target.value),
  });
  return {
    content: h(
      "div",
      { class: "column" },
      h("h1", {}, t("setup.name")),
      h("p", { class: "hint" }, t("setup.name_hint")),
      input,
      h(
        "div",
        { class: "kiosk-only" },
        letterPad(name, (text) => change(text.toUpperCase())),
      ),
    ),
    buttons: [button("next", t("action.next"), next, { kind: "primary", disabled: !name.trim() })],
  };
}

function setupBack(desk, stage) {
  return button("back", t("action.back"), () => {
    desk.local = { name: desk.local.name, stage };
    desk.refresh();
  });
}

function firstPinPage(desk) {
  const next = () => {
    if (field.value.length < PIN_SIZE) return;
    desk.local.stage = "again";
    desk.refresh();
  };
  const field = pinField(desk, "pin", next);
  const hint = h(
    "p",
    { class: desk.local.mismatch ? "hint wrong" : "hint" },
    t(desk.local.mismatch ? "setup.mismatch" : "setup.pin_hint"),
  );
  return {
    content: pinPage(desk, t("setup.pin"), hint, field),
    buttons: [
      setupBack(desk, "name"),
      button("next", t("action.next"), next, { kind: "primary", disabled: field.value.length < PIN_SIZE }),
    ],
  };
}

function secondPinPage(desk) {
  const { name, pin, again = "" } = desk.local;
  const finish = async () => {
    if (again.length < PIN_SIZE || desk.resting) return;
    desk.local = { name, stage: "pin", mismatch: again !== pin };
    desk.refresh();
    if (again === pin && (await desk.post("setup", "api/setup", { name: name.trim(), pin }))) desk.onSession();
  };
  const hint = h("p", { class: "hint" }, t("setup.again_hint"));
  return {
    content: pinPage(desk, t("setup.again"), hint, pinField(desk, "again", finish)),
    buttons: [
      setupBack(desk, "pin"),
      sendButton(desk, "setup", t("setup.finish"), finish, { kind: "primary", disabled: again.length < PIN_SIZE }),
    ],
  };
}

/** First start: the operator's name, then the PIN twice. */
export function setup(desk) {
  if (desk.local.stage === "again") return secondPinPage(desk);
  return desk.local.stage === "pin" ? firstPinPage(desk) : namePage(desk);
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
function secondsLocked(desk) {
  if (desk.error?.code === "operator.locked") {
    desk.local.lockedUntil = Date.now() + Number(desk.error.params?.seconds ?? 0) * 1000;
    desk.error = null; // the countdown says it
  }
  const left = Math.ceil(((desk.local.lockedUntil ?? 0) - Date.now()) / 1000);
  if (left > 0) desk.refreshIn(1000);
  return Math.max(0, left);
}

/** Who works, then the PIN. */
export function signIn(desk) {
  const { operators } = desk.state;
  const operator = desk.local.operator ?? (operators.length === 1 ? operators[0] : null);
  if (!operator) return operatorPage(desk);
  const locked = secondsLocked(desk);
  const enter = async () => {
    const pin = desk.local.pin ?? "";
    if (pin.length < PIN_SIZE || locked || desk.resting) return;
    desk.local.pin = "";
    if (await desk.post("sign-in", "api/sign-in", { operator: operator.id, pin })) desk.onSession();
  };
  const field = pinField(desk, "pin", enter);
  const hint = locked
    ? h("p", { class: "hint wrong", "data-locked": locked }, t("sign_in.locked", { time: duration(locked) }))
    : h("p", { class: "hint" }, t("sign_in.hint"));
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
