// Why something was dealt with elsewhere: the reasons that there usually are as buttons, because a counter has no
// keyboard. A phone may type another.

import { button, sendButton } from "./buttons.js";
import { h } from "./dom.js";
import { t } from "./words.js";

const REASON_LIMIT = 60;

/**
 * What a panel asks. `words(name)` are the sentences for question, explanation, other, yes and no; `reasons` keys of
 * sentences by name; `choose(reason)` does it.
 */
export function reasonQuestion(desk, words, reasons, choose) {
  const typed = desk.local.reason ?? "";
  const type = (event) => {
    desk.local.reason = event.target.value;
    desk.refresh();
  };
  return [
    h("h2", {}, words("question")),
    h("p", {}, words("explanation")),
    Object.entries(reasons).map(([name, key]) => sendButton(desk, `reason:${name}`, t(key), () => choose(t(key)))),
    h("input", {
      type: "text",
      class: "field",
      "data-action": "reason",
      placeholder: words("other"),
      "aria-label": words("other"),
      autocomplete: "off",
      maxlength: REASON_LIMIT,
      value: typed,
      oninput: type,
    }),
    h(
      "div",
      { class: "choices" },
      typed.trim() ? sendButton(desk, "reason:typed", words("yes"), () => choose(typed.trim())) : null,
      button("reason-no", words("no"), () => desk.open(null), { kind: "primary" }),
    ),
  ];
}
