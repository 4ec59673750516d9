// Pads to type with one finger: digits for PINs and identity numbers, letters to look for drugs by their initials.

import { h } from "./dom.js";
import { t } from "./words.js";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LETTER_ROWS = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];
const BACKSPACE = "⌫";

function key(sign, name, press, className = "") {
  const label = sign === BACKSPACE ? t("pad.erase") : null;
  return h(
    "button",
    { type: "button", class: `key ${className}`, "data-action": `key:${name}`, "aria-label": label, onclick: press },
    sign,
  );
}

/**
 * A number pad over a field of the shown screen. `field` = {value, limit, extra, change(value)}; `extra` is one more
 * sign ("X") or "". Typed digits work, too.
 */
export function numberPad(desk, field) {
  const erase = () => field.change(field.value.slice(0, -1));
  const type = (sign) => {
    if (field.value.length < field.limit) field.change(field.value + sign);
  };
  desk.onKey = (event) => {
    const sign = event.key.toUpperCase();
    if (event.key === "Backspace") erase();
    else if (DIGITS.includes(sign) || sign === "0" || (field.extra && sign === field.extra)) type(sign);
    else if (event.key === "Enter" && event.target === document.body) field.enter?.();
    else return;
    event.preventDefault();
  };
  const last = field.extra
    ? key(field.extra, field.extra, () => type(field.extra))
    : key(t("pad.clear"), "clear", () => field.change(""), "word");
  return h(
    "div",
    { class: "number-pad" },
    DIGITS.map((sign) => key(sign, sign, () => type(sign))),
    last,
    key("0", "0", () => type("0")),
    key(BACKSPACE, "erase", erase, "word"),
  );
}

/** Letters for the first letters of the pinyin. `type(text)` gets the new text. */
export function letterPad(text, type, close = null) {
  const rows = LETTER_ROWS.map((row) =>
    [...row].map((letter) => key(letter, letter, () => type(text + letter.toLowerCase()))),
  );
  rows[2].push(key(BACKSPACE, "erase", () => type([...text].slice(0, -1).join("")), "word"));
  if (close) rows[2].push(key(t("pad.close"), "close", close, "word"));
  return h(
    "div",
    { class: "letter-pad" },
    rows.map((keys) => h("div", { class: "letter-row" }, keys)),
  );
}

/** One mark for each digit of a PIN, filled when typed; the digits themselves are never shown. */
export function pinMarks(typed, size) {
  const marks = Array.from({ length: size }, (_, place) =>
    h("span", { class: place < typed ? "mark filled" : "mark" }),
  );
  return h("div", { class: "pin-marks", role: "img", "aria-label": t("pad.typed", { typed, size }) }, marks);
}
