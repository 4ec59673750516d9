// Somebody's name, and a PIN typed twice: the first start, a new operator, a new PIN.

import { button, sendButton } from "../buttons.js";
import { h } from "../dom.js";
import { letterPad, numberPad, pinMarks } from "../pads.js";
import { t } from "../words.js";

export const PIN_SIZE = 6;
const NAME_LIMIT = 20;

/** The field of a PIN for the pad; `name` is where the shown screen remembers it. */
export function pinField(desk, name, enter) {
  const change = (value) => {
    desk.local[name] = value;
    desk.local.mismatch = false;
    desk.refresh();
  };
  return { value: desk.local[name] ?? "", limit: PIN_SIZE, extra: "", change, enter };
}

/** Words and marks on one side, the pad on the other. */
export function pinPage(desk, title, hint, field) {
  return h(
    "div",
    { class: "two-sides" },
    h("div", { class: "side words" }, h("h1", {}, title), hint, pinMarks(field.value.length, PIN_SIZE)),
    h("div", { class: "side" }, numberPad(desk, field)),
  );
}

/** Goes to another stage of the shown screen; `kept` is what it still has to remember. */
export function goTo(desk, stage, kept) {
  desk.local = { ...kept, stage };
  desk.refresh();
}

/** Asks for a name, then goes to the stage `next`. `words` = {title, hint}; `back` leaves, or is null. */
export function namePage(desk, words, next, back = null) {
  const name = desk.local.name ?? "";
  const change = (value) => {
    desk.local.name = value.slice(0, NAME_LIMIT);
    desk.refresh();
  };
  const input = h("input", {
    type: "text",
    class: "field",
    "data-action": "name",
    placeholder: t("setup.name_example"),
    "aria-label": words.title,
    autocomplete: "off",
    maxlength: NAME_LIMIT,
    value: name,
    oninput: (event) => change(event.target.value),
  });
  const pad = letterPad(name, (text) => change(text.toUpperCase()));
  return {
    content: h(
      "div",
      { class: "column" },
      h("h1", {}, words.title),
      h("p", { class: "hint" }, words.hint),
      input,
      h("div", { class: "kiosk-only" }, pad),
    ),
    buttons: [
      back ? button("back", t("action.back"), back) : null,
      button("next", t("action.next"), () => goTo(desk, next, desk.local), {
        kind: "primary",
        disabled: !name.trim(),
      }),
    ],
  };
}

function firstPin(desk, form) {
  const { mismatch } = desk.local;
  const field = pinField(desk, "pin", () => {
    if (field.value.length === PIN_SIZE) goTo(desk, "again", desk.local);
  });
  const hint = h(
    "p",
    { class: mismatch ? "hint wrong" : "hint" },
    t(mismatch ? "setup.mismatch" : "setup.pin_hint"),
  );
  return {
    content: pinPage(desk, form.title, hint, field),
    buttons: [
      button("back", t("action.back"), form.back),
      button("next", t("action.next"), field.enter, { kind: "primary", disabled: field.value.length < PIN_SIZE }),
    ],
  };
}

/**
 * Asks for a new PIN, twice. `form` = {title, action, finish, back(), kept, send(pin)}: `action` and `finish` name the
 * last button, `kept` is what the screen still has to remember when the two PINs differ.
 */
export function newPin(desk, form) {
  if (desk.local.stage !== "again") return firstPin(desk, form);
  const { pin, again = "" } = desk.local;
  const finish = () => {
    if (again.length < PIN_SIZE || desk.resting) return;
    desk.local = { ...form.kept, stage: "pin", mismatch: again !== pin };
    desk.refresh();
    if (again === pin) form.send(pin);
  };
  const hint = h("p", { class: "hint" }, t("setup.again_hint"));
  return {
    content: pinPage(desk, t("setup.again"), hint, pinField(desk, "again", finish)),
    buttons: [
      button("back", t("action.back"), () => goTo(desk, "pin", form.kept)),
      sendButton(desk, form.action, form.finish, finish, { kind: "primary", disabled: again.length < PIN_SIZE }),
    ],
  };
}
